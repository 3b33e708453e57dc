// One subject's part of a timeline: its events between power-on and its end, its requests grouped
// into transactions, and the named events of the scenario found in it.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/matcher.hh"
#include "rig/scenario/scenario.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::judge {

// All transmissions of one client transaction to one server.
struct Transaction {
    std::string method;
    std::string peer;
    std::string auth;
    std::string branch;
    std::string cseq;
    std::vector<const timeline::Event*> sends;  // not empty
    const timeline::Event* answer = nullptr;    // the first final response
    timeline::Instant start() const { return sends.front()->at; }
    // Takes back what it holds at the server (RFC 3261 10.2.2, RFC 6665 4.1.2.3).
    bool ends() const { return sends.front()->field("expires") == "0"; }
};

class Story {
  public:
    Story(const scenario::Scenario& scenario, const timeline::Timeline& timeline,
          std::string subject);

    const std::string& subject() const { return subject_; }
    const std::vector<const timeline::Event*>& events() const { return events_; }
    const std::vector<Transaction>& transactions() const { return transactions_; }
    const scenario::Matcher& named() const { return matcher_; }

    std::optional<timeline::Instant> power_on() const { return named().at("power-on"); }
    timeline::Instant end() const { return end_; }
    // The transaction that this request is a transmission of.
    const Transaction* transaction_of(const timeline::Event& request) const;
    // Nothing on the wire that a phone alone does: no message, no question about its servers.
    bool is_silent() const;

  private:
    void gather(const timeline::Timeline& timeline);
    void group();
    bool is_of_a_phone(const timeline::Event& event) const;

    const scenario::Scenario* scenario_;
    std::string subject_;
    scenario::Matcher matcher_;
    std::vector<const timeline::Event*> events_;
    std::vector<Transaction> transactions_;
    timeline::Instant end_{};
};

}  // namespace twinline::judge
