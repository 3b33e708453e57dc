// The second voice: where a subject first does something else than the reference did in virtual
// time, told in a sentence.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"
#include "rig/judge/story.hh"

#include <optional>

namespace twinline::judge {

struct Divergence : Finding {
    timeline::Instant at{};  // the device's first act that is another; the end, where it is missing
};

// None when the subject went the reference's way as far as both can be followed.
std::optional<Divergence> first_divergence(const Clauses& clauses, const Story& seen,
                                           const Story& expected, timeline::Duration uncertainty);

}  // namespace twinline::judge
