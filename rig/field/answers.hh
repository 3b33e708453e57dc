// What a phone answers to the calls that come in, beside what the reference does: whether one that
// is taken back is ended, whether an answer is repeated until it is acknowledged. What its user
// decides is not compared.
#pragma once

#include "rig/field/walk.hh"

#include <vector>

namespace twinline::field {

void compare_answers(const Walkers& walkers, std::vector<Difference>& found);

}  // namespace twinline::field
