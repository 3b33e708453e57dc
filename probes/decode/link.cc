// What stands before the payload of each link layer; see link.hh.
#include "probes/decode/link.hh"

#include "probes/decode/packet.hh"

#include <fmt/format.h>

namespace twinline::decode {

namespace {

constexpr std::uint16_t ethertype_pppoe = 0x8864;  // a session's

bool is_vlan_tag(std::uint16_t ethertype) {
    return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

// The type stands at `type_at` and the payload after `header` octets; VLAN tags may follow, and a
// PPPoE session in them.
LinkPayload read_typed(Bytes bytes, std::size_t type_at, std::size_t header) {
    constexpr std::size_t pppoe_header = 8;  // with the protocol of PPP
    if (bytes.size() < header) return {};
    LinkPayload link{read_u16(bytes, type_at), bytes.subspan(header)};
    while (is_vlan_tag(link.ethertype) && link.bytes.size() >= 4)
        link = {read_u16(link.bytes, 2), link.bytes.subspan(4)};
    if (link.ethertype == ethertype_pppoe && link.bytes.size() >= pppoe_header) {
        const auto protocol = read_u16(link.bytes, 6);
        const std::uint16_t type = protocol == 0x0021   ? ethertype_ipv4
                                   : protocol == 0x0057 ? ethertype_ipv6
                                                        : std::uint16_t{0};
        link = {type, link.bytes.subspan(pppoe_header)};
    }
    return link;
}

// An address family, in the order of the machine that captured. That of IPv4 is 2 everywhere, that
// of IPv6 is not.
LinkPayload read_loopback(Bytes bytes) {
    if (bytes.size() < 4) return {};
    const auto family = read_u32(bytes, 0);
    const auto number = family > 0xffff ? family >> 24U : family;
    const bool is_ipv6 = number == 10 || number == 24 || number == 28 || number == 30;
    const std::uint16_t type = number == 2 ? ethertype_ipv4
                               : is_ipv6   ? ethertype_ipv6
                                           : std::uint16_t{0};
    return {type, bytes.subspan(4)};
}

LinkPayload read_raw(Bytes bytes) {
    const bool is_ipv6 = !bytes.empty() && read_u8(bytes, 0) >> 4U == 6;
    return {is_ipv6 ? ethertype_ipv6 : ethertype_ipv4, bytes};
}

bool is_known(timeline::LinkType link) {
    switch (link) {
        case timeline::LinkType::ethernet:
        case timeline::LinkType::linux_sll:
        case timeline::LinkType::linux_sll2:
        case timeline::LinkType::raw_ip:
        case timeline::LinkType::bsd_loopback:
        case timeline::LinkType::openbsd_loopback:
            return true;
    }
    return false;
}

// A datagram or a segment from or to a port of SIP, right behind the header of IPv6 (RFC 8200 3).
bool is_sip_over_ipv6(Bytes packet) {
    constexpr std::size_t header = 40;
    if (packet.size() < header + 4) return false;
    const auto next = static_cast<Protocol>(read_u8(packet, 6));
    if (next != Protocol::udp && next != Protocol::tcp) return false;
    const auto source = read_u16(packet, header), destination = read_u16(packet, header + 2);
    return source == sip_port || destination == sip_port || source == sips_port ||
           destination == sips_port;
}

}  // namespace

LinkPayload read_link(const timeline::Frame& frame) {
    switch (frame.link) {
        case timeline::LinkType::ethernet:
            return read_typed(frame.bytes, 12, 14);
        case timeline::LinkType::linux_sll:
            return read_typed(frame.bytes, 14, 16);
        case timeline::LinkType::linux_sll2:
            return read_typed(frame.bytes, 0, 20);
        case timeline::LinkType::raw_ip:
            return read_raw(frame.bytes);
        case timeline::LinkType::bsd_loopback:
        case timeline::LinkType::openbsd_loopback:
            return read_loopback(frame.bytes);
    }
    return {};
}

void Unread::note(const timeline::Frame& frame) {
    if (!is_known(frame.link)) ++frames_[static_cast<std::uint16_t>(frame.link)];
    const auto link = read_link(frame);
    if (link.ethertype == ethertype_ipv6 && is_sip_over_ipv6(link.bytes)) ++over_ipv6_;
}

std::vector<std::string> Unread::notes() const {
    std::vector<std::string> notes;
    for (const auto& [link, frames] : frames_)
        notes.push_back(
            fmt::format("{} frames have link type {} and cannot be read", frames, link));
    if (over_ipv6_ > 0)
        notes.push_back(
            fmt::format("{} packets of SIP go over IPv6 and cannot be read", over_ipv6_));
    return notes;
}

}  // namespace twinline::decode
