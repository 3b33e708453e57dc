// What a server of a world answers to the keep-alives of SIP outbound (RFC 5626 section 3.5).
#pragma once

#include "rig/world/packet.hh"

#include <optional>
#include <string>

namespace twinline::world {

// STUN's answer to a Binding request in a datagram, a CRLF to two in a stream; none: this is no
// keep-alive.
std::optional<std::string> pong_to(const Packet& packet);

}  // namespace twinline::world
