// The reference in the place of a device, led along by what that was seen to choose where the
// documents leave it free: so that what is left between the two is no matter of taste.
#pragma once

#include "rig/judge/evidence.hh"
#include "rig/judge/free_choices.hh"
#include "rig/scenario/scenario.hh"
#include "rig/shadow/play.hh"

#include <functional>

namespace twinline::assess {

// What the reference does in the device's place with these choices; its timeline tells of each.
using PlayWith = std::function<timeline::Timeline(const shadow::Choices&)>;

// As they were made in `played`, up to the one that is to be another.
shadow::Choices adopted(const timeline::Timeline& played, const judge::Adoption& wanted,
                        shadow::Choices choices);

struct LedCourse {
    timeline::Timeline expected;
    judge::Led led = judge::Led::whole;  // in part: the plays did not suffice
};

// Adopts one choice after the other, for each moves all that follow. `most_plays` is lessened by
// those that it took beyond the first; at 0 the best so far is what it gives.
LedCourse led_along(const scenario::Scenario& scenario, const timeline::Timeline& observed,
                    const PlayWith& play, unsigned& most_plays);

}  // namespace twinline::assess
