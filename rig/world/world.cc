// Links take half a millisecond each way, as a lab on one machine does; the tap sits on the phones'
// side.
#include "rig/world/world.hh"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace twinline::world {

namespace {

constexpr std::chrono::microseconds link_delay{250};  // phones' network to a server, one way
constexpr std::uint64_t most_at_one_instant = 100'000;
constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t sip_port = 5060;

std::uint16_t stream_port(unsigned connection) {  // an ephemeral one (RFC 6335)
    return static_cast<std::uint16_t>(49152 + connection % 16384);
}

wire::Ipv4 address_of(const scenario::Host& host) {
    const auto address = wire::parse_ipv4(host.address);
    if (!address)
        throw std::invalid_argument("host " + host.role + ": no address: " + host.address);
    return *address;
}

}  // namespace

World::World(const scenario::Topology& topology) : name_server_(topology) {
    std::map<std::string, std::string> passwords;
    for (const auto& user : topology.users) passwords.emplace(user.name, user.password);
    for (const auto& host : topology.hosts) {
        if (host.runs == scenario::HostRuns::dns) {
            name_servers_.insert(address_of(host));
            continue;
        }
        registrars_.emplace(
            address_of(host),
            Registrar(host.role, passwords, std::chrono::seconds(topology.grants_expires)));
        if (!topology.callee.empty())
            callees_.emplace(address_of(host),
                             Callee(topology.callee, {address_of(host), sip_port}));
    }
}

void World::add_phone(std::string subject, wire::Ipv4 address, config::PhoneConfig config,
                      phone::Rules rules, phone::Oracle& oracle) {
    players_.emplace(address, std::make_unique<Player>(Player{
                                  std::move(subject), address,
                                  phone::Phone(std::move(config), rules, oracle), std::nullopt}));
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

void World::send(Packet packet) {
    packet.at = now_;
    if (on_packet_) on_packet_(packet);
    schedule(now_ + link_delay, [this, packet = std::move(packet)] { deliver(packet); });
}

// At the far end: a server hears it unless it is silenced for the source.
void World::deliver(Packet packet) {
    const auto host = packet.destination.address;
    if (silenced_.contains({host, packet.source.address})) return;
    if (name_servers_.contains(host) && packet.destination.port == dns_port) {
        serve_dns(host, packet);
    } else if (const auto registrar = registrars_.find(host);
               registrar != registrars_.end() && packet.destination.port == sip_port) {
        serve_sip(host, registrar->second, packet);
    }
}

void World::serve_dns(wire::Ipv4 host, const Packet& query) {
    auto answer = name_server_.answer(query.source.address.value, query.payload);
    if (answer) reply({{}, {host, dns_port}, query.source, std::move(*answer)});
}

void World::serve_sip(wire::Ipv4 host, Registrar& registrar, const Packet& request) {
    const auto message = wire::parse_sip(request.payload);
    if (!message || !message->is_request() || message->via.empty()) return;
    const auto callee = callees_.find(host);
    if (callee != callees_.end() && message->method != "REGISTER" && message->method != "OPTIONS") {
        for (auto& [after, response] : callee->second.answer(request.source, *message))
            schedule(now_ + after, [this, host, to = request.source,
                                    bytes = wire::serialise(response)]() mutable {
                reply({{}, {host, sip_port}, to, std::move(bytes)});
            });
        return;
    }
    const auto response = registrar.answer(now_, request.source, *message);
    if (response) reply({{}, {host, sip_port}, request.source, wire::serialise(*response)});
}

// From a server back to the phones' network, and into the phone if one lives at the address.
void World::reply(Packet packet) {
    schedule(now_ + link_delay, [this, packet = std::move(packet)]() mutable {
        packet.at = now_;
        if (on_packet_) on_packet_(packet);
        const auto player = players_.find(packet.destination.address);
        if (player == players_.end()) return;
        player->second->phone.handle(
            now_,
            phone::DatagramReceived{packet.destination, packet.source, std::move(packet.payload)});
        drain(*player->second);
    });
}

// A silenced host never answers; one that is no registrar refuses.
void World::open(Player& player, const phone::Connect& connect) {
    const auto host = connect.remote.address;
    const bool listens = registrars_.contains(host) && connect.remote.port == sip_port;
    if (silenced_.contains({host, player.address})) return;
    schedule(now_ + 2 * link_delay, [this, &player, id = connect.connection, listens] {
        if (listens)
            player.phone.handle(now_, phone::Connected{id, {player.address, stream_port(id)}});
        else
            player.phone.handle(now_, phone::ConnectionLost{id, "refuses the connection"});
        drain(player);
    });
}

void World::send(Player& player, const phone::SendOnConnection& sent) {
    schedule(now_ + link_delay, [this, &player, sent] {
        const auto registrar = registrars_.find(sent.remote.address);
        const auto request = wire::parse_sip(sent.bytes);
        if (registrar == registrars_.end() || !request || !request->is_request() ||
            silenced_.contains({sent.remote.address, player.address}))
            return;
        const auto response = registrar->second.answer(now_, sent.local, *request);
        if (!response) return;
        schedule(now_ + link_delay,
                 [this, &player, id = sent.connection, bytes = wire::serialise(*response)] {
                     player.phone.handle(now_, phone::StreamReceived{id, bytes});
                     drain(player);
                 });
    });
}

// Carries out what the phone wants and queues its next wake-up.
void World::drain(Player& player) {
    while (auto output = player.phone.poll_output()) {
        if (on_output_) on_output_(player.subject, *output);
        if (auto* transmit = std::get_if<phone::Transmit>(&*output))
            send({now_, transmit->local, transmit->remote, std::move(transmit->bytes)});
        else if (const auto* connect = std::get_if<phone::Connect>(&*output))
            open(player, *connect);
        else if (const auto* sent = std::get_if<phone::SendOnConnection>(&*output))
            send(player, *sent);
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
    auto action = queue_.top().action;
    if (queue_.top().at != now_) at_this_instant_ = 0;
    if (++at_this_instant_ > most_at_one_instant)
        throw std::logic_error("virtual time stands still: a phone asks to be woken without end");
    now_ = queue_.top().at;
    queue_.pop();
    action();
    return true;
}

}  // namespace twinline::world
