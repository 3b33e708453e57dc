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

ViewSink owning(const Sink& sink) {
    return [&sink](const timeline::EventView& event) { sink(to_event(event)); };
}

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
void add_truncated(Draft& event, const Ipv4Packet& packet) {
    event.kind = "frame.truncated";
    event.set("protocol", event.keep(protocol_text(packet.protocol)));
    event.set("captured", std::uint64_t{packet.payload.size()});
    event.set("promised", std::uint64_t{packet.promised});
}

bool read_tcp_event(Draft& event, const TcpSegment& segment) {
    if (segment.rst) {
        event.kind = "tcp.rst";
    } else if (segment.syn) {
        event.kind = segment.ack ? "tcp.synack" : "tcp.syn";
    } else if (segment.fin) {
        event.kind = "tcp.fin";
    } else {
        return false;
    }
    event.set("src", event.keep(to_text(segment.source)));
    event.set("dst", event.keep(to_text(segment.destination)));
    return true;
}

bool is_dns(const Payload& datagram) {
    return datagram.source.port == dns_port || datagram.destination.port == dns_port;
}

Stamp stamp_of(const timeline::Frame& frame) { return {frame.at, frame.number}; }

}  // namespace

Decoder::Decoder(timeline::Cast cast, TlsKeyLog keys)
    : ends_(cast), secure_(std::move(keys)), config_(cast, streams_, secure_) {}

void Decoder::feed(const timeline::Frame& frame, const Sink& sink) {
    feed_views(frame, owning(sink));
}

void Decoder::feed_views(const timeline::Frame& frame, const ViewSink& sink) {
    glance(glimpse_, frame);
    if (const auto event = finish(frame, glimpse_, sink)) sink(*event);
}

void glance(Glimpse& glimpse, const timeline::Frame& frame) {
    glimpse.datagram.reset();
    glimpse.sip.reset();
    const auto content = read_frame(frame);
    const auto* packet = std::get_if<Ipv4Packet>(&content);
    if (packet == nullptr || packet->is_cut() || packet->is_fragment() ||
        packet->protocol != static_cast<std::uint8_t>(Protocol::udp))
        return;
    const auto datagram = read_udp(*packet);
    if (!datagram) return;
    glimpse.event.begin();
    if (is_dns(*datagram))
        read_dns(glimpse.event, datagram->octets, "udp");
    else if (glimpse.sip = SipEvents::glance(glimpse.event, *datagram, "udp"); !glimpse.sip)
        return;
    glimpse.datagram = datagram;
}

std::optional<timeline::EventView> Decoder::finish(const timeline::Frame& frame, Glimpse& glimpse,
                                                   const ViewSink& sink) {
    if (!glimpse.datagram) {
        feed_rest(frame, sink);
        return std::nullopt;
    }
    const Payload& datagram = *glimpse.datagram;
    if (const auto found = config_.datagram(datagram)) {
        emit(stamp_of(frame), *found, sink);
        return std::nullopt;
    }
    if (glimpse.sip) sip_.finish(glimpse.event, *glimpse.sip, datagram);
    ends_.set(glimpse.event, datagram.source.address, datagram.destination.address);
    ends_.set_port(glimpse.event, datagram.source, datagram.destination);
    return stamped(stamp_of(frame), glimpse.event);
}

void Decoder::feed_rest(const timeline::Frame& frame, const ViewSink& sink) {
    const auto content = read_frame(frame);
    if (const auto* arp = std::get_if<ArpPacket>(&content)) {
        read_arp(*arp);
        return emit(stamp_of(frame), sink);
    }
    const auto* packet = std::get_if<Ipv4Packet>(&content);
    if (packet == nullptr) {
        return;
    }
    if (packet->is_cut()) {
        event_.begin();
        ends_.set(event_, packet->source, packet->destination);
        add_truncated(event_, *packet);
        emit(stamp_of(frame), sink);
    } else if (!packet->is_fragment()) {
        feed_packet(frame, *packet, sink);
    } else if (const auto whole = fragments_.feed(frame.at, *packet)) {
        feed_packet(frame, *whole, sink);
    }
}

void Decoder::feed_packet(const timeline::Frame& frame, const Ipv4Packet& packet,
                          const ViewSink& sink) {
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::tcp)) {
        if (const auto segment = read_tcp(packet)) {
            feed_segment(frame, *segment, sink);
        }
        return;
    }
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::udp)) {
        const auto datagram = read_udp(packet);
        if (auto found = datagram ? config_.datagram(*datagram) : std::nullopt) {
            return emit(stamp_of(frame), *found, sink);
        }
    }
    if (read_packet(packet)) {
        emit(stamp_of(frame), sink);
    }
}

