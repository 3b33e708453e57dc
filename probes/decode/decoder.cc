// Frames to events; see decoder.hh. Who is subject and who is peer is decided here and nowhere
// else.
#include "probes/decode/decoder.hh"

#include "probes/decode/dns_events.hh"

#include <fmt/format.h>

#include <utility>

namespace twinline::decode {

namespace {

using timeline::Direction;
using timeline::Event;

std::string mac_text(const std::array<std::uint8_t, 6>& mac) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                       mac[4], mac[5]);
}

std::string protocol_text(std::uint8_t protocol) {
    switch (static_cast<Protocol>(protocol)) {
        case Protocol::udp:
            return "udp";
        case Protocol::tcp:
            return "tcp";
        case Protocol::icmp:
            return "icmp";
    }
    return std::to_string(protocol);
}

// What a short capture length cut away cannot be judged, and is nobody's fault but the rig's.
void add_truncated(Event& event, const Ipv4Packet& packet) {
    event.kind = "frame.truncated";
    event.fields["protocol"] = protocol_text(packet.protocol);
    event.fields["captured"] = std::to_string(packet.payload.size());
    event.fields["promised"] = std::to_string(packet.promised);
}

bool read_tcp_event(Event& event, const TcpSegment& segment) {
    if (segment.rst) {
        event.kind = "tcp.rst";
    } else if (segment.syn) {
        event.kind = segment.ack ? "tcp.synack" : "tcp.syn";
    } else if (segment.fin) {
        event.kind = "tcp.fin";
    } else {
        return false;
    }
    event.fields["src"] = to_text(segment.source);
    event.fields["dst"] = to_text(segment.destination);
    return true;
}

Stamp stamp_of(const timeline::Frame& frame) { return {frame.at, frame.number}; }

}  // namespace

Decoder::Decoder(timeline::Cast cast, TlsKeyLog keys)
    : ends_(cast), secure_(std::move(keys)), config_(cast, streams_, secure_) {}

void Decoder::feed(const timeline::Frame& frame, const Sink& sink) {
    const auto content = read_frame(frame);
    if (const auto* arp = std::get_if<ArpPacket>(&content)) {
        Event event;
        if (read_arp(event, *arp)) {
            emit(stamp_of(frame), std::move(event), sink);
        }
        return;
    }
    const auto* packet = std::get_if<Ipv4Packet>(&content);
    if (packet == nullptr) {
        return;
    }
    if (packet->is_cut()) {
        Event event;
        ends_.set(event, packet->source, packet->destination);
        add_truncated(event, *packet);
        emit(stamp_of(frame), std::move(event), sink);
    } else if (!packet->is_fragment()) {
        feed_packet(frame, *packet, sink);
    } else if (const auto whole = fragments_.feed(frame.at, *packet)) {
        feed_packet(frame, *whole, sink);
    }
}

void Decoder::feed_packet(const timeline::Frame& frame, const Ipv4Packet& packet,
                          const Sink& sink) {
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::tcp)) {
        if (const auto segment = read_tcp(packet)) {
            feed_segment(frame, *segment, sink);
        }
        return;
    }
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::udp)) {
        const auto datagram = read_udp(packet);
        if (auto found = datagram ? config_.datagram(*datagram) : std::nullopt) {
            return emit(stamp_of(frame), std::move(*found), sink);
        }
    }
    Event event;
    if (read_packet(event, packet)) {
        emit(stamp_of(frame), std::move(event), sink);
    }
}

// What it carries comes before what it ends.
void Decoder::feed_segment(const timeline::Frame& frame, const TcpSegment& segment,
                           const Sink& sink) {
    const auto stamp = stamp_of(frame);
    for (const auto& message : streams_.feed(segment)) {
        if (message.kind == StreamCutter::Kind::tls) {
            take_secure(secure_.octets(message, stamp), sink);
            continue;
        }
        // SIP that can be read on the port of SIP over TLS was deciphered before.
        const bool secure =
            message.source.port == sips_port || message.destination.port == sips_port;
        take_message(stamp, message, secure ? "tls" : "tcp", sink);
    }
    if (!secure_.holds(segment, stamp)) take_flags(stamp, segment, sink);
}

void Decoder::take_message(Stamp stamp, const TcpStreams::Message& message,
                           std::string_view transport, const Sink& sink) {
    if (message.kind == StreamCutter::Kind::octets)
        return emit(stamp, config_.octets(message), sink);
    Event event;
    const Bytes octets = std::as_bytes(std::span(message.text));
    if (message.kind == StreamCutter::Kind::dns) {
        read_dns(event, octets, transport);
    } else if (!sip_.read(event, {message.source, message.destination, octets}, transport)) {
        return;
    }
    ends_.set(event, message.source.address, message.destination.address);
    ends_.set_port(event, message.source, message.destination);
    emit(stamp, std::move(event), sink);
}

