// What keeps a flow or a NAT's binding open (RFC 5626 section 3.5), phone beside reference. Each
// ping is free within bounds, so no instant of it is compared with another's.
#pragma once

#include "rig/field/walk.hh"

#include <vector>

namespace twinline::field {

// Server by server; what a phone sends beyond the reference's is no more than an edge.
void compare_pings(const Walkers& walkers, std::vector<Difference>& found);

}  // namespace twinline::field
