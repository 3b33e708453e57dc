// Everything a judgement rests on. The judge sees timelines and data only: predictions come as
// timelines too.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"

#include <map>
#include <string>

namespace twinline::judge {

using Clauses = std::map<std::string, scenario::Clause, std::less<>>;

enum class Strictness { lenient, strict };  // strict: a deviation counts as a fail
struct Evidence {
    const scenario::Scenario& scenario;
    const Clauses& clauses;
    std::string device;                  // its name, for the reader
    const timeline::Timeline& observed;  // both subjects, the probes and the rig
    const timeline::Timeline&
        expected_device;  // the reference in the device's place, in virtual time
    // Null: no twin stands beside the device, and nothing controls the surroundings.
    const timeline::Timeline* expected_twin = nullptr;
    Strictness strictness = Strictness::lenient;
    std::map<std::string, std::string, std::less<>> readings;
    // The live twin answers open questions by default, whatever explains the device. Empty: as
    // readings.
    std::map<std::string, std::string, std::less<>> twin_readings{};
    // How far the reference could be led along by what the device chose freely: where the two part
    // from here on, another choice may be all there is to it.
    timeline::Instant led_until = timeline::Instant::max();
};

}  // namespace twinline::judge
