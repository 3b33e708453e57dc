// DNS answers written octet by octet (RFC 1035 section 4), without ldns: the resolver's tests must
// not believe the library that the resolver believes.
#pragma once

#include "reference_impl/wire/dns_message.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::test {

struct DnsAsked {
    std::uint16_t id = 0;
    wire::DnsQuestion question;  // the name as it was sent, whatever its case
};

struct DnsReply {
    wire::DnsRcode rcode = wire::DnsRcode::noerror;
    std::vector<wire::DnsRecord> answer{};
    std::vector<wire::DnsRecord> authority{};
    bool truncated = false;
    std::vector<wire::DnsRecord> additional{};
};

DnsAsked read_query(std::string_view bytes);
std::string write_reply(const DnsAsked& asked, const DnsReply& reply);

wire::DnsRecord a(std::string name, std::string_view address, std::uint32_t ttl = 300);
wire::DnsRecord cname(std::string name, std::string target, std::uint32_t ttl = 300);
wire::DnsRecord srv(std::string name, std::uint16_t priority, std::uint16_t weight,
                    std::uint16_t port, std::string target, std::uint32_t ttl = 300);
wire::DnsRecord naptr(std::string name, std::uint16_t order, std::uint16_t preference,
                      std::string flags, std::string service, std::string replacement,
                      std::string regexp = {}, std::uint32_t ttl = 300);
wire::DnsRecord soa(std::string name, std::uint32_t ttl, std::uint32_t minimum);

}  // namespace twinline::test
