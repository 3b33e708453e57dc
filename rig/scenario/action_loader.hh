// What a step does, read from its one line: "silence primary", "reject primary 503 REGISTER
// retry-after 30 s", "dial 2000".
#pragma once

#include "rig/scenario/yaml_reader.hh"

namespace twinline::scenario {

// False, with a fault, when there is no such action.
bool load_action(const Map& map, const Scenario& scenario, Step& step);
// The same from a line by itself; throws BadInput with what is allowed.
Step read_order(std::string_view line, const Scenario& scenario);
Duration read_wait(std::string_view text);  // "5 s", likewise
std::vector<std::string_view> orders();     // the words that such a line begins with

}  // namespace twinline::scenario
