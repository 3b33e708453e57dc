// A frame taken apart, from the link layer (link.hh) to the payload of UDP: IPv4 (RFC 791), UDP
// (RFC 768), TCP (RFC 9293), ICMP (RFC 792), ARP (RFC 826). Nothing is copied; what a length on the
// wire promises and the frame does not hold is no packet.
#pragma once

#include "probes/decode/bytes.hh"
#include "probes/timeline/frame.hh"

#include <array>
#include <optional>
#include <string>
#include <variant>

namespace twinline::decode {

enum class Protocol : std::uint8_t { icmp = 1, tcp = 6, udp = 17 };

inline constexpr std::uint16_t sip_port = 5060, sips_port = 5061;

struct Endpoint {
    std::uint32_t address = 0;  // host byte order
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

std::string address_text(std::uint32_t address);  // "192.0.2.11"
inline constexpr std::size_t longest_address = 15;
char* write_address(char* out, std::uint32_t address);  // the same; returns its end
std::string to_text(const Endpoint& endpoint);          // "192.0.2.11:5060"

struct Ipv4Packet {
    std::uint32_t source = 0;
    std::uint32_t destination = 0;
    std::uint8_t protocol = 0;
    std::uint16_t id = 0;
    std::uint16_t fragment_offset = 0;  // in octets
    bool more_fragments = false;
    Bytes payload;             // without padding of the link layer
    std::size_t promised = 0;  // octets of payload that the header promises

    bool is_fragment() const { return more_fragments || fragment_offset != 0; }
    bool is_cut() const { return payload.size() < promised; }
};

struct ArpPacket {
    bool reply = false;
    std::uint32_t sender = 0;
    std::uint32_t target = 0;
    std::array<std::uint8_t, 6> sender_mac{};
};

// What one endpoint said to another: a datagram, or a message out of a stream.
struct Payload {
    Endpoint source;
    Endpoint destination;
    Bytes octets;
};

struct TcpSegment {
    Endpoint source;
    Endpoint destination;
    bool syn = false;
    bool ack = false;
    bool rst = false;
    bool fin = false;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;
    Bytes payload;
};

// The packet that an ICMP error quotes, as far as RFC 792 promises it: its header and eight octets
// more.
struct QuotedPacket {
    std::uint8_t protocol = 0;
    Endpoint source;
    Endpoint destination;
};

struct IcmpMessage {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::optional<QuotedPacket> quoted;
};

// What the link layer carries: nothing when it is neither IPv4 nor ARP, or breaks the rules of its
// layer.
std::variant<std::monostate, Ipv4Packet, ArpPacket> read_frame(const timeline::Frame& frame);

// The payload of one whole (or reassembled) packet.
std::optional<Payload> read_udp(const Ipv4Packet& packet);
std::optional<TcpSegment> read_tcp(const Ipv4Packet& packet);
std::optional<IcmpMessage> read_icmp(const Ipv4Packet& packet);

}  // namespace twinline::decode
