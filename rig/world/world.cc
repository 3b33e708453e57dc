// Links take half a millisecond each way, as a lab on one machine does; the tap sits on the phones'
// side.
#include "rig/world/world.hh"

#include "rig/world/keepalives.hh"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace twinline::world {

namespace {

constexpr std::uint64_t most_at_one_instant = 100'000;
constexpr std::uint16_t dns_port = 53;

std::uint16_t stream_port(unsigned connection) {  // an ephemeral one (RFC 6335)
    return static_cast<std::uint16_t>(49152 + connection % 16384);
}

// From the one to whom `packet` went to the one from whom it came.
Packet back(const Packet& packet, std::string payload) {
    Packet answer{{}, packet.destination, packet.source, std::move(payload)};
    answer.segment = packet.segment;
    return answer;
}

wire::Ipv4 address_of(const scenario::Host& host) {
    const auto address = wire::parse_ipv4(host.address);
    if (!address)
        throw std::invalid_argument("host " + host.role + ": no address: " + host.address);
    return *address;
}

}  // namespace

World::World(const scenario::Topology& topology, dns::Zones zones, Jitter jitter)
    : proxies_(topology),
      files_(topology,
             {[this] { return now_; },
              [this](wire::Duration after, std::function<void()> action) {
                  schedule(now_ + after, std::move(action));
              },
              [this](wire::Ipv4 host, wire::Ipv4 source) { return treatment_of(host, source); },
              [this](const FileEvent& event) { on_file_(event); },
              [this](wire::Ipv4 host, wire::Ipv4 source, std::function<void()> action) {
                  treated_.at({host, source}).held.push_back(std::move(action));
              }}),
      location_(topology.shares_location ? Location::Extent::shared
                                         : Location::Extent::of_each_server),
      callers_(
          topology.callee, topology.users.empty() ? "" : topology.users.front().name, location_,
          {[this](wire::Duration after, std::function<void()> action) {
               schedule(now_ + after, std::move(action));
           },
           [this](wire::Ipv4 host, const wire::Endpoint& phone, const wire::SipMessage& message) {
               send_from_server(host, phone, message);
           }}),
      jitter_(jitter),
      random_(jitter.seed),
      challenges_calls_(topology.challenges_calls) {
    std::map<std::string, std::string> passwords, logins;
    for (const auto& user : topology.users) {
        passwords.emplace(user.name, user.password);
        if (!user.login.empty()) logins.emplace(user.name, user.login);
    }
    for (const auto& host : topology.hosts) {
        if (host.runs == scenario::HostRuns::dns) {
            name_servers_.emplace(address_of(host), dns::NameServer(topology, zones));
            continue;
        }
        if (host.runs == scenario::HostRuns::configuration) continue;
        registrars_.emplace(address_of(host),
                            Registrar(host.role + '.' + topology.domain, passwords,
                                      std::chrono::seconds(topology.grants_expires),
                                      std::chrono::seconds(topology.least_expires)));
        registrars_.at(address_of(host)).know_logins(logins);
        if (host.service_route)
            registrars_.at(address_of(host))
                .tell_service_route("sip:" +
                                    wire::to_string(wire::Endpoint{address_of(host), host.port}));
        ports_.emplace(address_of(host), host.port);
        if (!host.takes_streams) without_streams_.insert(address_of(host));
        if (host.outbound) {
            outbound_.insert(address_of(host));
            registrars_.at(address_of(host)).support_outbound(host.flow_timer);
        }
        if (host.runs == scenario::HostRuns::proxy) continue;
        if (topology.notifier_grants != 0)
            notifiers_.emplace(address_of(host),
                               Notifier({address_of(host), host.port},
                                        std::chrono::seconds(topology.notifier_grants)));
        if (!topology.callee.empty())
            callees_.emplace(address_of(host),
                             Callee(topology.callee, {address_of(host), host.port}));
    }
}

void World::add_phone(std::string subject, wire::Ipv4 address, config::PhoneConfig config,
                      const mutants::Defect& defect, phone::Oracle& oracle) {
    players_.emplace(address, std::make_unique<Player>(
                                  Player{std::move(subject),
                                         address,
                                         mutants::MutantPhone(std::move(config), defect, oracle),
                                         0,
                                         {},
                                         std::nullopt}));
}

void World::input(std::string_view subject, const phone::Input& input) {
    for (auto& [address, player] : players_) {
        if (player->subject != subject) continue;
        player->phone.handle(now_, input);
        drain(*player);
        return;
    }
    throw std::invalid_argument("no phone named " + std::string(subject));
}

