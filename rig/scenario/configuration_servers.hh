// The part of a topology that serves phones their configuration: servers by role, and what they
// have.
#pragma once

#include "rig/scenario/yaml_reader.hh"

#include <functional>

namespace twinline::scenario {

// Reads the keys "configuration_servers" and "configuration" of `map`. `address` reads and checks
// the address of one server.
void load_configuration_servers(const Map& map, Topology& topology,
                                const std::function<std::string(const Map&)>& address);

}  // namespace twinline::scenario
