// Mutants that break which server a call goes to by Yealink's guide, and after how many tries
// (YL-FO-INV, YL-FBK-INV, YL-IRC, YL-OSR, YL-ROE).
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

#include <utility>

namespace twinline::mutants {

namespace {

using config::PhoneConfig;

// A request in a dialog is no call of its own.
bool begins_call(const wire::SipMessage& invite) { return invite.tag_of_to().empty(); }

// Asks a server again from which nothing has been heard since its last REGISTER.
Sent registers_at_the_living_only() {
    return sends("REGISTER", [](wire::SipMessage& request, Memory& memory) {
        const auto server = wire::to_string(memory.remote);
        if (memory.notes["dead"] == server) return lost;
        const auto& branch = request.via.front().branch;
        auto& last = memory.notes["branch to " + server];
        if (last == branch) return passes;
        if (memory.counts["unanswered by " + server]++ > 0) {
            memory.notes["dead"] = server;
            return lost;
        }
        last = branch;
        return passes;
    });
}

std::vector<Mutant> of_calls_on_failover() {
    return {
        {"retries-an-invite-once",
         "YL-FO-INV-01",
         "retries an INVITE once by default",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers) server.invite_retry_counts = 1;
              }}},
        {"calls-the-dead-primary-again",
         "YL-FO-INV-02",
         "begins the call at the silent primary anew instead of going to the secondary",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage&, Memory& memory) {
                             memory.remote = first_place(memory, "INVITE");
                         })}}},
        {"calls-where-the-last-call-went",
         "YL-FO-INV-03",
         "begins a call where the last one was taken, where new requests go to the primary",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage& invite, Memory& memory) {
                             if (begins_call(invite))
                                 memory.remote = place_of(memory, "last").value_or(memory.remote);
                         })},
          .heard = {hears_answer("INVITE",
                                 [](wire::SipMessage& answer, Memory& memory) {
                                     if (answer.status == 200)
                                         note_place(memory, "last", memory.remote);
                                 })}}},
        {"leaves-a-failed-primary-alone",
         "YL-FO-INV-04",
         "keeps away for ten minutes from a server that has not answered a call",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      account.avoidance = std::chrono::minutes{10};
              },
          .readings = {{"primary-first-against-blacklist", "blacklisted"}}}},
        {"retries-an-invite-twice-as-often",
         "YL-IRC-01",
         "retries an INVITE twice as often as invite_retry_counts says",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers) server.invite_retry_counts *= 2;
              }}},
        {"is-registered-anywhere",
         "YL-OSR-01",
         "takes a registration at one server for one at each",
         {.rules = {.registration_counts_there = false}}},
        {"signals-with-the-registered-only",
         "YL-OSR-02",
         "calls over no server that has not registered it, though it may",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers)
                          server.only_signal_with_registered = true;
              }}},
        {"registers-before-every-request",
         "YL-ROE-01",
         "registers at the secondary before it calls there, though the servers share registrations",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      for (auto& server : account.servers) server.register_on_enable = true;
              }}},
        {"calls-before-it-is-registered",
         "YL-ROE-02",
         "sends its REGISTER to the secondary and the call right after, without waiting for the "
         "answer",
         {.rules = {.awaits_registration = false}}},
    };
}

std::vector<Mutant> of_calls_on_fallback() {
    return {
        {"calls-the-fallback-server-first",
         "YL-FBK-INV-01",
         "takes server 2 for the working one where it is registered at both",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      if (account.servers.size() > 1 &&
                          account.redundancy == config::Redundancy::concurrent)
                          std::swap(account.servers[0], account.servers[1]);
              }}},
        {"calls-the-working-server-twice",
         "YL-FBK-INV-02",
         "retries an INVITE once only where there is a fallback server",
         {.setting =
              [](PhoneConfig& config) {
                  for (auto& account : config.accounts)
                      if (account.servers.size() > 1)
                          account.servers.front().retry_counts =
                              account.servers.front().invite_retry_counts = 1;
              }}},
        {"does-not-acknowledge-the-fallback-server",
         "YL-FBK-INV-03",
         "does not acknowledge the answer of the server that took its call instead of another",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage&, Memory& memory) { first_place(memory, "INVITE"); }),
                   sends("ACK",
                         [](wire::SipMessage&, Memory& memory) {
                             return memory.remote == first_place(memory, "INVITE") ? passes : lost;
                         })}}},
        {"writes-the-working-server-off",
         "YL-FBK-INV-04",
         "sends no REGISTER any more to a server that has left one unanswered",
         {.sent = {registers_at_the_living_only()},
          .heard = {hears_answer(
              "REGISTER",
              [](wire::SipMessage&, Memory& memory) {
                  memory.counts["unanswered by " + wire::to_string(memory.remote)] = 0;
              })}}},
        {"does-not-believe-in-the-return",
         "YL-FBK-INV-05",
         "does not hear that a server which has failed a call registers it again",
         {.sent = {sends("INVITE",
                         [](wire::SipMessage&, Memory& memory) {
                             if (memory.remote != first_place(memory, "INVITE"))
                                 memory.notes["away"] = "yes";
                         })},
          .heard = {hears_answer("REGISTER",
                                 [](wire::SipMessage& answer, Memory& memory) {
                                     const bool of_the_failed =
                                         memory.notes.contains("away") &&
                                         memory.remote == first_place(memory, "INVITE");
                                     return of_the_failed && answer.status == 200 ? lost : passes;
                                 })}}},
    };
}

}  // namespace

std::vector<Mutant> of_yealink_calls() {
    auto all_of_them = of_calls_on_failover();
    for (auto& mutant : of_calls_on_fallback()) all_of_them.push_back(std::move(mutant));
    return all_of_them;
}

}  // namespace twinline::mutants
