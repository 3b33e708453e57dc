// Frames made by hand; see frame_builder.hh.
#include "tests/decode/frame_builder.hh"

namespace twinline::test {

timeline::Cast cast() {
    return {{{device, "device"}, {twin, "twin"}}, {{primary, "primary"}, {dns, "dns"}}};
}

Octets u16(std::size_t value) {
    return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
}

Octets u32(std::size_t value) { return u16(value >> 16U) + u16(value & 0xffffU); }

Octets ipv4(const Ipv4& header, std::string_view payload) {
    const std::size_t length = 20 + header.options.size();
    const std::size_t fragment =
        (header.more_fragments ? 0x2000U : 0U) | (header.fragment_offset / 8);
    return Octets(1, static_cast<char>(0x40U | (length / 4))) + Octets(1, '\0') +
           u16(length + payload.size()) + u16(header.id) + u16(fragment) + Octets(1, '\x40') +
           Octets(1, static_cast<char>(header.protocol)) + u16(0) + u32(header.source) +
           u32(header.destination) + header.options + Octets(payload);
}

Octets udp(std::uint16_t source, std::uint16_t destination, std::string_view payload) {
    return u16(source) + u16(destination) + u16(8 + payload.size()) + u16(0) + Octets(payload);
}

Octets tcp(std::uint16_t source, std::uint16_t destination, unsigned flags, std::uint32_t sequence,
           std::uint32_t acknowledged, std::string_view payload) {
    return u16(source) + u16(destination) + u32(sequence) + u32(acknowledged) + Octets(1, '\x50') +
           Octets(1, static_cast<char>(flags)) + u16(1024) + u16(0) + u16(0) + Octets(payload);
}

Octets ethernet(std::string_view payload, std::size_t ethertype) {
    return Octets(12, '\x02') + u16(ethertype) + Octets(payload);
}

decode::OwnedFrame frame(const Octets& octets, timeline::LinkType link) {
    decode::OwnedFrame owned;
    owned.frame.link = link;
    owned.frame.original_length = static_cast<std::uint32_t>(octets.size());
    const auto* first = reinterpret_cast<const std::byte*>(octets.data());
    owned.bytes.assign(first, first + octets.size());
    return owned;
}

Octets sip_frame(std::string_view message) { return ethernet(ipv4({}, udp(5060, 5060, message))); }

timeline::Timeline decode(const std::vector<Octets>& frames, timeline::LinkType link) {
    std::vector<decode::OwnedFrame> owned;
    for (const Octets& octets : frames) {
        owned.push_back(frame(octets, link));
        owned.back().frame.number = owned.size();
        owned.back().frame.at = timeline::Instant{std::chrono::milliseconds{owned.size()}};
    }
    return decode::decode_all(owned, cast());
}

std::vector<std::string> kinds(const timeline::Timeline& events) {
    std::vector<std::string> all;
    for (const timeline::Event& event : events) {
        all.push_back(event.kind);
    }
    return all;
}

std::string register_request(std::string_view branch, std::string_view cseq) {
    return "REGISTER sip:pbx.test SIP/2.0\r\n"
           "Via: SIP/2.0/UDP 198.51.100.100:5060;branch=" +
           std::string(branch) +
           ";rport\r\n"
           "Max-Forwards: 70\r\n"
           "From: \"Alice\" <sip:1001@pbx.test>;tag=from1\r\n"
           "To: <sip:1001@pbx.test>\r\n"
           "Call-ID: call-1@198.51.100.100\r\n"
           "CSeq: " +
           std::string(cseq) +
           " REGISTER\r\n"
           "Contact: <sip:1001@198.51.100.100:5060>;expires=120\r\n"
           "User-Agent: Phone\r\n /1.0\r\n"
           "Expires: 3600\r\n"
           "Content-Length: 0\r\n\r\n";
}

std::string ok_response(std::string_view contact_lines) {
    return "SIP/2.0 200 OK\r\n"
           "Via: SIP/2.0/UDP 198.51.100.100:5060;branch=z9hG4bK-1;rport=5060\r\n"
           "From: \"Alice\" <sip:1001@pbx.test>;tag=from1\r\n"
           "To: <sip:1001@pbx.test>;tag=to1\r\n"
           "Call-ID: call-1@198.51.100.100\r\n"
           "CSeq: 1 REGISTER\r\n" +
           std::string(contact_lines) + "Content-Length: 0\r\n\r\n";
}

}  // namespace twinline::test
