// Mutants that answer one open question two ways. No scenario catches one by itself, for each of
// its answers is admissible; the campaign joined does.
#include "reference_impl/mutants/mutants.hh"

namespace twinline::mutants {

std::vector<Mutant> of_two_ways() {
    return {
        {"counts-retries-two-ways",
         "YL-REG-02",
         "counts the first send among the retries where three or more are configured, and not "
         "where there are fewer",
         {.fickle =
              [](const config::PhoneConfig& phone) {
                  std::map<std::string, std::string, std::less<>> answers;
                  if (phone.accounts.front().servers.front().retry_counts >= 3)
                      answers["retry-count-meaning"] = "sends-in-all";
                  return answers;
              }}},
        {"refreshes-short-registrations-at-home",
         "YL-FB-REG-01",
         "comes home with a refresh where it registers for minutes, and where it registers for an "
         "hour only once that is over",
         {.fickle =
              [](const config::PhoneConfig& phone) {
                  using namespace std::chrono_literals;
                  std::map<std::string, std::string, std::less<>> answers;
                  if (phone.accounts.front().servers.front().expires >= 1h)
                      answers["registration-expiry-instant"] = "real-expiry";
                  return answers;
              }}},
    };
}

}  // namespace twinline::mutants
