// Section by section; see dns_packet.hh.
#include "probes/decode/dns_packet.hh"

#include <array>
#include <utility>

namespace twinline::decode {

namespace {

constexpr std::size_t dns_header_size = 12;

struct DnsSection {
    ldns_pkt_section section;
    std::size_t count_at;  // in the header
};
constexpr std::array dns_sections{
    DnsSection{LDNS_SECTION_QUESTION, 4}, DnsSection{LDNS_SECTION_ANSWER, 6},
    DnsSection{LDNS_SECTION_AUTHORITY, 8}, DnsSection{LDNS_SECTION_ADDITIONAL, 10}};

void set_header(ldns_pkt* packet, Bytes message) {
    const std::uint16_t flags = read_u16(message, 2);
    ldns_pkt_set_id(packet, read_u16(message, 0));
    ldns_pkt_set_qr(packet, (flags & 0x8000U) != 0);
    ldns_pkt_set_tc(packet, (flags & 0x0200U) != 0);
    ldns_pkt_set_rcode(packet, static_cast<std::uint8_t>(flags & 0x000fU));
}

bool is_pseudo(const ldns_rr* record) {
    const auto type = ldns_rr_get_type(record);
    return type == LDNS_RR_TYPE_OPT || type == LDNS_RR_TYPE_TSIG;
}

}  // namespace

tl::expected<DnsPacket, std::string> read_dns_packet(Bytes message) {
    if (message.size() < dns_header_size)
        return tl::unexpected(std::string(ldns_get_errorstr_by_id(LDNS_STATUS_PACKET_OVERFLOW)));
    DnsPacket packet(ldns_pkt_new());
    set_header(packet.get(), message);
    const auto* octets = reinterpret_cast<const std::uint8_t*>(message.data());
    std::size_t at = dns_header_size;
    for (const auto& [section, count_at] : dns_sections) {
        for (unsigned left = read_u16(message, count_at); left > 0; --left) {
            ldns_rr* record = nullptr;
            const auto status = ldns_wire2rr(&record, octets, message.size(), &at, section);
            if (status != LDNS_STATUS_OK)
                return tl::unexpected(std::string(ldns_get_errorstr_by_id(status)));
            if (is_pseudo(record))
                ldns_rr_free(record);
            else
                ldns_pkt_push_rr(packet.get(), section, record);
        }
    }
    return packet;
}

}  // namespace twinline::decode
