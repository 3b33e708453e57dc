// What follows the host of a fault, which depends on the fault and on what the host runs.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <string_view>

namespace twinline::scenario {

// `step` has its target and the kind of its treatment; `operands` is the rest of its line.
void load_treatment(const YAML::Node& node, Faults& faults, const Topology& topology,
                    std::string_view operands, Step& step);

}  // namespace twinline::scenario
