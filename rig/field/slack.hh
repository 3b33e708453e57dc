// How far an act of a phone may lie from where the reference does it: a capture tells neither the
// jitter of its network nor the load of its phone, so both a fixed part and one of the distance.
#pragma once

#include "probes/timeline/event.hh"

namespace twinline::field {

inline constexpr timeline::Duration least_slack = std::chrono::seconds{1};
inline constexpr double slack_ratio = 0.05;

inline timeline::Duration slack_of(timeline::Duration gap) {
    return least_slack + std::chrono::duration_cast<timeline::Duration>(gap * slack_ratio);
}

// Where the instant follows from a free choice of the phone.
inline timeline::Duration free_slack_of(timeline::Duration gap) { return slack_of(gap) + gap / 4; }

}  // namespace twinline::field
