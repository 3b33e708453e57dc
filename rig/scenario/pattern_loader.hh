// Patterns as scenarios write them: {request: REGISTER, to: primary} stands for kind, method, peer
// and direction.
#pragma once

#include "rig/scenario/yaml_reader.hh"

namespace twinline::scenario {

// Where a pattern stands: only a named event counts (`nth`) and waits for another one (`after`).
enum class PatternUse { event, expectation };

Pattern load_pattern(const YAML::Node& node, Faults& faults, const Topology& topology,
                     PatternUse use);

// The roles of a topology, for messages.
Words roles_of(const Topology& topology);

}  // namespace twinline::scenario
