// The times that an expectation states: a window, a schedule and its tolerance.
#pragma once

#include "rig/scenario/units.hh"
#include "rig/scenario/yaml_reader.hh"

#include <optional>
#include <vector>

namespace twinline::scenario {

// [earliest, latest]
std::optional<Window> load_window(const YAML::Node& node, Faults& faults);
// The key "at": rising offsets from 0 s on.
std::vector<Duration> load_offsets(const Map& map);
// The key "tolerance".
Tolerance load_tolerance(const Map& map);

}  // namespace twinline::scenario
