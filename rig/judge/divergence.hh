// The second voice: where a subject first does something else than the reference did in virtual
// time, told in a sentence.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"
#include "rig/judge/story.hh"

#include <optional>

namespace twinline::judge {

// None when the subject went the reference's way as far as both can be followed.
std::optional<Finding> first_divergence(const Clauses& clauses, const Story& seen,
                                        const Story& expected, timeline::Duration uncertainty);

}  // namespace twinline::judge
