// Mutants that break what Yealink's guide says at its beginning of working and fallback servers,
// primary and secondary (YL-GEN), and what the web page shows of them (YL-UI).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/written.hh"
#include "reference_impl/wire/endpoint.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using config::PhoneConfig;

bool has_fallback_behind_a_name(const config::Account& account) {
    return account.servers.size() > 1 && !wire::parse_ipv4(account.servers.front().host);
}

}  // namespace

std::vector<Mutant> of_yealink_server_pair() {
    return {
        {"registers-with-one-server",
         "YL-GEN-03",
         "has no use for the second server of an account",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.servers.size() > 1) account.servers.resize(1);
              }}},
        {"overwrites-the-second-server",
         "YL-GEN-04",
         "uses a third server of an account in the place of the second",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts) {
                      const auto host = written(c, account.index, "sip_server.3.address");
                      if (host && account.servers.size() > 1) account.servers[1].host = *host;
                  }
              }}},
        {"either-failover-or-fallback",
         "YL-GEN-05",
         "leaves the fallback server out when the working server is a name",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (has_fallback_behind_a_name(account)) account.servers.resize(1);
              }}},
        {"registers-both-in-the-last-domain",
         "YL-GEN-07",
         "registers its user in the domain of the fallback server, at the working server too",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.servers.size() > 1) account.domain = account.servers.back().host;
              }}},
        {"registers-one-by-one-behind-a-name",
         "YL-GEN-08",
         "does not register with the fallback server beside a working server that is a name",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (has_fallback_behind_a_name(account))
                          account.redundancy = config::Redundancy::successive;
              }}},
        {"has-one-outbound-proxy",
         "YL-UI-03",
         "has no use for the second outbound proxy",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.outbound_proxies.size() > 1) account.outbound_proxies.resize(1);
              }}},
    };
}

}  // namespace twinline::mutants
