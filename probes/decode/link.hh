// The layers below IP: Ethernet with VLAN tags (IEEE 802.3, 802.1Q) and PPPoE (RFC 2516), Linux
// cooked captures, the loopback of the BSDs, raw IP. And what of a capture is not read for what
// lies there, so that silence is not taken for a phone that said nothing.
#pragma once

#include "probes/decode/bytes.hh"
#include "probes/timeline/frame.hh"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace twinline::decode {

inline constexpr std::uint16_t ethertype_ipv4 = 0x0800;
inline constexpr std::uint16_t ethertype_arp = 0x0806;
inline constexpr std::uint16_t ethertype_ipv6 = 0x86dd;

struct LinkPayload {
    std::uint16_t ethertype = 0;  // 0: nothing that can be told
    Bytes bytes;
};

LinkPayload read_link(const timeline::Frame& frame);

class Unread {
  public:
    void note(const timeline::Frame& frame);
    // A sentence each: link types that nobody reads here, SIP over IPv6.
    std::vector<std::string> notes() const;

  private:
    std::map<std::uint16_t, std::uint64_t> frames_;  // by link type
    std::uint64_t over_ipv6_ = 0;                    // between ports of SIP
};

}  // namespace twinline::decode
