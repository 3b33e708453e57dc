// A field capture as a scenario: the environment of one phone and its configuration, to be played
// in virtual time, with what was seen beside it on the same clock.
#pragma once

#include "rig/field/settings.hh"
#include "rig/shadow/play.hh"

#include <map>
#include <memory>
#include <string>

namespace twinline::field {

struct Stage {
    std::unique_ptr<scenario::Scenario> scenario;
    shadow::Scene scene;         // of it
    timeline::Timeline seen;     // the phone's part: subject "device", peers by role
    timeline::Duration shift{};  // from the clock of the capture to that of the scenario
    // What is played before the capture begins: the way to a registration that was there already.
    timeline::Instant visible_from{};
    std::vector<std::string> notes;

    // By the capture's clock again.
    timeline::Instant in_capture(timeline::Instant at) const { return at - shift; }
};

// How long the reference plays on after the capture: what it puts a little later than the phone did
// is known then.
enum class Sequel { brief, of_a_pause };  // RFC 5626 section 4.5 lets half an hour pass

// Throws scenario::BadInput where no scenario can be made of it.
Stage stage_of(const Phone& phone, const Environment& met, const Settings& settings,
               Sequel sequel = Sequel::brief);

}  // namespace twinline::field
