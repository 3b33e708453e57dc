// Did it happen? Each fault is believed only when the rig's own probe, from the subject's probe
// address, was answered before, unanswered during and answered after, while the unkeyed probe
// stayed answered -- in the capture.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"

#include <vector>

namespace twinline::judge {

// Of one subject: a proof for each fault, and one for each server that answered while the lab was
// made ready.
std::vector<Proof> check_proofs(const Evidence& evidence, const std::string& subject);

}  // namespace twinline::judge
