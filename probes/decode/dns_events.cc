// DNS messages as events; see dns_events.hh.
#include "probes/decode/dns_events.hh"

#include "probes/decode/dns_packet.hh"
#include "probes/decode/packet.hh"
#include "probes/decode/sip_chars.hh"

#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

namespace twinline::decode {

namespace {

struct FreeText {
    void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

std::string to_string(Text text) { return text ? std::string(text.get()) : std::string(); }

// Most names are of letters, digits and hyphens only, and need none of the escapes of RFC 4343.
bool add_plain_name(std::string& text, const ldns_rdf* name) {
    const std::string_view octets(reinterpret_cast<const char*>(ldns_rdf_data(name)),
                                  ldns_rdf_size(name));
    const std::size_t begin = text.size();
    std::size_t at = 0;
    while (at < octets.size() && octets[at] != '\0') {
        const auto label = octets.substr(at + 1, static_cast<unsigned char>(octets[at]));
        const auto is_plain = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; };
        if (!std::ranges::all_of(label, is_plain)) {
            text.resize(begin);
            return false;
        }
        text.append(label).append(1, '.');
        at += 1 + label.size();
    }
    text.append(text.size() == begin ? "." : "");
    return true;
}

void add_value(std::string& text, const ldns_rdf* value) {
    switch (ldns_rdf_get_type(value)) {
        case LDNS_RDF_TYPE_A: {
            std::array<char, longest_address> address{};
            const auto host = read_u32(std::as_bytes(std::span(ldns_rdf_data(value), 4)), 0);
            text.append(address.data(), write_address(address.data(), host));
            return;
        }
        case LDNS_RDF_TYPE_INT16:
            text += std::to_string(ldns_rdf2native_int16(value));
            return;
        case LDNS_RDF_TYPE_DNAME:
            if (add_plain_name(text, value)) return;
            [[fallthrough]];
        default:
            text += to_string(Text(ldns_rdf2str(value)));
    }
}

// Lower case and without the trailing dot, so that two phones' spellings compare; the root is ".".
std::string name_of(const ldns_rdf* owner) {
    std::string name;
    add_value(name, owner);
    if (name.size() > 1 && name.ends_with('.')) {
        name.pop_back();
    }
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return name;
}

std::string type_of(const ldns_rr* record) {
    const auto type = ldns_rr_get_type(record);
    switch (type) {
        case LDNS_RR_TYPE_A:
            return "A";
        case LDNS_RR_TYPE_SRV:
            return "SRV";
        default:
            return to_string(Text(ldns_rr_type2str(type)));
    }
}

std::string rcode_of(const ldns_pkt* packet) {
    const auto rcode = ldns_pkt_get_rcode(packet);
    if (rcode == LDNS_RCODE_NOERROR) return "NOERROR";
    return to_string(Text(ldns_pkt_rcode2str(rcode)));
}

void add_answers(Draft& event, const ldns_rr_list* answers) {
    std::string text;
    std::optional<std::uint32_t> smallest;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(answers); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(answers, i);
        text.append(i == 0 ? "" : "; ").append(type_of(record));
        for (std::size_t value = 0; value < ldns_rr_rd_count(record); ++value)
            add_value(text += ' ', ldns_rr_rdf(record, value));
        const std::uint32_t ttl = ldns_rr_ttl(record);
        smallest = std::min(smallest.value_or(ttl), ttl);
    }
    if (smallest) {
        event.set("answers", event.keep(text));
        event.set("ttl", *smallest);
    }
}

// What a phone may keep of an answer without records (RFC 2308 section 5), and whether addresses
// came beside the answers.
void add_rest(Draft& event, const ldns_pkt* packet) {
    const ldns_rr_list* authority = ldns_pkt_authority(packet);
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(authority, i);
        constexpr std::size_t minimum = 6;
        if (ldns_rr_get_type(record) != LDNS_RR_TYPE_SOA || ldns_rr_rd_count(record) <= minimum)
            continue;
        const auto least = ldns_rdf2native_int32(ldns_rr_rdf(record, minimum));
        event.set("soa_ttl", std::min(least, ldns_rr_ttl(record)));
    }
    const ldns_rr_list* additional = ldns_pkt_additional(packet);
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(additional); ++i)
        if (ldns_rr_get_type(ldns_rr_list_rr(additional, i)) == LDNS_RR_TYPE_A)
            event.set("additional", "yes");
}

void malformed(Draft& event, std::string_view reason, std::string_view transport) {
    event.kind = "dns.malformed";
    event.set("reason", reason);
    event.set("transport", transport);
}

}  // namespace

void read_dns(Draft& event, Bytes message, std::string_view transport) {
    const auto read = read_dns_packet(message);
    if (!read) {
        return malformed(event, event.keep(read.error()), transport);
    }
    const auto& packet = *read;
    const bool response = ldns_pkt_qr(packet.get());
    const ldns_rr_list* questions = ldns_pkt_question(packet.get());
    const std::size_t count = ldns_rr_list_rr_count(questions);
    // A server that could not read the question may leave it out (RFC 1035 4.1.1, FORMERR).
    if (count > 1 || (count == 0 && !response)) {
        return malformed(event, "one question expected", transport);
    }
    event.kind = response ? "dns.response" : "dns.query";
    event.set("id", std::uint64_t{ldns_pkt_id(packet.get())});
    event.set("transport", transport);
    if (count == 1) {
        const ldns_rr* question = ldns_rr_list_rr(questions, 0);
        event.set("name", event.keep(name_of(ldns_rr_owner(question))));
        event.set("type", event.keep(type_of(question)));
    }
    if (response) {
        event.set("rcode", event.keep(rcode_of(packet.get())));
        add_answers(event, ldns_pkt_answer(packet.get()));
        if (ldns_pkt_tc(packet.get())) event.set("truncated", "yes");
        add_rest(event, packet.get());
    }
}

}  // namespace twinline::decode
