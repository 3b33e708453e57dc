// What the wire must show of a link that loses, delays, doubles or misorders: the rig's datagrams
// meet what the rule says of their numbers, and those of others, or before and after, what is as
// ever (DESIGN section 4).
#pragma once

#include "probes/timeline/event.hh"
#include "rig/judge/assessment.hh"
#include "rig/scenario/treatment.hh"

#include <vector>

namespace twinline::judge {

// Null where there is none.
struct LinkProbes {
    const timeline::Event* before = nullptr;
    std::vector<const timeline::Event*> during;  // asked in a row
    const timeline::Event* others = nullptr;     // during
    const timeline::Event* after = nullptr;
};

// Adds what they say; the proof falls when that is not the fault.
void add_link(Proof& proof, const scenario::Treatment& fault, const LinkProbes& probes,
              const timeline::Timeline& observed);

}  // namespace twinline::judge
