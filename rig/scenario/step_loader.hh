// The timeline of a scenario: what the rig does, and on which event of the subject it hangs.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <vector>

namespace twinline::scenario {

// `scenario` has its topology and events already.
std::vector<Step> load_steps(const YAML::Node& node, Faults& faults, const Scenario& scenario);

}  // namespace twinline::scenario