void World::schedule(wire::Instant at, std::function<void()> action) {
    queue_.push({at, next_order_++, std::move(action)});
}

void World::set_zone(wire::Ipv4 source, std::string_view zone) {
    for (auto& [host, names] : name_servers_) names.replace_zone(source.value, zone);
}

// At the far end: a server hears it unless its ports are closed to the source. Its kernel opens
// connections whatever the server is at.
void World::deliver(Packet packet) {
    using Kind = scenario::Treatment::Kind;
    const auto host = packet.destination.address;
    const auto* treatment = treatment_of(host, packet.source.address);
    if (treatment != nullptr && treatment->takes_away(scenario::Treatment::Lost::queries)) return;
    if (treatment != nullptr && treatment->kind == Kind::unreachable) return lead_nowhere(packet);
    if (treatment != nullptr && treatment->cuts_off()) return seek(packet);
    if (treatment != nullptr && treatment->kind == Kind::stop && !packet.opens_connection())
        return treated_.at({host, packet.source.address}).held.push_back([this, packet] {
            deliver(packet);
        });
    const bool refuses =
        treatment != nullptr && (treatment->kind == Kind::refuse || treatment->kind == Kind::crash);
    if (packet.segment) {
        const auto kind = packet.segment->kind;
        if (kind == Segment::Kind::fin || kind == Segment::Kind::rst)
            return void(open_[Link(host, packet.source.address)].erase(packet.source.port));
        if (refuses || !listens(packet) || (treatment != nullptr && treatment->without_tcp))
            return answer_at_once(packet, Segment::Kind::rst);
        if (kind == Segment::Kind::syn) {
            open_[Link(host, packet.source.address)].insert_or_assign(packet.source.port, packet);
            return answer_at_once(packet, Segment::Kind::synack);
        }
    } else if (refuses) {
        return refuse(packet);
    }
    if (!listens(packet)) return;
    if (name_servers_.contains(host))
        serve_dns(host, packet);
    else
        serve_sip(packet);
}

bool World::listens(const Packet& packet) const {
    const auto host = packet.destination.address;
    const auto port = packet.destination.port;
    if (name_servers_.contains(host)) return port == dns_port;
    if (!registrars_.contains(host) || (packet.segment && without_streams_.contains(host)))
        return false;
    const bool over_tls = packet.segment && packet.segment->transport == wire::Transport::tls;
    return port == ports_.at(host) + (over_tls ? 1 : 0);
}

void World::answer_at_once(const Packet& packet, Segment::Kind kind) {
    auto answer = back(packet, {});
    answer.segment->kind = kind;
    carry(answer);
}

void World::refuse(const Packet& packet) {
    carry({{}, packet.destination, packet.source, packet.payload, true});
}

// A router says so, of a connection when it is opened; one that stands waits (RFC 9293 3.9.2.2).
void World::lead_nowhere(const Packet& packet) {
    constexpr unsigned host_unreachable = 1;
    if (packet.segment && !packet.opens_connection()) return;
    Packet error{{}, packet.destination, packet.source, packet.payload, true, packet.segment};
    error.unreachable_code = host_unreachable;
    carry(error);
}

// Over TCP each message has its length before it (RFC 1035 section 4.2.2).
void World::serve_dns(wire::Ipv4 host, const Packet& query) {
    constexpr std::size_t length_size = 2, longest = 65535;
    const auto& names = name_servers_.at(host);
    const auto asker = query.source.address.value;
    if (!query.segment) {
        if (auto answer = names.answer(asker, query.payload))
            reply(back(query, std::move(*answer)));
        return;
    }
    if (query.payload.size() < length_size) return;
    auto answer = names.answer(asker, query.payload.substr(length_size), longest);
    if (!answer) return;
    const auto size = answer->size();
    answer->insert(0, {static_cast<char>(size >> 8U), static_cast<char>(size & 0xffU)});
    reply(back(query, std::move(*answer)));
}

void World::serve_sip(const Packet& request) {
    if (auto pong = pong_to(request)) return answer_keepalive(request, std::move(*pong));
    for (const auto& [after, response] : replies(request))
        schedule(now_ + after,
                 [this, answer = back(request, wire::serialise(response))] { reply(answer); });
}

