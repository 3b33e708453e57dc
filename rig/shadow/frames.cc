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

}  // namespace

std::vector<std::byte> to_frame(const world::Packet& packet) {
    constexpr std::size_t ip_start = 14;
    constexpr std::size_t udp_start = ip_start + 20;
    constexpr std::uint32_t udp = 17;
    const auto udp_length = static_cast<std::uint32_t>(8 + packet.payload.size());
    const auto source = packet.source.address.value;
    const auto destination = packet.destination.address.value;

    Bytes bytes;
    bytes.reserve(udp_start + udp_length);
    put_mac(bytes, destination);
    put_mac(bytes, source);
    put16(bytes, 0x0800);
    put16(bytes, 0x4500);
    put16(bytes, 20 + udp_length);
    put32(bytes, 0);  // no fragments
    put16(bytes, 64 << 8 | udp);
    put16(bytes, 0);
    put32(bytes, source);
    put32(bytes, destination);
    patch16(bytes, ip_start + 10, checksum(bytes, ip_start, 0));

    put16(bytes, packet.source.port);
    put16(bytes, packet.destination.port);
    put16(bytes, udp_length);
    put16(bytes, 0);
    for (const char c : packet.payload) bytes.push_back(static_cast<std::byte>(c));
    const auto pseudo = (source >> 16) + (source & 0xffff) + (destination >> 16) +
                        (destination & 0xffff) + udp + udp_length;
    const auto sum = checksum(bytes, udp_start, pseudo);
    patch16(bytes, udp_start + 6, sum == 0 ? 0xffff : sum);
    return bytes;
}

}  // namespace twinline::shadow
