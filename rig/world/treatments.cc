// What hosts do to whom: a treatment belongs to one host and one source (README: keyed by the
// subject's address), and what a host that stalls has held back comes when it is healed.
#include "rig/world/certificates.hh"
#include "rig/world/world.hh"

#include <utility>

namespace twinline::world {

void World::treat(wire::Ipv4 host, wire::Ipv4 source, scenario::Treatment treatment) {
    if (const auto names = name_servers_.find(host); names != name_servers_.end())
        names->second.behave(source.value, dns::behaviour_of(treatment));
    if (treatment.kind == scenario::Treatment::Kind::crash) forget(host, source);
    treated_.insert_or_assign(Link(host, source), Treated{std::move(treatment), {}});
}

// A server's memory and its connections go with its processes.
void World::forget(wire::Ipv4 host, wire::Ipv4 source) {
    registrars_.at(host).forget();
    if (const auto notifier = notifiers_.find(host); notifier != notifiers_.end())
        notifier->second.forget(source);
    location_.forget(host, source);
    for (const auto& [port, opened] : std::exchange(open_[Link(host, source)], {}))
        answer_at_once(opened, Segment::Kind::fin);
}

bool World::is_distrusted(wire::Ipv4 host, wire::Ipv4 source) const {
    return world::is_distrusted({}, treatment_of(host, source));
}

// A phone that does not trust the server says nothing, and closes the connection.
void World::shake_hands(Player& player, const Packet& synack) {
    const auto id = synack.segment->connection;
    const bool over_tls = synack.segment->transport == wire::Transport::tls;
    const auto* treatment = treatment_of(synack.source.address, player.address);
    const auto asked = player.checks.extract(id);
    const auto checks = asked ? asked.mapped() : phone::CertificateChecks{};
    if (!over_tls || !world::is_distrusted(checks, treatment))
        return player.phone.handle(now_, phone::Connected{id, synack.destination});
    Packet fin{now_, synack.destination, synack.source, {}};
    fin.segment = Segment{id, wire::Transport::tls, Segment::Kind::fin, 0, 0};
    send(std::move(fin));
    player.phone.handle(now_, phone::ConnectionLost{id, "has a certificate that is not good"});
}

// The router keeps what comes until it has asked long enough; here it asks for each source by
// itself, so that no probe begins the search of a phone. What a connection carries its kernel
// repeats until the host is back.
void World::seek(const Packet& packet) {
    const Link link(packet.destination.address, packet.source.address);
    auto& treated = treated_.at(link);
    if (packet.segment && !packet.opens_connection())
        return treated.held.push_back([this, packet] { deliver(packet); });
    auto& search = searches_[link];
    if (search.sought.empty()) {
        search.since = now_;
        schedule(now_ + treated.treatment.delay, [this, link, since = now_] {
            if (searches_[link].since == since)
                for (const auto& lost : std::exchange(searches_[link].sought, {}))
                    lead_nowhere(lost);
        });
    }
    search.sought.push_back(packet);
}

void World::heal(wire::Ipv4 host, wire::Ipv4 source) {
    const auto treated = treated_.extract({host, source});
    if (treated.empty()) return;
    if (const auto names = name_servers_.find(host); names != name_servers_.end())
        names->second.behave(source.value, dns::Behaviour::answers);
    for (const auto& packet : std::exchange(searches_[Link(host, source)].sought, {}))
        schedule(now_ + link_delay, [this, packet] { deliver(packet); });
    for (const auto& arrives : treated.mapped().held) schedule(now_ + link_delay, arrives);
}

unsigned World::lost_answers(wire::Ipv4 host, wire::Ipv4 source) const {
    const auto found = treated_.find({host, source});
    return found == treated_.end() ? 0 : found->second.lost;
}

const scenario::Treatment* World::treatment_of(wire::Ipv4 host, wire::Ipv4 source) const {
    const auto found = treated_.find({host, source});
    return found == treated_.end() ? nullptr : &found->second.treatment;
}

// How much later than ever each copy of the packet arrives; none: the link loses it.
std::vector<wire::Duration> World::lateness(const Packet& packet, scenario::Way way) {
    const bool out = way == scenario::Way::to_subject;
    const auto found = treated_.find(out ? Link(packet.source.address, packet.destination.address)
                                         : Link(packet.destination.address, packet.source.address));
    if (found == treated_.end()) return {wire::Duration{}};
    auto& treated = found->second;
    if (packet.segment || packet.is_unreachable)
        return {scenario::lateness_of_streams(treated.treatment, way)};
    return scenario::copies(treated.treatment, way, treated.met[way]++);
}

bool World::is_lost(const Packet& packet) {
    const auto found = treated_.find({packet.source.address, packet.destination.address});
    if (found == treated_.end() || packet.is_unreachable) return false;
    const auto& treatment = found->second.treatment;
    if (treatment.is_of_no_host()) return true;
    if (!treatment.takes_away(scenario::Treatment::Lost::answers)) return false;
    constexpr std::uint16_t sip_port = 5060;
    if (packet.destination.port != sip_port) ++found->second.lost;
    return true;
}

}  // namespace twinline::world
