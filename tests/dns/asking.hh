// Words to ask a name server and to read its answer, with ldns as the second reader of what it
// writes by hand.
#pragma once

#include "rig/dns/name_server.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace twinline::dns {

inline constexpr std::uint32_t device = 0xc6336464, twin = 0xc6336465;

inline constexpr std::string_view zone_text = R"($ORIGIN pbx.test.
$TTL 300
@ IN SOA dns hostmaster 1 3600 600 86400 60
@ IN NS dns
@ IN NAPTR 10 50 "s" "SIP+D2U" "" _sip._udp
_sip._udp IN SRV 10 0 5060 b
_sip._udp 30 IN SRV 0 0 5060 a
a IN A 192.0.2.11
b IN A 192.0.2.12
dns IN A 192.0.2.2
alias IN CNAME a
far IN CNAME a.other.test.
lost IN CNAME nowhere
loop IN CNAME pool
pool IN CNAME loop
many IN TXT "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
many IN TXT "1123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
many IN TXT "2123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
many IN TXT "3123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
many IN TXT "4123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
)";

inline std::string wire_name(std::string_view dotted) {
    std::string out;
    while (!dotted.empty()) {
        std::string_view label = dotted.substr(0, dotted.find('.'));
        out.push_back(static_cast<char>(label.size()));
        out += label;
        dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
    }
    out.push_back('\0');
    return out;
}

inline std::string query(std::string_view name, unsigned type, unsigned flags = 0x0100) {
    std::string out = "\x12\x34";
    for (unsigned value : {flags, 1U, 0U, 0U, 0U}) {
        out.push_back(static_cast<char>(value >> 8));
        out.push_back(static_cast<char>(value & 0xff));
    }
    out += wire_name(name);
    for (unsigned value : {type, 1U}) {
        out.push_back(static_cast<char>(value >> 8));
        out.push_back(static_cast<char>(value & 0xff));
    }
    return out;
}

struct Read {
    unsigned id = 0, rcode = 0;
    bool aa = false, tc = false, rd = false;
    std::vector<std::string> answer, authority, additional;
};

inline std::vector<std::string> lines(const ldns_rr_list* list) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
        std::unique_ptr<char, decltype(&std::free)> text(ldns_rr2str(ldns_rr_list_rr(list, i)),
                                                         &std::free);
        std::string line(text.get());
        for (char& c : line) c = c == '\t' ? ' ' : c;
        line.pop_back();
        out.push_back(line);
    }
    return out;
}

inline Read read(const std::optional<std::string>& octets) {
    Read out;
    if (!octets) {
        ADD_FAILURE() << "no answer";
        return out;
    }
    ldns_pkt* raw = nullptr;
    ldns_status status =
        ldns_wire2pkt(&raw, reinterpret_cast<const std::uint8_t*>(octets->data()), octets->size());
    std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)> packet(raw, &ldns_pkt_free);
    if (status != LDNS_STATUS_OK) {
        ADD_FAILURE() << ldns_get_errorstr_by_id(status);
        return out;
    }
    out.id = ldns_pkt_id(raw);
    out.rcode = static_cast<unsigned>(ldns_pkt_get_rcode(raw));
    out.aa = ldns_pkt_aa(raw);
    out.tc = ldns_pkt_tc(raw);
    out.rd = ldns_pkt_rd(raw);
    out.answer = lines(ldns_pkt_answer(raw));
    out.authority = lines(ldns_pkt_authority(raw));
    out.additional = lines(ldns_pkt_additional(raw));
    return out;
}

class NameServerTest : public ::testing::Test {
  protected:
    NameServer server_{zone_text};

    Read ask(std::string_view name, unsigned type) {
        return read(server_.answer(device, query(name, type)));
    }
};

}  // namespace twinline::dns
