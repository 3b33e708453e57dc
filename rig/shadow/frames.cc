// Written octet by octet: a handful of fixed headers.
#include "rig/shadow/frames.hh"

#include <cstdint>

namespace twinline::shadow {

namespace {

using Bytes = std::vector<std::byte>;

void put16(Bytes& bytes, std::uint32_t value) {
    bytes.push_back(static_cast<std::byte>(value >> 8 & 0xff));
    bytes.push_back(static_cast<std::byte>(value & 0xff));
}

void put32(Bytes& bytes, std::uint32_t value) {
    put16(bytes, value >> 16);
    put16(bytes, value & 0xffff);
}

void put_mac(Bytes& bytes, std::uint32_t address) {  // locally administered, from the IPv4 address
    put16(bytes, 0x0200);
    put32(bytes, address);
}

// RFC 1071 over [from, end), with a start value for the pseudo header.
std::uint16_t checksum(const Bytes& bytes, std::size_t from, std::uint32_t sum) {
    for (std::size_t i = from; i < bytes.size(); ++i) {
        const auto octet = std::to_integer<std::uint32_t>(bytes[i]);
        sum += (i - from) % 2 == 0 ? octet << 8 : octet;
    }
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

void patch16(Bytes& bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::byte>(value >> 8);
    bytes[at + 1] = static_cast<std::byte>(value & 0xff);
}

constexpr std::size_t ip_start = 14;
constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17;

void put_ip_header(Bytes& bytes, wire::Ipv4 source, wire::Ipv4 destination, std::uint8_t protocol,
                   std::size_t content) {
    const auto start = bytes.size();
    put16(bytes, 0x4500);
    put16(bytes, static_cast<std::uint32_t>(20 + content));
    put32(bytes, 0);  // no fragments
    put16(bytes, 64U << 8 | protocol);
    put16(bytes, 0);
    put32(bytes, source.value);
    put32(bytes, destination.value);
    patch16(bytes, start + 10, checksum(bytes, start, 0));
}

// Over the protocol's header and what follows it, with the pseudo header before it.
std::uint16_t checksum_from(const Bytes& bytes, std::size_t start, wire::Ipv4 source,
                            wire::Ipv4 destination, std::uint8_t protocol) {
    const auto from = source.value, to = destination.value;
    const auto length = static_cast<std::uint32_t>(bytes.size() - start);
    const auto pseudo =
        (from >> 16) + (from & 0xffff) + (to >> 16) + (to & 0xffff) + protocol + length;
    return checksum(bytes, start, pseudo);
}

void put_udp(Bytes& bytes, const wire::Endpoint& source, const wire::Endpoint& destination,
             const std::string& payload) {
    const auto start = bytes.size();
    const auto length = static_cast<std::uint32_t>(8 + payload.size());
    put16(bytes, source.port);
    put16(bytes, destination.port);
    put16(bytes, length);
    put16(bytes, 0);
    for (const char c : payload) bytes.push_back(static_cast<std::byte>(c));
    const auto sum = checksum_from(bytes, start, source.address, destination.address, udp);
    patch16(bytes, start + 6, sum == 0 ? 0xffff : sum);
}

// RFC 9293 section 3.1.
std::uint32_t flags_of(world::Segment::Kind kind) {
    switch (kind) {
        case world::Segment::Kind::syn:
            return 0x02;
        case world::Segment::Kind::synack:
            return 0x12;
        case world::Segment::Kind::data:
            return 0x18;
        case world::Segment::Kind::fin:
            return 0x11;
        case world::Segment::Kind::rst:
            return 0x14;
    }
    return 0;
}

void put_segment(Bytes& bytes, const world::Packet& packet) {
    constexpr std::uint32_t header_words = 5, window = 65535;
    const auto start = bytes.size();
    put16(bytes, packet.source.port);
    put16(bytes, packet.destination.port);
    put32(bytes, packet.segment->sequence);
    put32(bytes, packet.segment->acknowledged);
    put16(bytes, header_words << 12 | flags_of(packet.segment->kind));
    put16(bytes, window);
    put32(bytes, 0);
    for (const char c : packet.payload) bytes.push_back(static_cast<std::byte>(c));
    patch16(bytes, start + 16,
            checksum_from(bytes, start, packet.source.address, packet.destination.address, tcp));
}

world::Packet quoted_by(const world::Packet& error) {
    world::Packet quoted{error.at, error.destination, error.source, error.payload};
    quoted.segment = error.segment;
    return quoted;
}

// RFC 792: destination unreachable, with the header and the first eight octets of what it is about.
void put_unreachable(Bytes& bytes, const world::Packet& packet) {
    const auto start = bytes.size();
    put16(bytes, 0x0300 | packet.unreachable_code);
    put16(bytes, 0);
    put32(bytes, 0);
    Bytes quoted;
    if (packet.segment)
        put_segment(quoted, quoted_by(packet));
    else
        put_udp(quoted, packet.destination, packet.source, packet.payload);
    put_ip_header(bytes, packet.destination.address, packet.source.address,
                  packet.segment ? tcp : udp, quoted.size());
    bytes.insert(bytes.end(), quoted.begin(), quoted.begin() + 8);
    patch16(bytes, start + 2, checksum(bytes, start, 0));
}

}  // namespace

std::vector<std::byte> to_frame(const world::Packet& packet) {
    Bytes content;
    auto protocol = udp;
    if (packet.is_unreachable) {
        protocol = icmp;
        put_unreachable(content, packet);
    } else if (packet.segment) {
        protocol = tcp;
        put_segment(content, packet);
    } else {
        put_udp(content, packet.source, packet.destination, packet.payload);
    }

    Bytes bytes;
    bytes.reserve(ip_start + 20 + content.size());
    put_mac(bytes, packet.destination.address.value);
    put_mac(bytes, packet.source.address.value);
    put16(bytes, 0x0800);
    put_ip_header(bytes, packet.source.address, packet.destination.address, protocol,
                  content.size());
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}

}  // namespace twinline::shadow
