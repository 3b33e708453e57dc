// The second voice: where a subject first does something else than the reference did in virtual
// time, told in a sentence.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"
#include "rig/judge/story.hh"

#include <chrono>
#include <optional>

namespace twinline::judge {

// Of an instant: the judge's own, and the longest that a phone may have waited for a processor
// before the run is inconclusive.
constexpr timeline::Duration own_uncertainty = std::chrono::milliseconds{5};
constexpr timeline::Duration most_wait = std::chrono::seconds{1};

struct Divergence : Finding {
    timeline::Instant at{};  // the device's first act that is another; the end, where it is missing
};

// None when the subject went the reference's way as far as both can be followed.
std::optional<Divergence> first_divergence(const Clauses& clauses, const Story& seen,
                                           const Story& expected, timeline::Duration uncertainty);

}  // namespace twinline::judge
