// Where the steps of a scenario that was made of a capture hang: on the phone's own registrations
// and requests, so that they move with the choices of whoever plays it.
#pragma once

#include "rig/field/environment.hh"

#include <map>
#include <string>

namespace twinline::field {

class Anchors {
  public:
    using Events = std::map<std::string, scenario::Pattern, std::less<>>;

    // `power_on`: by the clock of the capture. All must outlive it.
    Anchors(const Phone& phone, const Environment& met, timeline::Instant power_on)
        : phone_(phone), met_(met), power_on_(power_on) {}

    // After the phone's last registration before the instant, or its last new request since, which
    // are added to `events`.
    scenario::Trigger trigger(timeline::Instant wanted, Events& events) const;

  private:
    struct Last {
        const timeline::Event* registered = nullptr;
        const timeline::Event* request = nullptr;
        unsigned registrations = 0;
    };
    Last last_before(timeline::Instant wanted) const;
    bool is_new_request(const timeline::Event& event) const;

    const Phone& phone_;
    const Environment& met_;
    timeline::Instant power_on_;
};

}  // namespace twinline::field
