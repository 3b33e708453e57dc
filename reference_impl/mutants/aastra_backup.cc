// Mutants that break what Aastra's 57i guide says of a backup proxy and registrar.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

namespace {

// The server that the phone has turned to first of all.
void notes_primary(wire::SipMessage&, Memory& memory) {
    first(memory, "primary", wire::to_string(memory.remote));
}
bool is_primary(Memory& memory) {
    const auto remote = wire::to_string(memory.remote);
    return first(memory, "primary", remote) == remote;
}

}  // namespace

std::vector<Mutant> of_aastra_backup() {
    return {
        {"deaf-to-the-backup",
         "AA-BPR-01",
         "takes answers from the primary's address only, so that the backup cannot serve it",
         {.sent = {sends("REGISTER", notes_primary)},
          .heard = {hears_answer("",
                                 [](auto&, auto& m) { return is_primary(m) ? passes : lost; })}}},
        {"registers-nowhere-else",
         "AA-BPR-02",
         "does not know the backup registrar",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.registrars.size() > 1) account.registrars.resize(1);
              }}},
        {"blacklists-though-told-not-to",
         "AA-BPR-03",
         "avoids a silent server for five minutes though its blacklist is switched off",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.avoidance.count() == 0)
                          account.avoidance = std::chrono::minutes(5);
              },
          .readings = {{"primary-first-against-blacklist", "blacklisted"}}}},
        {"calls-nowhere-else",
         "AA-BPR-04",
         "makes no call over the backup proxy",
         {.sent = {sends("INVITE", [](auto&, auto& m) { return is_primary(m) ? passes : lost; })}}},
        {"subscribes-nowhere-else",
         "AA-BPR-05",
         "has no subscription over the backup proxy",
         {.sent = {sends("SUBSCRIBE",
                         [](auto&, auto& m) { return is_primary(m) ? passes : lost; })}}},
        {"one-backup-for-all-lines",
         "AA-BPR-06",
         "gives every line the backup registrar of the first",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      account.registrars = phone.accounts.front().registrars;
              }}},
        {"tries-again-by-its-own-clock",
         "EXT-AA-PAR-04",
         "waits two minutes after a failed registration, whatever its timers say",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      account.registration.after_timeout = account.registration.after_refusal =
                          std::chrono::minutes(2);
              }}},
        {"takes-no-port-for-5060",
         "EXT-AA-PAR-02",
         "asks for no SRV of a backup registrar whose port is not set",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      if (account.registrars.size() > 1 && account.registrars[1].port == 0)
                          account.registrars[1].port = 5060;
              }}},
        {"subscribes-again-by-its-own-clock",
         "EXT-AA-PAR-05",
         "tries a subscription again after half a minute, whatever its timer says",
         {.setting =
              [](config::PhoneConfig& phone) {
                  for (auto& account : phone.accounts)
                      account.subscription_retry = std::chrono::seconds(30);
              }}},
        {"gives-up-by-the-transaction-timer",
         "EXT-AA-PAR-03",
         "turns to the backup when the transaction timer of later guides is over",
         {.readings = {{"aastra-give-up", "transaction-timer"}}}},
        {"blacklists",
         "EXT-AA-BL-01",
         "avoids a silent server for the blacklist duration of later guides",
         {.readings = {{"primary-first-against-blacklist", "blacklisted"}}}},
    };
}

}  // namespace twinline::mutants