// Below SIP: a server that is slow at requests or rejects them answers at once.
void World::answer_keepalive(const Packet& ping, std::string pong) {
    using Kind = scenario::Treatment::Kind;
    const auto host = ping.destination.address;
    const auto* treatment = treatment_of(host, ping.source.address);
    if (!outbound_.contains(host) || (treatment != nullptr && treatment->kind == Kind::mute))
        return;
    auto packet = back(ping, std::move(pong));
    if (treatment != nullptr && treatment->kind == Kind::stall) return reply(std::move(packet));
    carry(packet);
}

// In the phones' network, and in the phone if one lives at the address.
void World::arrive(Packet packet) {
    if (is_lost(packet)) return;
    show(packet);
    const auto player = players_.find(packet.destination.address);
    if (player != players_.end()) take(*player->second, std::move(packet));
}

void World::take(Player& player, Packet packet) {
    if (packet.segment)
        take_segment(player, std::move(packet));
    else if (packet.is_unreachable)
        player.phone.handle(now_, phone::DatagramRefused{packet.destination, packet.source,
                                                         packet.unreachable_code});
    else
        player.phone.handle(now_, phone::DatagramReceived{packet.destination, packet.source,
                                                          std::move(packet.payload)});
    drain(player);
}

void World::take_segment(Player& player, Packet packet) {
    const auto id = packet.segment->connection;
    if (packet.is_unreachable)
        return player.phone.handle(now_, phone::ConnectionLost{id, "finds no way to the host"});
    switch (packet.segment->kind) {
        case Segment::Kind::synack:
            shake_hands(player, packet);
            break;
        case Segment::Kind::rst:
            player.phone.handle(now_, phone::ConnectionLost{id, "refuses the connection"});
            break;
        case Segment::Kind::data:
            player.phone.handle(now_, phone::StreamReceived{id, std::move(packet.payload)});
            break;
        case Segment::Kind::fin:
            player.phone.handle(now_, phone::ConnectionLost{id, "closes the connection"});
            break;
        case Segment::Kind::syn:
            break;
    }
}

void World::fetch(Player& player, const phone::Fetch& wanted) {
    player.fetch = files_.ask(player.address, wanted, [this, &player](const phone::Fetched& got) {
        player.phone.handle(now_, got);
        drain(player);
    });
}

// Carries out what the phone wants. A connection keeps the name that its first packet gave it.
void World::perform(Player& player, phone::Output& output) {
    if (const auto* wanted = std::get_if<phone::Fetch>(&output)) fetch(player, *wanted);
    if (std::holds_alternative<phone::StopFetch>(output)) files_.stop(player.fetch);
    if (auto* transmit = std::get_if<phone::Transmit>(&output)) {
        send({now_, transmit->local, transmit->remote, std::move(transmit->bytes)});
    } else if (const auto* connect = std::get_if<phone::Connect>(&output)) {
        player.checks[connect->connection] = connect->checks;
        Packet packet{
            now_, {player.address, stream_port(connect->connection)}, connect->remote, {}};
        packet.segment = Segment{connect->connection, connect->transport, Segment::Kind::syn, 0, 0};
        send(std::move(packet));
    } else if (auto* sent = std::get_if<phone::SendOnConnection>(&output)) {
        Packet packet{now_, sent->local, sent->remote, std::move(sent->bytes)};
        packet.segment = Segment{sent->connection, sent->transport, Segment::Kind::data, 0, 0};
        send(std::move(packet));
    } else if (const auto* close = std::get_if<phone::Close>(&output)) {
        Packet packet{now_, {player.address, stream_port(close->connection)}, close->remote, {}};
        packet.segment = Segment{close->connection, close->transport, Segment::Kind::fin, 0, 0};
        send(std::move(packet));
    }
}

// And queues its next wake-up.
void World::drain(Player& player) {
    while (auto output = player.phone.poll_output()) {
        if (on_output_) on_output_(player.subject, *output);
        perform(player, *output);
    }
    const auto due = player.phone.poll_timeout();
    if (!due || player.wake == due) return;
    player.wake = due;
    schedule(std::max(*due, now_), [this, &player, due] {
        if (player.wake != due) return;  // overtaken by an earlier deadline
        player.wake.reset();
        player.phone.handle_timeout(now_);
        drain(player);
    });
}

bool World::step() {
    if (queue_.empty()) return false;
    // Its place in the queue does not hang on what it does.
    const auto action = std::move(queue_.top().action);
    if (queue_.top().at != now_) at_this_instant_ = 0;
    if (++at_this_instant_ > most_at_one_instant)
        throw TimeStandsStill("virtual time stands still: a phone asks to be woken without end");
    now_ = queue_.top().at;
    queue_.pop();
    action();
    return true;
}

}  // namespace twinline::world
