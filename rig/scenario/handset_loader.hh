// Reads the `handset:` block of a device file.
#pragma once

#include "rig/scenario/handset.hh"
#include "rig/scenario/yaml_reader.hh"

#include <memory>

namespace twinline::scenario {

std::shared_ptr<const Handset> load_handset(const YAML::Node& node, Faults& faults);

}  // namespace twinline::scenario
