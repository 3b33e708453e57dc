// What a phone makes of its servers' answers: whether it stops to repeat what was answered, goes
// the way that its registrar told, and leaves a server alone for as long as it asked to be.
#pragma once

#include "rig/field/manners.hh"

#include <vector>

namespace twinline::field {

void compare_heed(const Matched& step, const Walkers& walkers, std::vector<Difference>& found);

// How much earlier this request may have come for all that its server asked for (Retry-After, RFC
// 3261 21.5.4); no bound where it asked for nothing, or the reference itself does not heed it.
timeline::Duration since_its_rest(const judge::Transaction& wanted, const judge::Story& story);

}  // namespace twinline::field
