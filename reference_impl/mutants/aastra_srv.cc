// Mutants that break what Aastra's 57i guide says of SRV, what its successor says of TTLs, and what
// later guides say of DNS.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

namespace {

using Servers = std::vector<config::Server>;

bool has_name(const config::Server& server) { return !wire::parse_ipv4(server.host); }

void takes_zero_for_the_usual_port(Servers& servers) {
    for (auto& server : servers)
        if (has_name(server) && server.port == 0) server.port = 5060;
}

// Each server of each account.
template <typename Done>
void for_each_server_of_account(config::PhoneConfig& phone, Done done) {
    for (auto& account : phone.accounts)
        for (auto* servers : {&account.servers, &account.registrars, &account.outbound_proxies})
            for (auto& server : *servers) done(account, server);
}

}  // namespace

std::vector<Mutant> of_aastra_srv() {
    return {
        {"looks-up-no-outbound-proxy",
         "AA-SRV-01",
         "asks for SRV of proxy and registrar, but not of an outbound proxy",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      takes_zero_for_the_usual_port(account.outbound_proxies);
              }}},
        {"takes-port-zero-for-5060",
         "AA-SRV-02",
         "asks for the address alone where a name has port 0",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      for (auto* servers :
                           {&account.servers, &account.registrars, &account.outbound_proxies})
                          takes_zero_for_the_usual_port(*servers);
              }}},
        {"highest-priority-number-first",
         "AA-SRV-03",
         "takes the SRV record with the highest priority number for the best",
         {.heard = {hears_dns([](auto& response, auto&) {
              for (auto& record : response.answer)
                  if (auto* srv = std::get_if<wire::SrvRecord>(&record.data))
                      srv->priority = static_cast<std::uint16_t>(UINT16_MAX - srv->priority);
          })}}},
        {"looks-up-beside-a-port",
         "AA-SRV-04",
         "asks for SRV of a name though its port is given",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for_each_server_of_account(phone, [](auto&, auto& server) {
                      if (has_name(server)) server.port = 0;
                  });
              }}},
        {"takes-port-zero-of-an-address-for-5061",
         "AA-SRV-05",
         "sends to port 5061 of an address with port 0, over whatever transport",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for_each_server_of_account(phone, [](auto&, auto& server) {
                      if (!has_name(server) && server.port == 0) server.port = 5061;
                  });
              }}},
        {"looks-up-the-registrar-alone",
         "AA-SRV-06",
         "takes sip proxy port 0 for 5060, so that SRV is asked for to register only",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      takes_zero_for_the_usual_port(account.servers);
              }}},
        {"ignores-ttl",
         "AA-OBP-05",
         "keeps an answer of the DNS for a day, whatever its TTL",
         {.rules = {.heeds_ttl = false}}},
        {"always-asks-for-naptr",
         "EXT-AA-DNS-01",
         "asks for NAPTR whatever the DNS query type is",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      account.dns_lookup = config::DnsLookup::naptr;
              }}},
        {"lets-naptr-choose",
         "EXT-AA-DNS-02",
         "goes where a NAPTR record of another transport leads",
         {.heard = {hears_dns([](auto& response, auto&) {
              for (auto& record : response.answer)
                  if (auto* naptr = std::get_if<wire::NaptrRecord>(&record.data))
                      naptr->service = "SIP+D2U";
          })}}},
        {"query-type-before-port",
         "EXT-AA-DNS-03",
         "asks for NAPTR or SRV of a name with a port when the DNS query type names them",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for_each_server_of_account(phone, [](auto& account, auto& server) {
                      if (has_name(server) && account.dns_lookup == config::DnsLookup::naptr)
                          server.port = 0;
                  });
              }}},
        {"speaks-udp-only",
         "EXT-AA-TR-01",
         "speaks UDP whatever the transport protocol is",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for_each_server_of_account(phone, [](auto&, auto& server) {
                      server.transport = config::TransportChoice::udp;
                  });
              }}},
    };
}

}  // namespace twinline::mutants