// What it carries comes before what it ends.
void Decoder::feed_segment(const timeline::Frame& frame, const TcpSegment& segment,
                           const ViewSink& sink) {
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
                           std::string_view transport, const ViewSink& sink) {
    if (message.kind == StreamCutter::Kind::octets)
        return emit(stamp, config_.octets(message), sink);
    event_.begin();
    const Bytes octets = std::as_bytes(std::span(message.text));
    if (message.kind == StreamCutter::Kind::dns) {
        read_dns(event_, octets, transport);
    } else if (!sip_.read(event_, {message.source, message.destination, octets}, transport)) {
        return;
    }
    set_ends(message.source, message.destination);
    emit(stamp, sink);
}

void Decoder::take_flags(Stamp stamp, const TcpSegment& segment, const ViewSink& sink) {
    event_.begin();
    if (read_tcp_event(event_, segment)) {
        set_ends(segment.source, segment.destination);
        emit(stamp, sink);
    }
    emit(stamp, config_.segment(segment), sink);
}

void Decoder::take_secure(TlsStreams::AllFound&& found, const ViewSink& sink) {
    for (const auto& [stamp, what] : found) {
        if (const auto* message = std::get_if<TcpStreams::Message>(&what)) {
            take_message(stamp, *message, "tls", sink);
        } else if (const auto* segment = std::get_if<TcpSegment>(&what)) {
            take_flags(stamp, *segment, sink);
        } else {
            const auto& said = std::get<TlsStreams::Said>(what);
            event_.begin();
            event_.kind = said.kind;
            for (const auto& [name, value] : said.fields) event_.add(name, value);
            set_ends(said.source, said.destination);
            emit(stamp, sink);
        }
    }
}

void Decoder::add_keys(std::string_view lines, const Sink& sink) {
    add_keys_views(lines, owning(sink));
}

void Decoder::add_keys_views(std::string_view lines, const ViewSink& sink) {
    take_secure(secure_.add_keys(lines), sink);
}

void Decoder::set_ends(const Endpoint& source, const Endpoint& destination) {
    ends_.set(event_, source.address, destination.address);
    ends_.set_port(event_, source, destination);
}

timeline::EventView Decoder::stamped(Stamp stamp, const Draft& draft) {
    auto event = draft.view();
    event.id = next_id_++;
    event.at = stamp.at;
    event.frame = stamp.frame;
    return event;
}

void Decoder::emit(Stamp stamp, const ConfigFound& found, const ViewSink& sink) {
    for (const auto& each : found) {
        event_.begin();
        event_.kind = each.kind;
        for (const auto& [name, value] : each.fields) event_.add(name, value);
        set_ends(each.source, each.destination);
        if (each.kind == "config.attempt") event_.set("server", event_.peer);
        emit(stamp, sink);
    }
}

void Decoder::read_arp(const ArpPacket& arp) {
    event_.begin();
    ends_.set(event_, arp.sender, arp.target);
    event_.kind = arp.reply ? "arp.reply" : "arp.request";
    event_.set("target", event_.keep(address_text(arp.reply ? arp.sender : arp.target)));
    if (arp.reply) {
        event_.set("mac", event_.keep(mac_text(arp.sender_mac)));
    }
}

bool Decoder::read_packet(const Ipv4Packet& packet) {
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::udp)) {
        const auto datagram = read_udp(packet);
        return datagram && read_udp_event(*datagram);
    }
    if (packet.protocol == static_cast<std::uint8_t>(Protocol::icmp)) {
        const auto icmp = read_icmp(packet);
        return icmp && read_icmp_event(packet, *icmp);
    }
    return false;
}

bool Decoder::read_udp_event(const Payload& datagram) {
    event_.begin();
    if (is_dns(datagram)) {
        read_dns(event_, datagram.octets, "udp");
    } else if (!sip_.read(event_, datagram, "udp")) {
        return false;
    }
    set_ends(datagram.source, datagram.destination);
    return true;
}

// An error belongs to the one whose packet it quotes, whoever sent it: a router may answer for a
// host that is gone.
bool Decoder::read_icmp_event(const Ipv4Packet& packet, const IcmpMessage& icmp) {
    constexpr std::uint8_t unreachable = 3;
    event_.begin();
    if (icmp.type != unreachable || !icmp.quoted) {
        event_.kind = "icmp.other";
        event_.set("type", std::uint64_t{icmp.type});
    } else {
        event_.kind = "icmp.unreachable";
        event_.set("of_src", event_.keep(to_text(icmp.quoted->source)));
        event_.set("of_dst", event_.keep(to_text(icmp.quoted->destination)));
        event_.set("of_protocol", event_.keep(protocol_text(icmp.quoted->protocol)));
    }
    event_.set("code", std::uint64_t{icmp.code});
    if (!icmp.quoted) {
        ends_.set(event_, packet.source, packet.destination);
        return true;
    }
    const QuotedPacket& quoted = *icmp.quoted;
    ends_.set(event_, quoted.source.address, quoted.destination.address);
    event_.direction = event_.direction == Direction::out  ? Direction::in
                       : event_.direction == Direction::in ? Direction::out
                                                           : Direction::none;
    if (quoted.source.port != 0 || quoted.destination.port != 0) {
        ends_.set_port(event_, quoted.source, quoted.destination);
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
