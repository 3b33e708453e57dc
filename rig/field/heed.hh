// What a phone makes of its servers' answers: whether it stops to repeat what was answered, and
// goes the way that its registrar told.
#pragma once

#include "rig/field/manners.hh"

#include <vector>

namespace twinline::field {

void compare_heed(const Matched& step, const Walkers& walkers, std::vector<Difference>& found);

}  // namespace twinline::field
