// What a step does, read from its one line: "silence primary", "reject primary 503 REGISTER
// retry-after 30 s", "dial 2000".
#pragma once

#include "rig/scenario/yaml_reader.hh"

namespace twinline::scenario {

// False, with a fault, when there is no such action.
bool load_action(const Map& map, const Scenario& scenario, Step& step);

}  // namespace twinline::scenario
