// The first voice: what the scenario's author, who knows only the document, wrote that must be
// seen.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"
#include "rig/judge/story.hh"

#include <vector>

namespace twinline::judge {

// One expectation against one subject. `not_reached`: what it hangs on did not happen, so it says
// nothing.
struct Outcome {
    Finding finding;
    bool holds = false;
    bool not_reached = false;
};

// Expectations whose `when` does not fit the readings are left out. `uncertainty` is how far the
// rig itself may be off.
std::vector<Outcome> check_expectations(const Evidence& evidence, const Story& story,
                                        timeline::Duration uncertainty);

}  // namespace twinline::judge
