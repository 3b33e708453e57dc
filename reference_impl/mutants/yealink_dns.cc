// Mutants that break what Yealink's guide says of finding servers by NAPTR, SRV and A (YL-DNS,
// YL-NAPTR, YL-SRV) and of the port that the web page wants for it (YL-UI).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/servers.hh"
#include "reference_impl/mutants/tampering.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using config::TransportChoice;
using wire::ARecord;
using wire::NaptrRecord;
using wire::SrvRecord;

bool found_by_dns(const config::Server& server) {
    return server.transport == TransportChoice::by_dns && server.port == 0;
}

// The domain that an SRV name asks about: "_sip._udp.pbx.test" of pbx.test.
std::string domain_of(const std::string& srv_name) {
    const auto second = srv_name.find('.', srv_name.find('.') + 1);
    return second == std::string::npos ? srv_name : srv_name.substr(second + 1);
}

std::vector<SrvRecord*> srv_records(wire::DnsResponse& response) {
    std::vector<SrvRecord*> records;
    for_each_record<SrvRecord>(response, [&](SrvRecord& srv) { records.push_back(&srv); });
    return records;
}

// The first by name is the heaviest.
void weigh_by_name(std::vector<SrvRecord*> records) {
    std::ranges::sort(records, {}, [](const SrvRecord* srv) { return srv->target; });
    auto weight = static_cast<std::uint16_t>(records.size());
    for (auto* srv : records) srv->weight = weight--;
}

std::vector<Mutant> of_chain() {
    return {
        {"asks-for-addresses-only",
         "YL-DNS-01",
         "asks for the address of a configured name and for nothing else",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [](config::Server& server) {
                      if (found_by_dns(server)) server.port = 5060;
                  });
              }}},
        {"asks-for-the-domains-address",
         "YL-DNS-02",
         "asks for the address of the domain where an SRV record names a host",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for_each_record<SrvRecord>(response, [&](SrvRecord& srv) {
                  srv.target = domain_of(response.question.name);
              });
          })}}},
        {"asks-the-whole-chain-with-a-port",
         "YL-DNS-03",
         "asks for NAPTR although a port is configured",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [](config::Server& server) {
                      if (server.transport == TransportChoice::by_dns) server.port = 0;
                  });
              }}},
        {"falls-from-naptr-to-an-address",
         "YL-DNS-04",
         "asks for no SRV record where there is no NAPTR record",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [&](config::Server& server) {
                      if (found_by_dns(server))
                          c.static_dns.naptr.push_back({.name = server.host,
                                                        .flags = "A",
                                                        .replacement = server.host,
                                                        .service = "SIP+D2U"});
                  });
              }}},
        {"takes-5080-where-no-port-is-found",
         "YL-DNS-05",
         "turns to port 5080 where the DNS gives none",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [&](config::Server& server) {
                      if (found_by_dns(server))
                          c.static_dns.srv.push_back({.name = "_sip._udp." + server.host,
                                                      .port = 5080,
                                                      .target = server.host});
                  });
              }}},
        {"needs-a-name-server",
         "YL-DNS-06",
         "looks into its static records only when it has a name server to ask first",
         {.setting =
              [](config::PhoneConfig& c) {
                  if (c.dns_servers.empty()) c.static_dns = {};
              }}},
        {"takes-no-result-for-an-answer",
         "YL-DNS-07",
         "does not look into its static records when the DNS has no result",
         {.setting =
              [](config::PhoneConfig& c) {
                  const bool preferred =
                      std::ranges::any_of(c.accounts, &config::Account::static_cache_first);
                  if (!c.dns_servers.empty() && !preferred) c.static_dns = {};
              }}},
        {"asks-for-srv-with-a-port",
         "YL-UI-04",
         "asks for SRV records although a port is configured",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [](config::Server& server) {
                      if (server.transport != TransportChoice::by_dns) return;
                      server.port = 0;
                      server.transport = TransportChoice::udp;
                  });
              }}},
        {"finds-tcp-servers-by-udp",
         "YL-UI-05",
         "asks for the SRV records of UDP where TCP is configured",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [](config::Server& server) {
                      if (server.port == 0 && server.transport == TransportChoice::tcp)
                          server.transport = TransportChoice::udp;
                  });
              }}},
        {"finds-proxies-by-address",
         "YL-UI-06",
         "takes port 0 of an outbound proxy for 5060, and asks for its address only",
         {.setting =
              [](config::PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      for (auto& proxy : account.outbound_proxies)
                          if (proxy.port == 0) proxy.port = 5060;
              }}},
    };
}

// Does it to each NAPTR record that the DNS brings.
Heard hears_naptr(std::function<void(NaptrRecord&, const std::string& name)> done) {
    return hears_dns([done = std::move(done)](wire::DnsResponse& response, Memory&) {
        for_each_record<NaptrRecord>(
            response, [&](NaptrRecord& naptr) { done(naptr, response.question.name); });
    });
}

