// Mutants that differ in what only Yealink's later guides say, or foreign ones (EXT-YL): no phone
// fails by it, and each is told from the reference.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>

namespace twinline::mutants {

namespace {

using config::PhoneConfig;
using config::TransportChoice;

std::vector<Mutant> of_answers() {
    return {
        {"takes-503-for-a-refusal",
         "EXT-YL-01",
         "gives a call up when the server that answers 503 is the first of two",
         {.heard = {hears_answer("INVITE",
                                 [](wire::SipMessage& response, Memory&) {
                                     if (response.status == 503) response.status = 603;
                                 })}}},
        {"gives-the-last-server-all-its-time",
         "EXT-YL-02",
         "leaves the last server of the list the whole time of RFC 3261",
         {.readings = {{"last-server-give-up", "full-timer-last-of-chain"}}}},
        {"calls-over-the-fallback-server-second",
         "EXT-YL-03",
         "calls over the fallback server before it tries the secondary server",
         {.readings = {{"combined-order", "fallback"}}}},
        {"calls-the-old-way-after-a-probe",
         "EXT-YL-04",
         "calls over the fallback server although the working server has just registered it",
         {.readings = {{"fallback-return-request", "next-register"}}}},
        {"calls-over-unregistered-servers",
         "EXT-YL-05",
         "heeds only_signal_with_registered with register_on_enable 1 alone",
         {.readings = {{"only-signal-without-register-on", "inert"}}}},
        {"counts-the-ttl-of-the-address",
         "EXT-YL-07",
         "fails back when the TTL of the A record has run out, and not before",
         {.readings = {{"dnsttl-record", "a-record"}}}},
        {"has-no-count-for-proxies",
         "EXT-YL-08",
         "gives a silent outbound proxy the whole time of RFC 3261, whatever sip_server.1 says",
         {.readings = {{"outbound-proxy-retries", "rfc-timers"}}}},
        {"looks-up-static-records-for-dead-servers",
         "EXT-YL-09",
         "uses a static address when that of the DNS does not answer",
         {.readings = {{"static-when-unreachable", "used"}}}},
        {"forgets-negative-answers",
         "EXT-YL-10",
         "keeps no answer of the DNS that there is nothing",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              if (response.answer.empty()) response.authority.clear();
          })}}},
        {"begins-a-new-round-at-once",
         "EXT-YL-11",
         "makes no pause when every server has failed",
         {.readings = {{"all-servers-failed", "round-at-once"}}}},
        {"counts-the-first-send",
         "EXT-YL-14",
         "turns to the next server after as many sends as retry_counts says, the first among them",
         {.readings = {{"retry-count-meaning", "sends-in-all"}}}},
        {"does-not-heed-check-sync",
         "EXT-YL-21",
         "answers check-sync and looks for no configuration",
         {.sent = {puts<phone::Fetch>([](phone::Fetch&, Memory& memory) {
              return memory.counts.contains("check-sync") ? lost : passes;
          })},
          .heard = {hears("NOTIFY",
                          [](wire::SipMessage&, Memory& memory) { nth(memory, "check-sync"); })}}},
    };
}

std::vector<Mutant> of_settings() {
    return {
        {"takes-failback-timeout-for-server-pairs",
         "EXT-YL-06",
         "stays at the fallback server for failback_timeout although no server is a name",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.servers.size() > 1 &&
                          wire::parse_ipv4(account.servers.front().host))
                          account.fallback_timeout = account.servers.front().failback_timeout;
              }}},
        {"has-a-short-t1",
         "EXT-YL-12",
         "repeats an unanswered request after a quarter of a second",
         {.setting = [](PhoneConfig& c) { c.timers.t1 = std::chrono::milliseconds{250}; }}},
        {"spreads-registrations",
         "EXT-YL-13",
         "lets ten seconds pass before its first REGISTER, as for surge prevention",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage&, Memory& memory) {
                             const auto now =
                                 static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(
                                                           memory.now.time_since_epoch())
                                                           .count());
                             const auto begun =
                                 memory.counts.try_emplace("first REGISTER", now).first->second;
                             return now < begun + 10 ? lost : passes;
                         })}}},
        {"registers-over-both-proxies",
         "EXT-YL-15",
         "registers over both outbound proxies at the same time",
         {.setting =
              [](PhoneConfig& c) {
                  std::vector<config::Account> more;
                  for (const auto& account : c.accounts) {
                      if (account.outbound_proxies.size() < 2) continue;
                      more.push_back(account);
                      more.back().outbound_proxies.erase(more.back().outbound_proxies.begin());
                  }
                  std::ranges::move(more, std::back_inserter(c.accounts));
              }}},
        {"asks-for-srv-of-its-transport",
         "EXT-YL-16",
         "asks for SRV records of the configured transport although a port is configured",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      for (auto& server : account.servers)
                          if (server.transport != TransportChoice::by_dns) server.port = 0;
              }}},
        {"calls-over-the-last-registered",
         "EXT-YL-17",
         "calls over the fallback server when both servers have registered it",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      if (account.redundancy == config::Redundancy::concurrent)
                          std::ranges::reverse(account.servers);
              }}},
        {"subscribes-for-an-hour",
         "EXT-YL-20",
         "subscribes for an hour whatever time is configured",
         {.setting =
              [](PhoneConfig& c) {
                  for (auto& account : c.accounts)
                      for (auto& wanted : account.subscriptions)
                          wanted.expires = std::chrono::seconds{3600};
              }}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_later_guides() {
    auto joined = of_answers();
    std::ranges::move(of_settings(), std::back_inserter(joined));
    return joined;
}

}  // namespace twinline::mutants