void Decoder::take_flags(Stamp stamp, const TcpSegment& segment, const Sink& sink) {
    Event event;
    if (read_tcp_event(event, segment)) {
        ends_.set(event, segment.source.address, segment.destination.address);
        ends_.set_port(event, segment.source, segment.destination);
        emit(stamp, std::move(event), sink);
    }
    emit(stamp, config_.segment(segment), sink);
}

void Decoder::take_secure(TlsStreams::AllFound&& found, const Sink& sink) {
    for (auto& [stamp, what] : found) {
        if (const auto* message = std::get_if<TcpStreams::Message>(&what)) {
            take_message(stamp, *message, "tls", sink);
        } else if (const auto* segment = std::get_if<TcpSegment>(&what)) {
            take_flags(stamp, *segment, sink);
        } else {
            auto& said = std::get<TlsStreams::Said>(what);
            Event event;
            event.kind = std::move(said.kind);
            event.fields = std::move(said.fields);
            ends_.set(event, said.source.address, said.destination.address);
            ends_.set_port(event, said.source, said.destination);
            emit(stamp, std::move(event), sink);
        }
    }
}

void Decoder::add_keys(std::string_view lines, const Sink& sink) {
    take_secure(secure_.add_keys(lines), sink);
}

void Decoder::emit(Stamp stamp, Event&& event, const Sink& sink) {
    event.id = next_id_++;
    event.at = stamp.at;
    event.frame = stamp.frame;
    sink(std::move(event));
}

void Decoder::emit(Stamp stamp, ConfigFound&& found, const Sink& sink) {
    for (auto& each : found) {
        Event event;
        event.kind = std::move(each.kind);
        event.fields = std::move(each.fields);
        ends_.set(event, each.source.address, each.destination.address);
        ends_.set_port(event, each.source, each.destination);
        if (event.kind == "config.attempt") event.fields["server"] = event.peer;
        emit(stamp, std::move(event), sink);
    }
}

bool Decoder::read_arp(Event& event, const ArpPacket& arp) const {
    ends_.set(event, arp.sender, arp.target);
    event.kind = arp.reply ? "arp.reply" : "arp.request";
    event.fields["target"] = address_text(arp.reply ? arp.sender : arp.target);
    if (arp.reply) {
        event.fields["mac"] = mac_text(arp.sender_mac);
    }
    return true;
}

bool Decoder::read_packet(Event& event, const Ipv4Packet& packet) {
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::udp)) {
        const auto datagram = read_udp(packet);
        return datagram && read_udp_event(event, *datagram);
    }
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::icmp)) {
        const auto icmp = read_icmp(packet);
        return icmp && read_icmp_event(event, packet, *icmp);
    }
    return false;
}

bool Decoder::read_udp_event(Event& event, const Payload& datagram) {
    if (datagram.source.port == dns_port || datagram.destination.port == dns_port) {
        read_dns(event, datagram.octets, "udp");
    } else if (!sip_.read(event, datagram, "udp")) {
        return false;
    }
    ends_.set(event, datagram.source.address, datagram.destination.address);
    ends_.set_port(event, datagram.source, datagram.destination);
    return true;
}

// An error belongs to the one whose packet it quotes, whoever sent it: a router may answer for a
// host that is gone.
bool Decoder::read_icmp_event(Event& event, const Ipv4Packet& packet,
                              const IcmpMessage& icmp) const {
    constexpr std::uint8_t unreachable = 3;
    if (icmp.type != unreachable || !icmp.quoted) {
        event.kind = "icmp.other";
        event.fields["type"] = std::to_string(icmp.type);
    } else {
        event.kind = "icmp.unreachable";
        event.fields["of_src"] = to_text(icmp.quoted->source);
        event.fields["of_dst"] = to_text(icmp.quoted->destination);
        event.fields["of_protocol"] = protocol_text(icmp.quoted->protocol);
    }
    event.fields["code"] = std::to_string(icmp.code);
    if (!icmp.quoted) {
        ends_.set(event, packet.source, packet.destination);
        return true;
    }
    const QuotedPacket& quoted = *icmp.quoted;
    ends_.set(event, quoted.source.address, quoted.destination.address);
    event.direction = event.direction == Direction::out  ? Direction::in
                      : event.direction == Direction::in ? Direction::out
                                                         : Direction::none;
    if (quoted.source.port != 0 || quoted.destination.port != 0) {
        ends_.set_port(event, quoted.source, quoted.destination);
    }
    return true;
}

timeline::Timeline decode_all(std::span<const OwnedFrame> frames, timeline::Cast cast,
                              TlsKeyLog keys) {
    Decoder decoder(std::move(cast), std::move(keys));
    timeline::Timeline events;
    for (const OwnedFrame& owned : frames) {
        timeline::Frame frame = owned.frame;
        frame.bytes = owned.bytes;
        decoder.feed(frame, [&](Event&& event) { events.push_back(std::move(event)); });
    }
    return events;
}

}  // namespace twinline::decode
