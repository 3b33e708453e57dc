// What the wire must show of a name server that does not answer as it should (DESIGN section 4).
#pragma once

#include "rig/judge/probe_on_wire.hh"
#include "rig/scenario/treatment.hh"

namespace twinline::judge {

// Whether the probe met this fault. `served` is what was answered before it.
bool meets(const scenario::Treatment& fault, const Seen& wire, const Seen& served,
           const timeline::Timeline& observed);

// The fault as it was written down; of a slow server the delay, too.
scenario::Treatment treatment_of(const timeline::Event& fault);

}  // namespace twinline::judge
