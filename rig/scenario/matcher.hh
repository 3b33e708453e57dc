// Finds the named events of a scenario in a subject's timeline as it grows: the trigger matcher
// that virtual time, the lab and the judge share.
#pragma once

#include "rig/scenario/scenario.hh"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace twinline::scenario {

bool matches(const Pattern& pattern, const timeline::Event& event);  // without nth and after

// Feed every event of one subject in order of time; ask when a trigger is due. A trigger fires
// once.
class Matcher {
  public:
    Matcher(const Scenario& scenario, std::string subject);

    void feed(const timeline::Event& event);
    // Power-on and start are told, not seen.
    void tell(std::string_view name, timeline::Instant at);

    // The first event that matched `name`, or when it was told.
    std::optional<timeline::Instant> at(std::string_view name) const;
    std::optional<timeline::Event> event(std::string_view name) const;
    // The instant at which a trigger is due; none while its event has not happened.
    std::optional<timeline::Instant> due(const Trigger& trigger) const;

  private:
    const Scenario* scenario_;
    std::string subject_;
    std::map<std::string, unsigned, std::less<>> seen_;
    std::map<std::string, timeline::Instant, std::less<>> instants_;
    std::map<std::string, timeline::Event, std::less<>> events_;
};

}  // namespace twinline::scenario
