// How packets travel between the phones' network and a server: for how long, shown on the phones'
// side, and held back by a server that stalls.
#include "rig/world/world.hh"

#include <algorithm>
#include <utility>

namespace twinline::world {

void World::send(Packet packet) {
    show(packet);
    for (const auto late : lateness(packet, scenario::Way::to_host))
        schedule(arrival(packet) + late, [this, packet] { deliver(packet); });
}

wire::Instant World::arrival(const Packet& packet) {
    const auto at = now_ + link_delay;
    if (jitter_.most == wire::Duration{}) return at;
    const auto late = at + wire::Duration(std::uniform_int_distribution<std::int64_t>(
                               0, jitter_.most.count())(random_));
    if (!packet.segment) return late;
    auto& last = last_arrivals_[{packet.source, packet.destination}];
    return last = std::max(last, late);
}

void World::show(Packet& packet) {
    packet.at = now_;
    if (packet.segment && !packet.is_unreachable) sequences_.stamp(packet);
    if (on_packet_) on_packet_(packet);
}

// From a server towards the phones' network. One that stalls holds its answer back.
void World::reply(Packet packet) {
    using Kind = scenario::Treatment::Kind;
    const auto found = treated_.find({packet.source.address, packet.destination.address});
    if (found == treated_.end()) return carry(packet);
    auto& [treatment, held, lost, met] = found->second;
    if (treatment.kind == Kind::stall || treatment.kind == Kind::stop)
        held.push_back([this, packet = std::move(packet)] { arrive(packet); });
    else
        carry(packet, treatment.kind == Kind::slow ? treatment.delay : wire::Duration{});
}

void World::carry(const Packet& packet, wire::Duration after) {
    for (const auto late : lateness(packet, scenario::Way::to_subject))
        schedule(arrival(packet) + after + late, [this, packet] { arrive(packet); });
}

}  // namespace twinline::world
