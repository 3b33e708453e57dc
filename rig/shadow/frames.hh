// Virtual packets as Ethernet frames, so that both worlds are read by the one decoder.
#pragma once

#include "rig/world/packet.hh"

#include <cstddef>
#include <vector>

namespace twinline::shadow {

// Ethernet II, IPv4 and UDP, TCP or ICMP with right checksums (RFC 791, 768, 9293, 792).
std::vector<std::byte> to_frame(const world::Packet& packet);

}  // namespace twinline::shadow
