// Mutants that break what Aastra's 9000i guide says of failover where SIP outbound is off.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

namespace {

std::string host_of(const std::string& uri) {
    const auto at = uri.find('@');
    return uri.substr(at == std::string::npos ? uri.find(':') + 1 : at + 1);
}

void set_host(wire::SipMessage& request, const std::string& host) {
    for (auto* address : {&request.from, &request.to})
        address->uri = address->uri.substr(0, address->uri.find('@') + 1) + host;
}

bool has_all_three(const config::Account& account) {
    return account.outbound_proxies.size() > 1 && account.servers.size() > 1;
}

// The address of the first hop that this phone has used first of all.
bool is_first_hop(Memory& memory) {
    const auto remote = wire::to_string(memory.remote);
    return first(memory, "first hop", remote) == remote;
}

}  // namespace

std::vector<Mutant> of_aastra_outbound_proxy() {
    return {
        {"no-backup-outbound-proxy",
         "AA-OBP-01",
         "does not know the backup outbound proxy",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.outbound_proxies.size() > 1) account.outbound_proxies.resize(1);
              }}},
        {"calls-the-backup-first",
         "AA-OBP-10",
         "makes calls and subscriptions over the backup proxy while the primary is well",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts) {
                      if (account.servers.size() < 2 || !account.outbound_proxies.empty()) continue;
                      account.domain = account.servers[0].host;
                      std::swap(account.servers[0], account.servers[1]);
                  }
              }}},
        {"takes-the-registrars-domain",
         "AA-OBP-11",
         "registers at the backup registrar as a user of that registrar",
         {.sent = {sends("REGISTER",
                         [](auto& request, auto& m) {
                             const auto registrar = host_of(request.request_uri);
                             if (first(m, "registrar", registrar) != registrar)
                                 set_host(request, registrar);
                         })}}},
        {"keeps-its-address-of-record",
         "AA-OBP-12",
         "registers under the address of record of the primary proxy, whichever is in use",
         {.sent = {sends("REGISTER",
                         [](auto& request, auto& m) {
                             set_host(request, first(m, "domain", host_of(request.to.uri)));
                         })}}},
        {"comes-home-as-it-left",
         "AA-OBP-13",
         "returns to the primary registrar under the address of record that it had there before",
         {.sent = {sends("REGISTER",
                         [](auto& request, auto& m) {
                             const auto& domain = first(m, "domain", host_of(request.to.uri));
                             const auto registrar = host_of(request.request_uri);
                             if (first(m, "registrar", registrar) != registrar)
                                 m.notes["was away"] = "yes";
                             else if (m.notes.contains("was away"))
                                 set_host(request, domain);
                         })}}},
        {"keeps-the-backups-address-of-record",
         "AA-OBP-14",
         "stays under the address of record of the backup proxy when the primary is back",
         {.sent = {sends("REGISTER",
                         [](auto& request, auto& m) {
                             const auto domain = host_of(request.to.uri);
                             if (first(m, "domain", domain) != domain) m.notes["moved to"] = domain;
                             const auto moved = m.notes.find("moved to");
                             if (moved != m.notes.end()) set_host(request, moved->second);
                         })}}},
        {"backups-first",
         "AA-OBP-20",
         "goes over the backup outbound proxy first where everything has a backup",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (has_all_three(account))
                          std::swap(account.outbound_proxies[0], account.outbound_proxies[1]);
              }}},
        {"moves-the-path-alone",
         "AA-OBP-21",
         "goes over the backup outbound proxy, but to the primary registrar and proxy",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts) {
                      if (!has_all_three(account)) continue;
                      account.servers.resize(1);
                      if (account.registrars.size() > 1) account.registrars.resize(1);
                  }
              }}},
        {"leaves-its-subscriptions-behind",
         "AA-OBP-22",
         "returns to the primary outbound proxy without its subscriptions",
         {.sent = {sends("SUBSCRIBE",
                         [](auto&, auto& m) {
                             if (!is_first_hop(m)) m.notes["moved"] = "yes";
                             return is_first_hop(m) && m.notes.contains("moved") ? lost : passes;
                         })}}},
        {"calls-around-the-outbound-proxy",
         "AA-OBP-30",
         "sends its calls straight to the proxy",
         {.sent = {sends("INVITE",
                         [](auto& request, auto& m) {
                             const auto proxy = wire::parse_ipv4(host_of(request.request_uri));
                             if (proxy) m.remote.address = *proxy;
                         })}}},
        {"registers-over-one-outbound-proxy",
         "AA-OBP-31",
         "sends calls over the backup outbound proxy, but no REGISTER",
         {.sent = {sends("REGISTER",
                         [](auto&, auto& m) { return is_first_hop(m) ? passes : lost; })}}},
        {"never-comes-home",
         "AA-OBP-32",
         "avoids for a day an outbound proxy that was silent",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts) account.avoidance = std::chrono::hours(24);
              },
          .readings = {{"primary-first-against-blacklist", "blacklisted"}}}},
        {"takes-the-port-of-no-backup",
         "EXT-AA-PAR-01",
         "takes the port of the outbound proxy for that of its backup too",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      for (auto& proxy : account.outbound_proxies)
                          proxy.port = account.outbound_proxies.front().port;
              }}},
    };
}

}  // namespace twinline::mutants
