// Mutants that break what Yealink's guide says of the four failback modes (YL-FB), of subscriptions
// in a failover (YL-FSUB) and its example of failover (YL-EX-01).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/servers.hh"
#include "reference_impl/mutants/tampering.hh"
#include "reference_impl/mutants/written.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using config::FailbackMode;
using config::PhoneConfig;

// Stays until the next failover.
void never_return(config::Server& server) {
    server.failback_mode = FailbackMode::duration;
    server.failback_timeout = std::chrono::seconds{0};
}

void take_short_timeouts(PhoneConfig& config) {
    for (auto& account : config.accounts) {
        const auto text = written(config, account.index, "sip_server.1.failback_timeout");
        const auto seconds = text ? wire::parse_number(*text) : std::nullopt;
        if (seconds && *seconds > 0)
            account.servers.front().failback_timeout = std::chrono::seconds{*seconds};
    }
}

// A phone that turns away from its first server once, and from the second time on no more.
Fate fails_over_once(const phone::Transmit& datagram, Memory& memory) {
    if (datagram.is_dns || datagram.remote.port == 53) return passes;
    const auto server = wire::to_string(datagram.remote);
    const auto first = memory.notes.try_emplace("first server", server).first->second;
    auto& has_left = memory.counts["has left"];
    auto& has_returned = memory.counts["has returned"];
    if (server == first) {
        has_returned = has_left;
        return passes;
    }
    has_left = 1;
    return has_returned == 0 ? passes : lost;
}

std::vector<Mutant> of_modes() {
    return {
        {"begins-where-it-was",
         "YL-FB-NEW-01",
         "sends new requests to the last used server first although failback_mode is 0",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) {
                      if (server.failback_mode == FailbackMode::new_requests) never_return(server);
                  });
              }}},
        {"waits-for-idle-in-mode-0",
         "YL-FB-NEW-02",
         "stays with the secondary server while somebody talks although failback_mode is 0",
         {.rules = {.waits_for_idle_in_mode_0 = true}}},
        {"does-not-wait-for-the-ttl",
         "YL-FB-TTL-01",
         "turns to the primary server at once although failback_mode is 1",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) {
                      if (server.failback_mode == FailbackMode::dns_ttl)
                          server.failback_mode = FailbackMode::new_requests;
                  });
              }}},
        {"fails-over-once",
         "YL-FB-TTL-02",
         "does not turn to the secondary server again once it has tried the primary again",
         {.sent = {puts<phone::Transmit>(fails_over_once)}}},
        {"stays-when-the-registration-ends",
         "YL-FB-REG-01",
         "stays with the secondary server from registration to registration in mode 2",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) {
                      if (server.failback_mode == FailbackMode::registration) never_return(server);
                  });
              }}},
        {"takes-timeout-0-for-60",
         "YL-FB-DUR-02",
         "turns to the primary server after a minute although failback_timeout is 0",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](config::Server& server) {
                      if (server.failback_timeout.count() == 0)
                          server.failback_timeout = std::chrono::seconds{60};
                  });
              }}},
        {"takes-a-short-timeout-as-it-is",
         "YL-FB-DUR-03",
         "turns to the primary server after a failback_timeout of less than a minute",
         {.setting = take_short_timeouts}},
        {"has-no-least-timeout",
         "EXT-YL-18",
         "takes a failback_timeout of less than a minute, as firmware before 80",
         {.setting = take_short_timeouts}},
        {"heeds-the-timeout-in-every-mode",
         "YL-FB-DUR-04",
         "takes a failback_timeout for the duration mode, whatever failback_mode is",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (written(c, account.index, "sip_server.1.failback_timeout"))
                          account.servers.front().failback_mode = FailbackMode::duration;
              }}},
        {"is-idle-while-it-rings",
         "YL-FB-IDLE-02",
         "turns to the primary server while a call rings that nobody has answered",
         {.rules = {.ringing_is_busy = false}}},
        {"has-endless-patience-behind-a-proxy",
         "YL-EX-01",
         "goes on asking a silent server when it has an outbound proxy",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (!account.outbound_proxies.empty())
                          for (auto& server : account.servers) server.retry_counts = 200;
              }}},
    };
}

std::vector<Mutant> of_subscriptions() {
    return {
        {"subscribes-when-due-only",
         "YL-FSUB-01",
         "leaves its subscriptions alone in a failover although failback_subscribe.enable is 1",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](auto& server) { server.failback_subscribe = false; });
              }}},
        {"always-subscribes-again",
         "YL-FSUB-02",
         "subscribes again in a failover although failback_subscribe.enable is 0",
         {.setting =
              [](PhoneConfig& c) {
                  for_each_server(c, [](auto& server) { server.failback_subscribe = true; });
              }}},
        {"subscribes-again-in-mode-0",
         "YL-FSUB-03",
         "subscribes again in a failover although failback_mode is 0",
         {.rules = {.resubscribes_in_mode_0 = true}}},
        {"tells-servers-by-name",
         "YL-FSUB-04",
         "subscribes again at the same address when the DNS calls the server by another name",
         {.rules = {.tells_servers_by_address = false}}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_failback() {
    auto joined = of_modes();
    std::ranges::move(of_subscriptions(), std::back_inserter(joined));
    return joined;
}

}  // namespace twinline::mutants
