// Both directions share one queue, so that an answer is never found before its request.
#include "probes/decode/tls_streams.hh"

#include "probes/decode/sip_events.hh"

#include <algorithm>
#include <array>

namespace twinline::decode {

namespace {

constexpr std::uint8_t handshake_record = 22, server_hello_message = 2;

constexpr std::size_t cost_of_waiting = 128;  // beside its octets

bool is_hello_of_server(std::string_view octets) {
    return octets.size() > TlsSession::header_size && octets[0] == handshake_record &&
           octets[TlsSession::header_size] == server_hello_message;
}

bool is_record_header(std::string_view octets) {
    constexpr std::uint8_t first_type = 20, last_type = 24;
    const auto type = static_cast<std::uint8_t>(octets[0]);
    return type >= first_type && type <= last_type && octets[1] == 3;
}

std::size_t body_size(std::string_view header) {
    return static_cast<std::size_t>(static_cast<unsigned char>(header[3])) << 8U |
           static_cast<unsigned char>(header[4]);
}

}  // namespace

std::size_t TlsStreams::Connection::held() const {
    auto size = waiting_size;
    for (const auto& each : directions) size += each.begun.size() + each.cutter.held();
    return size;
}

// Whoever speaks first is the client, unless it answers.
TlsStreams::Connections::iterator TlsStreams::connection_of(const TcpStreams::Message& message) {
    for (const Key& key :
         {Key{message.source, message.destination}, Key{message.destination, message.source}})
        if (const auto found = connections_.find(key); found != connections_.end()) return found;
    if (connections_.size() >= connections_limit) {
        connections_.clear();
        held_ = 0;
    }
    auto key = Key{message.source, message.destination};
    if (is_hello_of_server(message.text)) std::swap(key.first, key.second);
    const bool is_watched = watched_.contains(key.second);
    const auto port = key.second.port;
    const auto kind = is_watched                              ? StreamCutter::Kind::octets
                      : port == sip_port || port == sips_port ? StreamCutter::Kind::sip
                                                              : StreamCutter::Kind::unknown;
    return connections_.emplace(key, Connection(kind)).first;
}

TlsStreams::AllFound TlsStreams::octets(const TcpStreams::Message& message, Stamp stamp) {
    const auto at = connection_of(message);
    auto& [key, connection] = *at;
    held_ -= connection.held();
    const auto from = key.first == message.source ? Side::client : Side::server;
    TlsSession::AllFound trouble;
    AllFound found;
    if (message.is_gap)
        connection.session.give_up(from, "octets are missing in the capture", trouble);
    else
        cut(connection, from, message.text, stamp, trouble);
    read(key, connection, found);
    if (connection.waiting_size > waiting_limit || is_overdue(connection, stamp)) {
        for (const auto side : {Side::client, Side::server})
            connection.session.give_up(side, "its key did not come", trouble);
        read(key, connection, found);
    }
    give(key, connection, from, stamp, std::move(trouble), found);
    held_ += connection.held();
    if (held_ > held_limit) {
        connections_.clear();
        held_ = 0;
    }
    return found;
}

bool TlsStreams::is_overdue(const Connection& connection, Stamp now) const {
    return !connection.waiting.empty() &&
           now.at - connection.waiting.front().stamp.at > longest_wait;
}

void TlsStreams::cut(Connection& connection, Side from, std::string_view octets, Stamp stamp,
                     TlsSession::AllFound& trouble) {
    constexpr auto header_size = TlsSession::header_size;
    auto& [begun, is_lost, cutter] = connection.direction(from);
    if (is_lost) return;
    begun += octets;
    std::size_t at = 0;
    while (begun.size() - at >= header_size) {
        const auto header = std::string_view(begun).substr(at, header_size);
        const auto size = header_size + body_size(header);
        if (!is_record_header(header) || body_size(header) > TlsSession::longest_body) {
            is_lost = true;
            begun.clear();
            return connection.session.give_up(from, "no record stands where one must begin",
                                              trouble);
        }
        if (begun.size() - at < size) break;
        connection.waiting.push_back({stamp, from, begun.substr(at, size)});
        connection.waiting_size += size + cost_of_waiting;
        at += size;
    }
    begun.erase(0, at);
}

void TlsStreams::read(const Key& key, Connection& connection, AllFound& found) {
    auto& waiting = connection.waiting;
    for (; !waiting.empty(); waiting.pop_front()) {
        auto& next = waiting.front();
        if (auto* segment = std::get_if<TcpSegment>(&next.what)) {
            connection.waiting_size -= cost_of_waiting;
            found.push_back({next.stamp, *segment});
            continue;
        }
        const auto& record = std::get<std::string>(next.what);
        TlsSession::AllFound read;
        if (!connection.session.read(next.from, record, keys_, read)) return;
        connection.waiting_size -= record.size() + cost_of_waiting;
        give(key, connection, next.from, next.stamp, std::move(read), found);
    }
}

void TlsStreams::give(const Key& key, Connection& connection, Side from, Stamp stamp,
                      TlsSession::AllFound&& read, AllFound& found) const {
    const auto& [client, server] = key;
    const auto source = from == Side::client ? client : server;
    const auto destination = from == Side::client ? server : client;
    auto& cutter = connection.direction(from).cutter;
    for (auto& each : read) {
        if (!each.kind.empty()) {
            found.push_back(
                {stamp, Said{source, destination, std::move(each.kind), std::move(each.fields)}});
            continue;
        }
        for (auto& text : cutter.take(each.text))
            found.push_back(
                {stamp, TcpStreams::Message{source, destination, cutter.kind(), std::move(text)}});
    }
}

// A SYN begins another connection between the same ends.
bool TlsStreams::holds(const TcpSegment& segment, Stamp stamp) {
    for (const Key& key :
         {Key{segment.source, segment.destination}, Key{segment.destination, segment.source}}) {
        const auto found = connections_.find(key);
        if (found == connections_.end()) continue;
        auto& connection = found->second;
        if (segment.syn) {
            if (segment.ack) return false;
            held_ -= connection.held();
            connections_.erase(found);
            return false;
        }
        if (connection.waiting.empty() || (!segment.fin && !segment.rst) ||
            connection.waiting_size > waiting_limit)
            return false;
        auto flags = segment;
        flags.payload = {};
        connection.waiting.push_back({stamp, Side::client, flags});
        connection.waiting_size += cost_of_waiting;
        held_ += cost_of_waiting;
        return true;
    }
    return false;
}

TlsStreams::AllFound TlsStreams::add_keys(std::string_view lines) {
    AllFound found;
    keys_.add(lines);
    for (auto& [key, connection] : connections_) {
        if (connection.waiting.empty()) continue;
        held_ -= connection.held();
        read(key, connection, found);
        held_ += connection.held();
    }
    return found;
}

}  // namespace twinline::decode
