// Patterns as scenarios write them: {request: REGISTER, to: primary} stands for kind, method, peer
// and direction.
#pragma once

#include "rig/scenario/yaml_reader.hh"

namespace twinline::scenario {

// Where a pattern stands: only a named event counts (`nth`) and waits for another one (`after`).
enum class PatternUse { event, expectation };

Pattern load_pattern(const YAML::Node& node, Faults& faults, const Topology& topology,
                     PatternUse use);

// Adds a fault unless `role` is a host of the topology or one of `more`. A topology that could not
// be loaded has no hosts and is fault enough.
bool check_role(const YAML::Node& node, Faults& faults, std::string_view what,
                std::string_view role, const Topology& topology, const Words& more);

}  // namespace twinline::scenario
