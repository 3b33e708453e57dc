// Which answers to the open questions explain what was seen: every case is played and judged.
#pragma once

#include "rig/assess/assess.hh"
#include "rig/assess/reading_forks.hh"

#include <functional>

namespace twinline::assess {

// Judges what was seen under these answers.
using UnderAnswers = std::function<Judged(const shadow::Readings&)>;

// Whether less stands against the device; or as much, and the reference went along with it further.
bool weighs_less(const judge::Assessment& a, const judge::Assessment& b);

// The judgement that explains it best, the defaults first, with all that explain it equally well.
Judged best_explanation(const ReadingForks::Known& readings, const UnderAnswers& judged_under);

}  // namespace twinline::assess
