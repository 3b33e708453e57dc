// DNS messages as values (RFC 1035, 2782, 3403), read and written with ldns: the phone's resolver
// speaks them.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/parse_error.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace twinline::wire {

enum class DnsType : std::uint16_t { a = 1, cname = 5, soa = 6, aaaa = 28, srv = 33, naptr = 35 };
enum class DnsRcode : std::uint8_t {
    noerror = 0,
    formerr = 1,
    servfail = 2,
    nxdomain = 3,
    notimp = 4,
    refused = 5
};

std::string_view to_string(DnsType type);  // "A", "SRV", "NAPTR" ...

struct DnsQuestion {
    std::string name;  // lower case, no trailing dot; the root is ""
    DnsType type = DnsType::a;

    auto operator<=>(const DnsQuestion&) const = default;
};

struct ARecord {
    Ipv4 address;

    bool operator==(const ARecord&) const = default;
};
struct CnameRecord {
    std::string target;

    bool operator==(const CnameRecord&) const = default;
};
struct SrvRecord {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target;

    bool operator==(const SrvRecord&) const = default;
};
struct NaptrRecord {
    std::uint16_t order = 0;
    std::uint16_t preference = 0;
    std::string flags;
    std::string service;
    std::string regexp;
    std::string replacement;

    bool operator==(const NaptrRecord&) const = default;
};
struct SoaRecord {
    std::uint32_t minimum = 0;

    bool operator==(const SoaRecord&) const = default;
};
struct OtherRecord {
    std::uint16_t type = 0;

    bool operator==(const OtherRecord&) const = default;
};

struct DnsRecord {
    std::string name;       // lower case, no trailing dot
    std::uint32_t ttl = 0;  // seconds; a value with the top bit set reads as 0 (RFC 2181 section 8)
    std::variant<ARecord, CnameRecord, SrvRecord, NaptrRecord, SoaRecord, OtherRecord> data;

    bool operator==(const DnsRecord&) const = default;
};

struct DnsResponse {
    std::uint16_t id = 0;
    bool truncated = false;
    DnsRcode rcode = DnsRcode::noerror;
    DnsQuestion question;
    std::vector<DnsRecord> answer;
    std::vector<DnsRecord> authority;
    std::vector<DnsRecord> additional;
};

// Labels of 1..63 octets, 255 octets in all (RFC 1035 section 2.3.4); the root is "".
bool is_domain_name(const std::string& text);

// A query with recursion desired and no EDNS. `question.name` must be a domain name.
std::string serialise_query(std::uint16_t id, const DnsQuestion& question);

// Refuses what is no response, has not exactly one question, or does not parse as a whole.
Parsed<DnsResponse> parse_response(std::string_view bytes);

}  // namespace twinline::wire
