// Each record takes the way over its presentation form, which ldns reads.
#include "reference_impl/mutants/dns_octets.hh"

#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <memory>

namespace twinline::mutants {

namespace {

struct FreePacket {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;

std::string presentation(const wire::DnsRecord& record) {
    const auto head = fmt::format("{}. {} IN", record.name, record.ttl);
    if (const auto* a = std::get_if<wire::ARecord>(&record.data))
        return fmt::format("{} A {}", head, wire::to_string(a->address));
    if (const auto* cname = std::get_if<wire::CnameRecord>(&record.data))
        return fmt::format("{} CNAME {}.", head, cname->target);
    if (const auto* srv = std::get_if<wire::SrvRecord>(&record.data))
        return fmt::format("{} SRV {} {} {} {}.", head, srv->priority, srv->weight, srv->port,
                           srv->target);
    if (const auto* naptr = std::get_if<wire::NaptrRecord>(&record.data))
        return fmt::format(R"({} NAPTR {} {} "{}" "{}" "{}" {}.)", head, naptr->order,
                           naptr->preference, naptr->flags, naptr->service, naptr->regexp,
                           naptr->replacement);
    if (const auto* soa = std::get_if<wire::SoaRecord>(&record.data))
        return fmt::format("{} SOA . . 1 3600 600 86400 {}", head, soa->minimum);
    return {};
}

void add(ldns_pkt* packet, ldns_pkt_section section, const std::vector<wire::DnsRecord>& records) {
    for (const auto& record : records) {
        const auto text = presentation(record);
        ldns_rr* rr = nullptr;
        if (text.empty() ||
            ldns_rr_new_frm_str(&rr, text.c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK)
            continue;
        ldns_pkt_push_rr(packet, section, rr);
    }
}

}  // namespace

std::string serialise_response(const wire::DnsResponse& response) {
    const auto& question = response.question;
    const Packet packet(ldns_pkt_query_new(ldns_dname_new_frm_str((question.name + '.').c_str()),
                                           static_cast<ldns_rr_type>(question.type),
                                           LDNS_RR_CLASS_IN, LDNS_RD | LDNS_RA));
    wire::ensure(packet != nullptr, "ldns makes a message");
    ldns_pkt_set_id(packet.get(), response.id);
    ldns_pkt_set_qr(packet.get(), true);
    ldns_pkt_set_tc(packet.get(), response.truncated);
    ldns_pkt_set_rcode(packet.get(), static_cast<std::uint8_t>(response.rcode));
    add(packet.get(), LDNS_SECTION_ANSWER, response.answer);
    add(packet.get(), LDNS_SECTION_AUTHORITY, response.authority);
    add(packet.get(), LDNS_SECTION_ADDITIONAL, response.additional);
    std::uint8_t* octets = nullptr;
    std::size_t size = 0;
    wire::ensure(ldns_pkt2wire(&octets, packet.get(), &size) == LDNS_STATUS_OK,
                 "ldns writes a message");
    std::string written(reinterpret_cast<const char*>(octets), size);
    std::free(octets);
    return written;
}

std::optional<wire::DnsQuestion> parse_question(std::string_view query) {
    ldns_pkt* raw = nullptr;
    if (ldns_wire2pkt(&raw, reinterpret_cast<const std::uint8_t*>(query.data()), query.size()) !=
        LDNS_STATUS_OK)
        return std::nullopt;
    const Packet packet(raw);
    const auto* rr = ldns_rr_list_rr(ldns_pkt_question(raw), 0);
    if (rr == nullptr) return std::nullopt;
    const std::unique_ptr<char, decltype(&std::free)> name(ldns_rdf2str(ldns_rr_owner(rr)),
                                                           &std::free);
    auto text = wire::lower_case(name ? name.get() : "");
    if (!text.empty() && text.back() == '.') text.pop_back();
    return wire::DnsQuestion{text, static_cast<wire::DnsType>(ldns_rr_get_type(rr))};
}

}  // namespace twinline::mutants
