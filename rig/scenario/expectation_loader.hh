// The expectations of a scenario: what may stand beside each of the forms.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <map>

namespace twinline::scenario {

// `scenario` has its topology, events and limit already.
Expectation load_expectation(const YAML::Node& node, Faults& faults, const Scenario& scenario);

// The named events, and what is told beside them.
Words names_of(const Scenario& scenario, const Words& more);

}  // namespace twinline::scenario
