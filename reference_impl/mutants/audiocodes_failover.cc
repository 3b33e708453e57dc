// Mutants that break clauses of AudioCodes' manual.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

wire::SrvRecord* srv_of(wire::DnsRecord& record) {
    return std::get_if<wire::SrvRecord>(&record.data);
}

void looks_up_addresses_only(std::vector<config::Server>& servers) {
    for (auto& server : servers)
        if (server.port == 0) server.port = 5060;
}

}  // namespace

std::vector<Mutant> of_audiocodes_failover() {
    return {
        {"waits-behind-a-closed-door",
         "AC-REG-01",
         "waits for an answer from a server that has refused its connection",
         {.heard = {gets<phone::ConnectionLost>([](auto&, Memory&) { return lost; })}}},
        {"takes-no-news-from-the-secondary",
         "AC-REG-02",
         "does not take a NOTIFY from another server than the one that it registered at first",
         {.heard = {hears_answer(
                        "REGISTER",
                        [](auto&, auto& m) { first(m, "primary", wire::to_string(m.remote)); }),
                    hears("NOTIFY",
                          [](auto&, auto& m) {
                              const auto remote = wire::to_string(m.remote);
                              return first(m, "primary", remote) == remote ? passes : lost;
                          })}}},
        {"sips-port-without-srv",
         "AC-REG-03",
         "sends to port 5061 where the name has no SRV record, over whatever transport",
         {.sent = {sends("REGISTER",
                         [](auto&, auto& m) {
                             if (m.counts["records"] == 0) m.remote.port = 5061;
                         })},
          .heard = {hears_dns([](auto& response, auto& m) {
              for (auto& record : response.answer)
                  if (srv_of(record) != nullptr) nth(m, "records");
          })}}},
        {"registers-without-a-look-up",
         "AC-REG-04",
         "asks for the address of the proxy's name and for no list of servers",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts) looks_up_addresses_only(account.servers);
              }}},
        {"begins-at-the-end-of-the-list",
         "AC-REG-05",
         "sends its REGISTER to the last server of the list first",
         {.heard = {hears_dns([](auto& response, auto&) {
              for (auto& record : response.answer)
                  if (auto* srv = srv_of(record))
                      srv->priority = static_cast<std::uint16_t>(UINT16_MAX - srv->priority);
          })}}},
        {"knows-two-servers",
         "AC-REG-06",
         "keeps two servers of a longer list",
         {.heard = {hears_dns([](auto& response, auto&) {
              auto& records = response.answer;
              if (records.size() < 3 || srv_of(records.front()) == nullptr) return;
              std::ranges::sort(records, {}, [](auto& record) { return srv_of(record)->priority; });
              records.resize(2);
          })}}},
        {"looks-up-an-address",
         "AC-REG-07",
         "takes a proxy's address for a name of its own domain, and looks it up",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      for (auto& server : account.servers)
                          if (wire::parse_ipv4(server.host) && server.port == 0)
                              server.host += ".lan";
              }}},
        {"knows-udp-only",
         "AC-PAR-01",
         "speaks UDP whatever its transport protocol is",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      for (auto& server : account.servers)
                          server.transport = config::TransportChoice::udp;
              }}},
        {"impatient",
         "AC-PAR-02",
         "waits half as long for an answer as configured",
         {.rules = {.waits_the_whole_limit = false}}},
        {"asks-no-srv-of-its-outbound-proxy",
         "AC-PAR-03",
         "asks for the address of its outbound proxy only",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      looks_up_addresses_only(account.outbound_proxies);
              }}},
        {"takes-65535-for-a-port",
         "AC-PAR-04",
         "sends to port 65535 of its outbound proxy instead of asking for SRV",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      for (auto& proxy : account.outbound_proxies)
                          if (proxy.port == 0) proxy.port = UINT16_MAX;
              }}},
        {"proxy-before-outbound-proxy",
         "AC-PAR-05",
         "goes around its outbound proxy when the proxy's port asks for SRV too",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.servers.front().port == 0) account.outbound_proxies.clear();
              }}},
        {"looks-up-the-domain-for-its-target",
         "AC-GEN-01",
         "asks for the address of the name itself instead of the one that SRV names",
         {.heard = {hears_dns([](auto& response, auto&) {
              const auto& name = response.question.name;
              for (auto& record : response.answer)
                  if (auto* srv = srv_of(record))
                      srv->target = name.substr(name.find('.', name.find('.') + 1) + 1);
          })}}},
        {"stays-while-served",
         "AC-GEN-02",
         "returns to the first server only when the second fails",
         {.readings = {{"srv-failback", "after-failure"}}}},
        {"no-proxy-is-the-better",
         "EXT-AC-01",
         "stays at the redundant proxy in asymmetric mode too",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.redundant) account.redundant->symmetric = true;
              }}},
        {"forgets-its-last-proxy",
         "EXT-AC-02",
         "begins with the primary proxy after a reboot, wherever it was registered",
         {.sent = {sends("REGISTER",
                         [](auto&, auto& m) {
                             const auto remote = wire::to_string(m.remote.address);
                             const auto& primary = first(m, "primary", remote);
                             if (m.counts["boots"] > 1)
                                 m.remote.address = *wire::parse_ipv4(primary);
                         })},
          .heard = {gets<phone::PowerOn>([](phone::PowerOn&, Memory& m) { nth(m, "boots"); })}}},
        {"asks-by-its-own-clock",
         "EXT-AC-03",
         "asks the proxy once a minute whether it lives, whatever is configured",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.redundant)
                          account.redundant->keep_alive = std::chrono::seconds(60);
              }}},
        {"waits-by-default",
         "EXT-AC-04",
         "waits its default of 32 seconds for an answer, whatever is configured",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      account.silence_limit = std::chrono::seconds(32);
              }}},
    };
}

}  // namespace twinline::mutants
