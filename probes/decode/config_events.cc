// A connection is named by its client first, whoever speaks.
#include "probes/decode/config_events.hh"

namespace twinline::decode {

ConfigEvents::ConfigEvents(const timeline::Cast& cast, TcpStreams& streams, TlsStreams& secure)
    : servers_(cast.configuration_servers), streams_(streams) {
    for (const auto& [address, server] : servers_) {
        if (server.protocol == "http" || server.protocol == "ftp")
            streams_.watch({address, server.port});
        if (server.protocol == "https") secure.watch({address, server.port});
    }
}

const timeline::ConfigurationServer* ConfigEvents::server(const Endpoint& end) const {
    const auto found = servers_.find(end.address);
    return found != servers_.end() && found->second.port == end.port ? &found->second : nullptr;
}

ConfigEvents::Connection* ConfigEvents::find(const Key& key) {
    const auto found = connections_.find(key);
    return found == connections_.end() ? nullptr : &found->second;
}

FtpReader* ConfigEvents::control_of(const Data& data) {
    auto* control = find(data.control);
    return control == nullptr ? nullptr : std::get_if<FtpReader>(&control->reader);
}

ConfigFound ConfigEvents::octets(const TcpStreams::Message& message) {
    ConfigFound found;
    auto* connection = find({message.source, message.destination});
    const bool from_client = connection != nullptr;
    if (connection == nullptr) connection = find({message.destination, message.source});
    if (connection == nullptr) return found;
    if (auto* http = std::get_if<HttpReader>(&connection->reader)) {
        from_client ? http->from_client(message.text, found)
                    : http->from_server(message.text, found);
    } else if (auto* ftp = std::get_if<FtpReader>(&connection->reader)) {
        from_client ? ftp->from_client(message.text, found) : ftp->from_server(message.text, found);
        if (const auto end = ftp->take_data_end()) {
            if (data_ends_.size() >= limit) data_ends_.clear();
            data_ends_[*end] = from_client ? Key{message.source, message.destination}
                                           : Key{message.destination, message.source};
            streams_.watch(*end);
        }
    } else if (const auto* data = std::get_if<Data>(&connection->reader)) {
        if (auto* control = control_of(*data)) control->data(message.text.size());
    }
    return found;
}

ConfigFound ConfigEvents::segment(const TcpSegment& segment) {
    ConfigFound found;
    if (segment.syn && !segment.ack) open(segment, found);
    if (segment.syn || (!segment.fin && !segment.rst)) return found;
    const Key out{segment.source, segment.destination}, back{segment.destination, segment.source};
    const bool by_client = find(out) != nullptr;
    end(by_client ? out : back, by_client, segment.rst, found);
    return found;
}

// A connection attempt is one, however often its SYN is repeated.
void ConfigEvents::open(const TcpSegment& segment, ConfigFound& found) {
    const auto* to = server(segment.destination);
    const auto data = data_ends_.find(segment.destination);
    if (to == nullptr && data == data_ends_.end()) return;
    const Key key{segment.source, segment.destination};
    if (const auto* known = find(key); known != nullptr && known->sequence == segment.sequence)
        return;
    if (connections_.size() >= limit) connections_.clear();
    Connection connection;
    connection.sequence = segment.sequence;
    const ConfigEnds ends{segment.source, segment.destination};
    if (to == nullptr) {
        connection.protocol = "ftp";
        connection.reader =
            Data{data->second, segment.source.address == data->second.first.address};
        data_ends_.erase(data);
    } else {
        connection.protocol = to->protocol;
        if (to->protocol == "http" || to->protocol == "https")
            connection.reader = HttpReader(ends, to->protocol);
        if (to->protocol == "ftp") connection.reader = FtpReader(ends);
        found.push_back({"config.attempt", {{"protocol", to->protocol}}, ends.client, ends.server});
    }
    connections_.insert_or_assign(key, std::move(connection));
}

// What comes after the first FIN or reset is no part of a download: a client that closes has given
// it up.
void ConfigEvents::end(const Key& key, bool by_client, bool reset, ConfigFound& found) {
    auto ended = connections_.extract(key);
    if (!ended) return;
    auto& connection = ended.mapped();
    const auto* data = std::get_if<Data>(&connection.reader);
    if (data != nullptr) {
        if (auto* control = control_of(*data))
            control->data_ended(!reset && by_client != data->passive, found);
    } else if (auto* http = std::get_if<HttpReader>(&connection.reader)) {
        http->end(!reset && !by_client, found);
    } else if (auto* ftp = std::get_if<FtpReader>(&connection.reader)) {
        ftp->end(found);
    }
}

std::optional<ConfigFound> ConfigEvents::datagram(const Payload& datagram) {
    ConfigFound found;
    if (const auto* to = server(datagram.destination); to != nullptr && to->protocol == "tftp") {
        tftp_.request(datagram, found);
        return found;
    }
    if (!tftp_.transfer(datagram, found)) return std::nullopt;
    return found;
}

}  // namespace twinline::decode
