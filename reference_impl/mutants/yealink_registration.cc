// Mutants that break how Yealink's guide has a phone registered: the order of its servers, and what
// a server's silence and its return lead to (YL-REG, YL-FO-REG, YL-FO-TRG, YL-FBK-REG).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <algorithm>
#include <utility>

namespace twinline::mutants {

namespace {

using config::Account;
using config::PhoneConfig;
using config::Redundancy;

template <typename Change>
void each_account(PhoneConfig& config, Redundancy redundancy, Change change) {
    for (auto& account : config.accounts)
        if (account.servers.size() > 1 && account.redundancy == redundancy) change(account);
}

// Notes where the first REGISTER of all goes.
void note_first(wire::SipMessage&, Memory& memory) { first_place(memory, "REGISTER"); }

bool is_of_first(Memory& memory) { return memory.remote == first_place(memory, "REGISTER"); }

// Drops these answers of the first server once another one has registered the phone.
Heard distrusts_the_first(int status) {
    return hears_answer("REGISTER", [status](wire::SipMessage& answer, Memory& memory) {
        if (!is_of_first(memory) && answer.status == 200) memory.notes["away"] = "yes";
        const bool distrusted =
            is_of_first(memory) && memory.notes.contains("away") && answer.status == status;
        return distrusted ? lost : passes;
    });
}

std::vector<Mutant> of_methods() {
    return {
        {"walks-the-servers-from-the-end",
         "YL-REG-01",
         "registers at the server of the lowest rank first",
         {.heard = {hears_dns([](wire::DnsResponse& response, Memory&) {
              for (auto& record : response.answer)
                  if (auto* srv = std::get_if<wire::SrvRecord>(&record.data))
                      srv->priority = static_cast<std::uint16_t>(65535 - srv->priority);
          })}}},
        {"asks-a-server-once",
         "YL-REG-02",
         "gives a server up that does not answer the first REGISTER",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers) server.retry_counts = 0;
              }}},
        {"refreshes-where-it-is-not-registered",
         "YL-REG-03",
         "takes its refreshes to the first server though the second one has registered it",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage&, Memory& memory) {
                             const auto home = first_place(memory, "REGISTER");
                             if (memory.notes.contains("away")) memory.remote = home;
                         })},
          .heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& answer, Memory& memory) {
                                     if (answer.status == 200 && !is_of_first(memory))
                                         memory.notes["away"] = "yes";
                                 })}}},
        {"registers-at-one-server-of-two",
         "YL-REG-04",
         "registers at the working server only where it is to register at both",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::concurrent, [](Account& account) {
                      account.redundancy = Redundancy::successive;
                  });
              }}},
        {"falls-back-for-show",
         "YL-REG-05",
         "registers at the fallback server and makes no call over it",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage&, Memory& memory) {
                             return memory.remote == first_place(memory, "INVITE") ? passes : lost;
                         })}}},
        {"registers-over-two-proxies-at-once",
         "YL-REG-06",
         "registers over both outbound proxies at the same time",
         {.rules = {.registers_one_proxy = false}}},
        {"registers-at-two-servers-of-two",
         "YL-REG-07",
         "registers at both servers where it is to register at one",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::successive, [](Account& account) {
                      account.redundancy = Redundancy::concurrent;
                  });
              }}},
        {"starts-at-the-fallback-server",
         "YL-REG-08",
         "takes server 2 for the working one",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::successive, [](Account& account) {
                      std::swap(account.servers[0], account.servers[1]);
                  });
              }}},
        {"waits-for-the-working-server",
         "YL-REG-09",
         "asks the dead working server only, and never the fallback server",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::successive,
                               [](Account& account) { account.servers.pop_back(); });
              }}},
    };
}

std::vector<Mutant> of_failover() {
    return {
        {"refreshes-once",
         "YL-FO-REG-01",
         "does not repeat a refresh that is not answered",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& request, Memory& memory) {
                             const bool fresh = is_new(request, memory);
                             return fresh || !memory.notes.contains("registered") ? passes : lost;
                         })},
          .heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& answer, Memory& memory) {
                                     if (answer.status == 200) memory.notes["registered"] = "yes";
                                 })}}},
        {"is-somebody-else-at-the-secondary",
         "YL-FO-REG-02",
         "registers another address of record at the secondary, made of that server's address",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& request, Memory& memory) {
                             note_first(request, memory);
                             if (is_of_first(memory)) return;
                             auto& uri = request.to.uri;
                             uri = uri.substr(0, uri.find('@') + 1) +
                                   wire::to_string(memory.remote.address);
                             request.from.uri = uri;
                         })}}},
        {"hears-the-primary-only",
         "YL-FO-REG-03",
         "does not hear what another server than the primary says of its REGISTER",
         {.sent = {sends("REGISTER", note_first)},
          .heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage&, Memory& memory) {
                                     return is_of_first(memory) ? passes : lost;
                                 })}}},
        {"takes-new-requests-for-never",
         "YL-FO-REG-04",
         "stays with the server that took its registration, where new requests go to the primary",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers)
                          if (server.failback_mode == config::FailbackMode::new_requests) {
                              server.failback_mode = config::FailbackMode::duration;
                              server.failback_timeout = std::chrono::seconds{0};
                          }
              }}},
        {"forgets-the-password-of-the-primary",
         "YL-FO-REG-05",
         "does not answer the challenge of the primary that has come back",
         {.sent = {sends("REGISTER", note_first)}, .heard = {distrusts_the_first(401)}}},
        {"sees-a-refusal-in-503",
         "YL-FO-TRG-01",
         "takes a server that is unavailable for one that refuses the account, and asks no other",
         {.heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& answer, Memory&) {
                                     if (answer.status == 503) answer.status = 403;
                                 })}}},
    };
}

std::vector<Mutant> of_fallback() {
    return {
        {"server-2-overwrites-server-1",
         "YL-FBK-REG-01",
         "knows the last server only that its account has",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::successive, [](Account& account) {
                      account.servers.erase(account.servers.begin());
                  });
              }}},
        {"retries-the-working-server-once",
         "YL-FBK-REG-02",
         "retries its REGISTER to the working server once by default",
         {.setting =
              [](PhoneConfig& config) {
                  each_account(config, Redundancy::successive,
                               [](Account& account) { account.servers.front().retry_counts = 1; });
              }}},
        {"dawdles-before-the-fallback",
         "YL-FBK-REG-03",
         "asks the fallback server twenty seconds after its time",
         {.sent = {sends("REGISTER",
                         [](wire::SipMessage& request, Memory& memory) {
                             note_first(request, memory);
                             return is_of_first(memory) ? passes
                                                        : kept_back(std::chrono::seconds{20});
                         })}}},
        {"calls-the-dead-working-server",
         "YL-FBK-REG-04",
         "calls over the working server though the fallback server has registered it",
         {.sent = {sends("REGISTER", note_first), sends("INVITE",
                                                        [](wire::SipMessage&, Memory& memory) {
                                                            memory.remote =
                                                                first_place(memory, "REGISTER");
                                                        })}}},
        {"stays-at-the-fallback-server",
         "YL-FBK-REG-06",
         "goes on with the fallback server though the working one has answered",
         {.rules = {.leaves_fallback = false}}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_registration() {
    std::vector<Mutant> all_of_them;
    for (auto some : {of_methods(), of_failover(), of_fallback()})
        all_of_them.insert(all_of_them.end(), some.begin(), some.end());
    return all_of_them;
}

}  // namespace twinline::mutants
