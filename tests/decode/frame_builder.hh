// Frames made by hand, so that the tests of the decoder know every octet of what they feed.
#pragma once

#include "probes/decode/decoder.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::test {

// Flags of TCP (RFC 9293 3.1).
inline constexpr unsigned fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;

using Octets = std::string;

inline constexpr std::uint32_t device = 0xc6336464;   // 198.51.100.100
inline constexpr std::uint32_t twin = 0xc6336465;     // 198.51.100.101
inline constexpr std::uint32_t primary = 0xc000020b;  // 192.0.2.11
inline constexpr std::uint32_t dns = 0xc0000235;      // 192.0.2.53
inline constexpr std::uint32_t router = 0xc6336401;   // 198.51.100.1, in no role

timeline::Cast cast();

Octets u16(std::size_t value);
Octets u32(std::size_t value);

struct Ipv4 {
    std::uint32_t source = device;
    std::uint32_t destination = primary;
    std::uint8_t protocol = 17;
    std::uint16_t id = 1;
    std::size_t fragment_offset = 0;
    bool more_fragments = false;
    Octets options = {};
};

Octets ipv4(const Ipv4& header, std::string_view payload);
Octets udp(std::uint16_t source, std::uint16_t destination, std::string_view payload);
Octets tcp(std::uint16_t source, std::uint16_t destination, unsigned flags,
           std::uint32_t sequence = 1, std::uint32_t acknowledged = 0,
           std::string_view payload = {});
Octets ethernet(std::string_view payload, std::size_t ethertype = 0x0800);

decode::OwnedFrame frame(const Octets& octets,
                         timeline::LinkType link = timeline::LinkType::ethernet);

// The device's datagram to the primary, from 5060 to 5060, in Ethernet.
Octets sip_frame(std::string_view message);

// The events of these frames, one millisecond apart.
timeline::Timeline decode(const std::vector<Octets>& frames,
                          timeline::LinkType link = timeline::LinkType::ethernet);

std::vector<std::string> kinds(const timeline::Timeline& events);

// A REGISTER without fault; `branch` and `cseq` as told.
std::string register_request(std::string_view branch = "z9hG4bK-1", std::string_view cseq = "1");
std::string ok_response(std::string_view contact_lines);

}  // namespace twinline::test
