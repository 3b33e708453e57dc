// The layers between the link and SIP or DNS; see packet.hh for the documents.
#include "probes/decode/packet.hh"

#include "probes/decode/link.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace twinline::decode {

namespace {

constexpr std::size_t ipv4_header = 20;
constexpr std::size_t udp_header = 8;
constexpr std::size_t tcp_header = 20;
constexpr std::size_t icmp_header = 8;
constexpr std::size_t arp_packet = 28;  // Ethernet and IPv4 addresses

// The payload may be cut by the capture, and inside an ICMP error as the router liked (RFC 792).
std::optional<Ipv4Packet> read_ipv4(Bytes bytes, bool may_be_cut) {
    if (bytes.size() < ipv4_header || read_u8(bytes, 0) >> 4U != 4) {
        return std::nullopt;
    }
    const std::size_t header = (read_u8(bytes, 0) & 0x0fU) * std::size_t{4};
    // A card that cuts what the kernel hands to it whole lets the kernel leave the length out.
    const bool is_uncut = read_u16(bytes, 2) == 0 && read_u8(bytes, 9) == 6;
    const std::size_t total = is_uncut ? bytes.size() : read_u16(bytes, 2);
    if (header < ipv4_header || total < header || bytes.size() < header) {
        return std::nullopt;
    }
    if (total > bytes.size() && !may_be_cut) {
        return std::nullopt;
    }
    const std::uint16_t fragment = read_u16(bytes, 6);
    Ipv4Packet packet;
    packet.id = read_u16(bytes, 4);
    packet.more_fragments = (fragment & 0x2000U) != 0;
    packet.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fffU) * 8U);
    packet.protocol = read_u8(bytes, 9);
    packet.source = read_u32(bytes, 12);
    packet.destination = read_u32(bytes, 16);
    packet.promised = total - header;
    packet.payload = bytes.subspan(header, std::min(total, bytes.size()) - header);
    return packet;
}

std::optional<ArpPacket> read_arp(Bytes bytes) {
    constexpr std::uint32_t ethernet_and_ipv4 = 0x00010800;
    if (bytes.size() < arp_packet || read_u32(bytes, 0) != ethernet_and_ipv4 ||
        read_u16(bytes, 4) != 0x0604) {
        return std::nullopt;
    }
    const std::uint16_t operation = read_u16(bytes, 6);
    if (operation != 1 && operation != 2) {
        return std::nullopt;
    }
    ArpPacket arp{operation == 2, read_u32(bytes, 14), read_u32(bytes, 24), {}};
    for (std::size_t i = 0; i < arp.sender_mac.size(); ++i) {
        arp.sender_mac[i] = read_u8(bytes, 8 + i);
    }
    return arp;
}

bool quotes_a_packet(std::uint8_t type) {
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

std::optional<QuotedPacket> read_quoted(Bytes bytes) {
    const auto packet = read_ipv4(bytes, true);
    if (!packet) {
        return std::nullopt;
    }
    QuotedPacket quoted{packet->protocol, {packet->source, 0}, {packet->destination, 0}};
    const bool has_ports = packet->protocol == static_cast<std::uint8_t>(Protocol::udp) ||
                           packet->protocol == static_cast<std::uint8_t>(Protocol::tcp);
    if (has_ports && packet->fragment_offset == 0 && packet->payload.size() >= 4) {
        quoted.source.port = read_u16(packet->payload, 0);
        quoted.destination.port = read_u16(packet->payload, 2);
    }
    return quoted;
}

}  // namespace

std::string address_text(std::uint32_t address) {
    std::array<char, longest_address> text{};
    return {text.data(), write_address(text.data(), address)};
}

char* write_address(char* out, std::uint32_t address) {
    for (unsigned shift = 24;; shift -= 8) {
        out = std::to_chars(out, out + 3, address >> shift & 0xffU).ptr;
        if (shift == 0) return out;
        *out++ = '.';
    }
}

std::string to_text(const Endpoint& endpoint) {
    return fmt::format("{}:{}", address_text(endpoint.address), endpoint.port);
}

std::variant<std::monostate, Ipv4Packet, ArpPacket> read_frame(const timeline::Frame& frame) {
    const LinkPayload link = read_link(frame);
    if (link.ethertype == ethertype_ipv4) {
        if (auto packet = read_ipv4(link.bytes, frame.original_length > frame.bytes.size())) {
            return *packet;
        }
    } else if (link.ethertype == ethertype_arp) {
        if (auto arp = read_arp(link.bytes)) {
            return *arp;
        }
    }
    return {};
}

std::optional<Payload> read_udp(const Ipv4Packet& packet) {
    const Bytes bytes = packet.payload;
    if (bytes.size() < udp_header) {
        return std::nullopt;
    }
    const std::size_t length = read_u16(bytes, 4);
    if (length < udp_header || length > bytes.size()) {
        return std::nullopt;
    }
    return Payload{{packet.source, read_u16(bytes, 0)},
                   {packet.destination, read_u16(bytes, 2)},
                   bytes.subspan(udp_header, length - udp_header)};
}

std::optional<TcpSegment> read_tcp(const Ipv4Packet& packet) {
    const Bytes bytes = packet.payload;
    if (bytes.size() < tcp_header) {
        return std::nullopt;
    }
    const auto header = static_cast<std::size_t>(4 * (read_u8(bytes, 12) >> 4U));
    if (header < tcp_header || header > bytes.size()) {
        return std::nullopt;
    }
    const std::uint8_t flags = read_u8(bytes, 13);
    return TcpSegment{{packet.source, read_u16(bytes, 0)},
                      {packet.destination, read_u16(bytes, 2)},
                      (flags & 0x02U) != 0,
                      (flags & 0x10U) != 0,
                      (flags & 0x04U) != 0,
                      (flags & 0x01U) != 0,
                      read_u32(bytes, 4),
                      read_u32(bytes, 8),
                      bytes.subspan(header)};
}

std::optional<IcmpMessage> read_icmp(const Ipv4Packet& packet) {
    const Bytes bytes = packet.payload;
    if (bytes.size() < icmp_header) {
        return std::nullopt;
    }
    IcmpMessage message{read_u8(bytes, 0), read_u8(bytes, 1), std::nullopt};
    if (quotes_a_packet(message.type)) {
        message.quoted = read_quoted(bytes.subspan(icmp_header));
    }
    return message;
}

}  // namespace twinline::decode
