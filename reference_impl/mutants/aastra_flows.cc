// Mutants that break what Aastra's guides say of SIP outbound and of the connections of TLS.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

namespace {

// Whether the message goes to where the first of its kind went.
bool goes_where_the_first_went(Memory& memory, std::string_view kind) {
    const auto remote = wire::to_string(memory.remote);
    return first(memory, kind, remote) == remote;
}

}  // namespace

std::vector<Mutant> of_aastra_flows() {
    return {
        {"outbound-over-streams-only",
         "AA-OBP-02",
         "has no SIP outbound over UDP",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.servers.front().transport == config::TransportChoice::udp)
                          account.outbound = false;
              }}},
        {"skips-keep-alives",
         "AA-OBP-03",
         "does not keep its flows alive",
         {.rules = {.keeps_flows_alive = false}}},
        {"reconnects-for-nobody",
         "AA-OBP-04",
         "opens no second connection to a server that it has lost",
         {.sent = {puts<phone::Connect>([](phone::Connect& connect, Memory& m) {
              return nth(m, "connections to " + wire::to_string(connect.remote)) == 1 ? passes
                                                                                      : lost;
          })}}},
        {"one-flow-only",
         "EXT-AA-OUT-01",
         "keeps the flow to its registrar alive, but none to its proxy",
         {.sent = {sends("REGISTER",
                         [](auto&, auto& m) { (void)goes_where_the_first_went(m, "registrar"); }),
                   pings([](auto& m) {
                       return goes_where_the_first_went(m, "registrar") ? passes : lost;
                   })}}},
        {"never-unregisters-at-the-backup",
         "EXT-AA-OUT-02",
         "leaves its registration at the backup registrar when the first is back",
         {.sent = {sends("REGISTER",
                         [](auto& request, auto& m) {
                             const bool home = goes_where_the_first_went(m, "registrar");
                             const bool removes = request.expires == 0U ||
                                                  (!request.contact.empty() &&
                                                   request.contact.front().param("expires") == "0");
                             return removes && !home ? lost : passes;
                         })}}},
        {"keeps-its-subscriptions-at-a-dead-proxy",
         "EXT-AA-OUT-03",
         "moves no subscription to the backup proxy",
         {.sent = {sends("SUBSCRIBE",
                         [](auto&, auto& m) {
                             return goes_where_the_first_went(m, "notifier") ? passes : lost;
                         })}}},
        {"moves-its-flow-alone",
         "EXT-AA-OUT-04",
         "opens a flow to the backup outbound proxy and stays the primary proxy's user",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.outbound && account.outbound_proxies.size() > 1)
                          account.servers.resize(1);
              }}},
        {"one-outbound-proxy-for-flows",
         "EXT-AA-OUT-05",
         "opens no flow to the backup outbound proxy",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.outbound && account.outbound_proxies.size() > 1)
                          account.outbound_proxies.resize(1);
              }}},
        {"outbound-unasked",
         "EXT-AA-OUT-06",
         "registers by SIP outbound though it is not switched on",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts) account.outbound = true;
              }}},
        {"keeps-tls-alive-by-its-own-clock",
         "EXT-AA-KA-01",
         "keeps persistent TLS alive every half minute, whatever is configured",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.persistent_connection)
                          account.keep_alive = std::chrono::seconds(30);
              }}},
    };
}

}  // namespace twinline::mutants
