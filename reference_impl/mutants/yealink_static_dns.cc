// Mutants that break what Yealink's guide says of the static DNS cache (YL-SDC, Appendix B) and of
// its examples (YL-EX-02 to YL-EX-04).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using config::DnsCacheType;
using config::PhoneConfig;
using config::TransportChoice;

void take_cache_type(PhoneConfig& config, DnsCacheType written, DnsCacheType taken) {
    for (auto& account : config.accounts)
        if (account.dns_cache_type == written) account.dns_cache_type = taken;
}

void keep_for(std::chrono::seconds& ttl) { ttl = std::chrono::hours{24}; }

// The first server's name.
std::string host_of(const PhoneConfig& config) {
    return config.accounts.empty() || config.accounts.front().servers.empty()
               ? ""
               : config.accounts.front().servers.front().host;
}

std::vector<Mutant> of_cache_types() {
    return {
        {"confuses-cache-types",
         "YL-SDC-02",
         "takes dns_cache_type 1 for 2 and 2 for 1",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.dns_cache_type != DnsCacheType::none)
                          account.dns_cache_type = account.dns_cache_type == DnsCacheType::answers
                                                       ? DnsCacheType::answers_and_additional
                                                       : DnsCacheType::answers;
              }}},
        {"caches-in-real-time",
         "YL-SDC-03",
         "keeps the answers of the DNS although dns_cache_type is 0",
         {.setting =
              [](PhoneConfig& c) {
                  take_cache_type(c, DnsCacheType::none, DnsCacheType::answers);
              }}},
        {"forgets-answers",
         "YL-SDC-04",
         "keeps no answer of the DNS although dns_cache_type is 1",
         {.setting =
              [](PhoneConfig& c) {
                  take_cache_type(c, DnsCacheType::answers, DnsCacheType::none);
              }}},
        {"throws-additional-records-away",
         "YL-SDC-05",
         "does not read the additional section of an answer",
         {.heard = {hears_dns(
              [](wire::DnsResponse& response, Memory&) { response.additional.clear(); })}}},
    };
}

std::vector<Mutant> of_precedence() {
    return {
        {"knows-static-addresses-only",
         "YL-SDC-01",
         "has no use for static SRV and NAPTR records",
         {.setting =
              [](PhoneConfig& c) {
                  c.static_dns.srv.clear();
                  c.static_dns.naptr.clear();
              }}},
        {"reads-static-cache-pri-backwards",
         "YL-SDC-06",
         "prefers the DNS with static_cache_pri 1 and the static records with 0",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      account.static_cache_first = !account.static_cache_first;
              }}},
        {"always-prefers-static-records",
         "YL-SDC-08",
         "prefers static records although static_cache_pri is 0",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts) account.static_cache_first = true;
              }}},
        {"has-room-for-eight-records",
         "YL-SDC-09",
         "reads eight static records of each kind and leaves the others out",
         {.setting =
              [](PhoneConfig& c) {
                  const auto leave_out = [](auto& records) {
                      if (records.size() > 8) records.erase(records.begin() + 8, records.end());
                  };
                  leave_out(c.static_dns.a);
                  leave_out(c.static_dns.srv);
                  leave_out(c.static_dns.naptr);
              }}},
        {"asks-over-udp-only",
         "YL-SDC-10",
         "asks for the SRV records of UDP alone although naptr_build is 1",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      account.naptr_build = config::NaptrBuild::udp_only;
              }}},
        {"uses-static-srv-with-a-port",
         "YL-SDC-13",
         "looks into its static SRV and NAPTR records although a port is configured",
         {.setting =
              [](PhoneConfig& c) {
                  if (c.static_dns.srv.empty() && c.static_dns.naptr.empty()) return;
                  for (auto& account : c.accounts)
                      for (auto& server : account.servers)
                          if (server.transport == TransportChoice::by_dns) server.port = 0;
              }}},
        {"asks-nobody-for-what-it-has",
         "YL-EX-02",
         "does not ask the DNS for an address that a static record holds",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (!c.static_dns.a.empty()) account.static_cache_first = true;
              }}},
        {"speaks-udp-to-static-servers",
         "YL-EX-03",
         "speaks UDP with the servers of static SRV records of TCP",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv)
                      if (const auto at = srv.name.find("_tcp"); at != std::string::npos)
                          srv.name.replace(at, 4, "_udp");
              }}},
        {"wants-static-srv-after-static-naptr",
         "YL-EX-04",
         "uses static NAPTR records only when it has static SRV records as well",
         {.setting =
              [](PhoneConfig& c) {
                  if (c.static_dns.srv.empty()) c.static_dns.naptr.clear();
              }}},
    };
}

