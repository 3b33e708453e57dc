// Nothing here knows what a message means: bytes wait for their connection and are cut into
// messages.
#include "reference_impl/phone/connections.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::size_t most_connections = 32;
constexpr std::size_t most_queued = 32;

std::string name_of(const Connections::Peer& peer) {
    return wire::to_string(peer.remote) + " over " + std::string(to_string(peer.transport));
}

}  // namespace

Connections::Table::iterator Connections::of(const Peer& peer) {
    return std::ranges::find_if(table_,
                                [&](const auto& entry) { return entry.second.peer == peer; });
}

void Connections::send(wire::Instant now, Transmit transmit) {
    const Peer peer{transmit.transport, transmit.remote};
    auto found = of(peer);
    if (found != table_.end() && !found->second.is_up &&
        now >= found->second.begun + connect_limit_) {
        close(found, "gives up connecting to " + name_of(peer));
        found = table_.end();
    }
    if (found == table_.end()) {
        // Only who chose the server knows its name: an answer has no other way than the
        // connection its request came on.
        if (transmit.server_name.empty()) return;
        found = open(now, transmit);
    }
    auto& connection = found->second;
    if (connection.is_up)
        pass(found->first, connection, std::move(transmit));
    else if (connection.queued.size() < most_queued)
        connection.queued.push_back(std::move(transmit));
}

Connections::Table::iterator Connections::open(wire::Instant now, const Transmit& transmit) {
    const Peer peer{transmit.transport, transmit.remote};
    if (table_.size() >= most_connections)
        close(table_.begin(), "closes its oldest connection, it has too many");
    const auto id = next_id_++;
    ready_.push_back(Connect{id,
                             peer.transport,
                             peer.remote,
                             transmit.server_name,
                             {.what = "connect",
                              .text = "opens a connection to " + name_of(peer),
                              .clauses = transmit.why.clauses,
                              .keys = {}},
                             checks_});
    Connection connection;
    connection.peer = peer;
    connection.is_dns = transmit.is_dns;
    connection.begun = now;
    return table_.emplace(id, std::move(connection)).first;
}

void Connections::pass(unsigned id, const Connection& connection, Transmit transmit) {
    ready_.push_back(SendOnConnection{id, connection.peer.transport, connection.local,
                                      connection.peer.remote, std::move(transmit.bytes),
                                      std::move(transmit.why)});
}

void Connections::close(Table::iterator connection, std::string text) {
    ready_.push_back(
        Close{connection->first,
              connection->second.peer.transport,
              connection->second.peer.remote,
              {.what = "close", .text = std::move(text), .clauses = {"RFC-3261-TCP"}, .keys = {}}});
    table_.erase(connection);
}

void Connections::connected(const Connected& connected) {
    const auto found = table_.find(connected.connection);
    if (found == table_.end() || found->second.is_up) return;
    auto& connection = found->second;
    connection.is_up = true;
    connection.local = connected.local;
    while (!connection.queued.empty()) {
        pass(found->first, connection, std::move(connection.queued.front()));
        connection.queued.pop_front();
    }
}

std::optional<Connections::Lost> Connections::lost(const ConnectionLost& lost) {
    const auto found = table_.find(lost.connection);
    if (found == table_.end()) return std::nullopt;
    const Lost result{found->second.peer, found->second.is_dns};
    table_.erase(found);
    return result;
}

void Connections::abandon(const Peer& peer) {
    if (const auto found = of(peer); found != table_.end())
        close(found, "closes its dead connection to " + name_of(peer));
}

std::optional<Connections::Arrived> Connections::received(const StreamReceived& received) {
    const auto found = table_.find(received.connection);
    if (found == table_.end()) return std::nullopt;
    auto& connection = found->second;
    if (connection.is_dns) return Arrived{connection.peer, true, {received.bytes}};
    Arrived arrived{connection.peer, false, connection.framing.take(received.bytes)};
    arrived.line_end = connection.framing.took_line_end();
    arrived.broken = connection.framing.is_broken();
    if (arrived.broken) close(found, name_of(arrived.peer) + " sends what is no SIP; closes");
    return arrived;
}

std::optional<Output> Connections::poll_output() {
    if (ready_.empty()) return std::nullopt;
    auto output = std::move(ready_.front());
    ready_.pop_front();
    return output;
}

}  // namespace twinline::phone