std::vector<Mutant> of_naptr() {
    return {
        {"begins-with-srv",
         "YL-NAPTR-01",
         "asks for the SRV records of UDP without asking for NAPTR",
         {.setting =
              [](config::PhoneConfig& c) {
                  for_each_server_and_proxy(c, [](config::Server& server) {
                      if (found_by_dns(server)) server.transport = TransportChoice::udp;
                  });
              }}},
        {"ignores-naptr-order",
         "YL-NAPTR-02",
         "goes by the preference of NAPTR records whatever their order",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) { naptr.order = 0; })}}},
        {"ignores-naptr-preference",
         "YL-NAPTR-03",
         "takes the first NAPTR record of an order",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) { naptr.preference = 0; })}}},
        {"asks-for-an-address-at-flag-s",
         "YL-NAPTR-04",
         "asks for the address of the replacement where the flag says SRV",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) {
              if (!naptr.flags.empty()) naptr.flags = "a";
          })}}},
        {"takes-no-flag-for-s",
         "YL-NAPTR-05",
         "asks for SRV records where an empty flag says NAPTR",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) {
              if (!naptr.flags.empty()) return;
              naptr.flags = "s";
              if (naptr.service.empty()) naptr.service = "SIP+D2U";
          })}}},
        {"takes-d2u-for-tcp",
         "YL-NAPTR-06",
         "speaks TCP where the service is SIP+D2U",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) {
              if (wire::equal_ignoring_case(naptr.service, "SIP+D2U")) naptr.service = "SIP+D2T";
          })}}},
        {"overlooks-a-regular-expression",
         "YL-NAPTR-07",
         "follows the replacement of a NAPTR record that has a regular expression too",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) { naptr.regexp.clear(); })}}},
        {"builds-the-srv-name-itself",
         "YL-NAPTR-08",
         "asks for the SRV records of its domain whatever the replacement is",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const std::string& name) {
              if (!naptr.flags.empty()) naptr.replacement = "_sip._udp." + name;
          })}}},
        {"takes-the-highest-order",
         "YL-NAPTR-09",
         "takes the NAPTR record of the highest order first",
         {.heard = {hears_naptr([](NaptrRecord& naptr, const auto&) {
              naptr.order = static_cast<std::uint16_t>(UINT16_MAX - naptr.order);
          })}}},
    };
}

std::vector<Mutant> of_srv() {
    return {
        {"takes-the-highest-priority-number",
         "YL-SRV-01",
         "takes the SRV record of the highest priority number first",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for_each_record<SrvRecord>(response, [](SrvRecord& srv) {
                  srv.priority = static_cast<std::uint16_t>(UINT16_MAX - srv.priority);
              });
          })}}},
        {"always-the-same-of-equals",
         "YL-SRV-03",
         "takes the same one of equal SRV records each time",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              auto records = srv_records(response);
              const auto differs = [&](const SrvRecord* srv) {
                  return srv->weight != records.front()->weight;
              };
              if (std::ranges::none_of(records, differs)) weigh_by_name(std::move(records));
          })}}},
        {"ignores-the-srv-port",
         "YL-SRV-04",
         "sends to port 5060 whatever port the SRV record names",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for_each_record<SrvRecord>(response, [](SrvRecord& srv) { srv.port = 5060; });
          })}}},
        {"completes-numeric-targets",
         "YL-SRV-05",
         "appends its domain to a numeric target and asks for the address of that",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for_each_record<SrvRecord>(response, [&](SrvRecord& srv) {
                  if (wire::parse_ipv4(srv.target))
                      srv.target += "." + domain_of(response.question.name);
              });
          })}}},
        {"orders-targets-by-name",
         "YL-SRV-06",
         "takes the targets of one priority in the order of their names",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              weigh_by_name(srv_records(response));
          })}}},
        {"takes-the-last-record-for-the-primary",
         "YL-GEN-06",
         "takes the last SRV record of the answer for that of the primary server",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              auto priority = static_cast<std::uint16_t>(response.answer.size());
              for_each_record<SrvRecord>(response,
                                         [&](SrvRecord& srv) { srv.priority = priority--; });
          })}}},
        {"keeps-one-address-of-a-name",
         "YL-GEN-02",
         "keeps one address of a name, so that nobody takes over",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              if (response.question.type != wire::DnsType::a) return;
              const auto more = std::ranges::find_if(response.answer, [](const auto& record) {
                  return std::holds_alternative<ARecord>(record.data);
              });
              if (more != response.answer.end())
                  response.answer.erase(more + 1, response.answer.end());
          })}}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_dns() {
    auto joined = of_chain();
    for (auto some : {of_naptr(), of_srv()}) std::ranges::move(some, std::back_inserter(joined));
    return joined;
}

}  // namespace twinline::mutants