std::vector<Mutant> of_a_and_srv_records() {
    return {
        {"keeps-one-static-address-of-a-name",
         "YL-SDC-A1",
         "keeps the first static A record of a name only",
         {.setting =
              [](PhoneConfig& c) {
                  auto& records = c.static_dns.a;
                  for (auto a = records.begin(); a != records.end(); ++a)
                      records.erase(
                          std::remove_if(a + 1, records.end(),
                                         [&](const auto& b) { return b.name == a->name; }),
                          records.end());
              }}},
        {"takes-the-last-static-address",
         "YL-SDC-A2",
         "takes the address of the last static A record for those of all",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& a : c.static_dns.a) a.address = c.static_dns.a.back().address;
              }}},
        {"keeps-static-addresses-for-a-day",
         "YL-SDC-A3",
         "ignores the ttl of static A records",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& a : c.static_dns.a) keep_for(a.ttl);
              }}},
        {"ignores-the-name-of-static-srv",
         "YL-SDC-S1",
         "uses each static SRV record for its own domain, whatever the record is for",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv) srv.name = "_sip._udp." + host_of(c);
              }}},
        {"ignores-the-port-of-static-srv",
         "YL-SDC-S2",
         "sends to port 5060 whatever port the static SRV record names",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv) srv.port = 5060;
              }}},
        {"ignores-the-priority-of-static-srv",
         "YL-SDC-S3",
         "goes by the weight of static SRV records whatever their priority",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv) srv.priority = 0;
              }}},
        {"ignores-the-target-of-static-srv",
         "YL-SDC-S4",
         "asks for the address of its domain whatever target the static SRV record names",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv) srv.target = host_of(c);
              }}},
        {"takes-the-lightest-static-srv",
         "YL-SDC-S5",
         "takes the static SRV record of the lowest weight first",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv)
                      srv.weight = static_cast<std::uint16_t>(UINT16_MAX - srv.weight);
              }}},
        {"keeps-static-srv-for-a-day",
         "YL-SDC-S6",
         "ignores the ttl of static SRV records",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& srv : c.static_dns.srv) keep_for(srv.ttl);
              }}},
    };
}

std::vector<Mutant> of_naptr_records() {
    return {
        {"ignores-the-name-of-static-naptr",
         "YL-SDC-N1",
         "uses each static NAPTR record for its own domain, whatever the record is for",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) naptr.name = host_of(c);
              }}},
        {"ignores-static-flags",
         "YL-SDC-N2",
         "takes the flag of a static NAPTR record for empty",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) naptr.flags.clear();
              }}},
        {"ignores-static-order",
         "YL-SDC-N3",
         "goes by the preference of static NAPTR records whatever their order",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) naptr.order = 0;
              }}},
        {"ignores-static-preference",
         "YL-SDC-N4",
         "takes the first static NAPTR record of an order",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) naptr.preference = 0;
              }}},
        {"ignores-the-static-replacement",
         "YL-SDC-N5",
         "asks for the SRV records of its domain whatever the static NAPTR record names",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr)
                      naptr.replacement = "_sip._udp." + naptr.name;
              }}},
        {"ignores-the-static-service",
         "YL-SDC-N6",
         "speaks TCP whatever service the static NAPTR record names",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) naptr.service = "SIP+D2T";
              }}},
        {"keeps-static-naptr-for-a-day",
         "YL-SDC-N7",
         "ignores the ttl of static NAPTR records",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr) keep_for(naptr.ttl);
              }}},
        {"takes-static-flag-a-for-s",
         "YL-SDC-11",
         "asks for SRV records where the flag of a static NAPTR record is A",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr)
                      if (naptr.flags == "A") naptr.flags = "S";
              }}},
        {"asks-on-after-flag-u",
         "YL-SDC-12",
         "asks for the replacement of a static NAPTR record whose flag is U or P",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& naptr : c.static_dns.naptr)
                      if (naptr.flags == "U" || naptr.flags == "P") naptr.flags = "A";
              }}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_static_dns() {
    auto joined = of_cache_types();
    for (auto some : {of_precedence(), of_a_and_srv_records(), of_naptr_records()})
        std::ranges::move(some, std::back_inserter(joined));
    return joined;
}

}  // namespace twinline::mutants
