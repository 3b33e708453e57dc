// From evidence to verdict: the three voices (expectations, the shadow, the control with its
// proofs) heard in order.
#pragma once

#include "rig/judge/assessment.hh"
#include "rig/judge/evidence.hh"

namespace twinline::judge {

// A pure function. `started` and `duration_ms` are left to whoever knows them.
Assessment judge(const Evidence& evidence);

}  // namespace twinline::judge
