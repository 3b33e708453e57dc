// A SYN and a FIN take a number each; a connection that begins again begins at its first number.
#include "rig/world/sequences.hh"

namespace twinline::world {

void Sequences::stamp(Packet& packet) {
    auto& segment = *packet.segment;
    const Direction there(packet.source, packet.destination);
    const Direction back(packet.destination, packet.source);
    const bool opens = segment.kind == Segment::Kind::syn || segment.kind == Segment::Kind::synack;
    auto& next = next_[there];
    if (opens) next = 0;
    segment.sequence = next;
    segment.acknowledged = segment.kind == Segment::Kind::syn ? 0 : next_[back];
    next += static_cast<std::uint32_t>(packet.payload.size());
    if (opens || segment.kind == Segment::Kind::fin) ++next;
}

}  // namespace twinline::world
