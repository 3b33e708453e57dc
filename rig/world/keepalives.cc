// Only a datagram holds STUN, only a stream CRLFs that are answered.
#include "rig/world/keepalives.hh"

#include "reference_impl/wire/stun.hh"

namespace twinline::world {

std::optional<std::string> pong_to(const Packet& packet) {
    if (packet.segment)
        return packet.payload == "\r\n\r\n" ? std::optional<std::string>("\r\n") : std::nullopt;
    if (!wire::is_stun(packet.payload)) return std::nullopt;
    const auto ping = wire::parse_stun(packet.payload);
    if (!ping || ping->kind != wire::StunMessage::Kind::request) return std::nullopt;
    return wire::serialise(
        wire::StunMessage{wire::StunMessage::Kind::success, ping->transaction, packet.source});
}

}  // namespace twinline::world
