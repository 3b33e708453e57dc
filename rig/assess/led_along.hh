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
    // Short of the end, the plays did not suffice: where the two part from here on, another choice
    // may be all there is to it.
    timeline::Instant led_until = timeline::Instant::max();
    shadow::Choices choices;
};

struct Observed {
    const scenario::Scenario& scenario;
    const judge::Clauses& clauses;
    const timeline::Timeline& timeline;
};

// Adopts one choice after the other, for each moves all that follow, up to where the device parts
// from the reference whatever that chooses. `likely`: what was adopted under another reading, if
// that leads further. `most_plays` is lessened by those that it took to find others; at 0 the best
// so far is what it gives.
LedCourse led_along(const Observed& observed, const PlayWith& play, unsigned& most_plays,
                    const shadow::Choices& likely = {});

}  // namespace twinline::assess
