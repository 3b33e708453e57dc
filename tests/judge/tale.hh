// Timelines told by hand: who sent what when, without any phone, decoder or network, so that the
// judge is tested on what it reads and on nothing else.
#pragma once

#include "rig/judge/expectations.hh"
#include "rig/judge/judge.hh"

#include <string>
#include <vector>

namespace twinline::test {

using namespace std::chrono_literals;
using timeline::Duration;

// One subject's part. Instants count from power-on, which comes 1 s after the start.
class Tale {
  public:
    explicit Tale(std::string subject = "device") : subject_(std::move(subject)) {}

    Tale& power_on();
    Tale& send(Duration at, std::string peer, timeline::Fields fields = {},
               std::vector<std::string> clauses = {});  // a REGISTER unless fields say otherwise
    Tale& hear(Duration at, std::string peer, std::string status, timeline::Fields fields = {});
    Tale& rig(Duration at, std::string kind, timeline::Fields fields);
    Tale& probe(Duration at, std::string host, std::string phase, std::string result,
                std::string from = "keyed", std::string fault = {});
    Tale& silence(Duration from, Duration to, std::string host);  // with every proof
    Tale& end(Duration at);

    Tale for_subject(const std::string& subject) const;
    const timeline::Timeline& events() const { return events_; }
    timeline::Timeline& events() { return events_; }

  private:
    timeline::Event& add(Duration at, std::string kind);

    std::string subject_;
    timeline::Timeline events_;
    unsigned probes_ = 0;
};

// In order of time, numbered, with frames for what was on the wire and a clean capture record.
timeline::Timeline timeline_of(std::vector<Tale> tales);
timeline::Timeline without(timeline::Timeline timeline, const std::string& kind);

// Registers at the primary, which is silent; 3 sends, then the secondary, which challenges.
//   first 1 s b1/1, next 4 s b2/1, challenged 4.1 s, authorised 4.2 s b3/2, home 4.3 s, end 9.3 s
Tale good_tale();
scenario::Scenario scenario_of(std::vector<scenario::Expectation> expectations);
judge::Clauses clauses();  // MUST-1, SHOULD-1, SEEN-1 and those that good_tale() cites

scenario::Expectation see(std::string event, Duration earliest, Duration latest,
                          std::string after = "first", std::string clause = "MUST-1");

// Both subjects did the good tale, and so it was predicted, until a test changes one of them.
struct Trial {
    Tale device = good_tale();
    Tale twin = good_tale().for_subject("twin");
    Tale expected_device = good_tale();
    Tale expected_twin = good_tale().for_subject("twin");
    std::vector<scenario::Expectation> expectations{see("home", 3s, 4s)};
    judge::Strictness strictness = judge::Strictness::lenient;
    std::vector<timeline::Event> extra;  // of the rig
    bool with_capture_record = true;
    bool has_twin = true;
    timeline::Instant led_until = timeline::Instant::max();

    judge::Assessment judge() const;
};

timeline::Event rig(std::string kind, timeline::Fields fields);  // an event of the rig alone
// The device comes home too late for an expectation of `clause`. What it did is also what was
// predicted, so that only the expectations speak.
Trial failing(const std::string& clause);

bool has(const judge::Assessment& assessment, judge::Voice voice, judge::Weight weight,
         const std::string& clause, const std::string& words = {});

}  // namespace twinline::test
