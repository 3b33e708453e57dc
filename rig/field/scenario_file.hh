// A scenario and its topology as the YAML files that users write, so that what was made of a
// capture is linted, played and kept like any other.
#pragma once

#include "rig/scenario/scenario.hh"

#include <string>

namespace twinline::field {

// `comment` is its first line, without the hash.
std::string scenario_text(const scenario::Scenario& scenario, const std::string& comment);
std::string topology_text(const scenario::Topology& topology, const std::string& comment);

// "500 ms", "32 s": as the loaders read it.
std::string duration_text(timeline::Duration duration);

}  // namespace twinline::field
