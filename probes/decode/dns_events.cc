// DNS messages as events; see dns_events.hh.
#include "probes/decode/dns_events.hh"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

namespace twinline::decode {

namespace {

struct FreePacket {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
struct FreeText {
    void operator()(char* text) const { std::free(text); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;
using Text = std::unique_ptr<char, FreeText>;

std::string to_string(Text text) { return text ? std::string(text.get()) : std::string(); }

// Lower case and without the trailing dot, so that two phones' spellings compare; the root is ".".
std::string name_of(const ldns_rdf* owner) {
    std::string name = to_string(Text(ldns_rdf2str(owner)));
    if (name.size() > 1 && name.ends_with('.')) {
        name.pop_back();
    }
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return name;
}

std::string type_of(const ldns_rr* record) {
    return to_string(Text(ldns_rr_type2str(ldns_rr_get_type(record))));
}

std::string answer_of(const ldns_rr* record) {
    std::string text = type_of(record);
    for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
        text.append(" ").append(to_string(Text(ldns_rdf2str(ldns_rr_rdf(record, i)))));
    }
    return text;
}

void add_answers(timeline::Fields& fields, const ldns_rr_list* answers) {
    std::string text;
    std::optional<std::uint32_t> smallest;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(answers); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(answers, i);
        text.append(i == 0 ? "" : "; ").append(answer_of(record));
        const std::uint32_t ttl = ldns_rr_ttl(record);
        smallest = std::min(smallest.value_or(ttl), ttl);
    }
    if (smallest) {
        fields["answers"] = std::move(text);
        fields["ttl"] = std::to_string(*smallest);
    }
}

// What a phone may keep of an answer without records (RFC 2308 section 5), and whether addresses
// came beside the answers.
void add_rest(timeline::Fields& fields, const ldns_pkt* packet) {
    const ldns_rr_list* authority = ldns_pkt_authority(packet);
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(authority, i);
        constexpr std::size_t minimum = 6;
        if (ldns_rr_get_type(record) != LDNS_RR_TYPE_SOA || ldns_rr_rd_count(record) <= minimum)
            continue;
        const auto least = ldns_rdf2native_int32(ldns_rr_rdf(record, minimum));
        fields["soa_ttl"] = std::to_string(std::min(least, ldns_rr_ttl(record)));
    }
    const ldns_rr_list* additional = ldns_pkt_additional(packet);
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(additional); ++i)
        if (ldns_rr_get_type(ldns_rr_list_rr(additional, i)) == LDNS_RR_TYPE_A)
            fields["additional"] = "yes";
}

void malformed(timeline::Event& event, std::string reason, std::string_view transport) {
    event.kind = "dns.malformed";
    event.fields["reason"] = std::move(reason);
    event.fields["transport"] = transport;
}

}  // namespace

void read_dns(timeline::Event& event, Bytes message, std::string_view transport) {
    ldns_pkt* read = nullptr;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(message.data());
    const ldns_status status = ldns_wire2pkt(&read, octets, message.size());
    const Packet packet(read);
    if (status != LDNS_STATUS_OK) {
        return malformed(event, ldns_get_errorstr_by_id(status), transport);
    }
    const bool response = ldns_pkt_qr(packet.get());
    const ldns_rr_list* questions = ldns_pkt_question(packet.get());
    const std::size_t count = ldns_rr_list_rr_count(questions);
    // A server that could not read the question may leave it out (RFC 1035 4.1.1, FORMERR).
    if (count > 1 || (count == 0 && !response)) {
        return malformed(event, "one question expected", transport);
    }
    event.kind = response ? "dns.response" : "dns.query";
    event.fields["id"] = std::to_string(ldns_pkt_id(packet.get()));
    event.fields["transport"] = transport;
    if (count == 1) {
        const ldns_rr* question = ldns_rr_list_rr(questions, 0);
        event.fields["name"] = name_of(ldns_rr_owner(question));
        event.fields["type"] = type_of(question);
    }
    if (response) {
        event.fields["rcode"] =
            to_string(Text(ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet.get()))));
        add_answers(event.fields, ldns_pkt_answer(packet.get()));
        if (ldns_pkt_tc(packet.get())) event.fields["truncated"] = "yes";
        add_rest(event.fields, packet.get());
    }
}

}  // namespace twinline::decode
