// The names of what a run leaves behind: written by rig/run, read by rig/assess and reports.
#pragma once

#include <array>
#include <string_view>

namespace twinline::scenario::record {

inline constexpr std::string_view folder = "record";
inline constexpr std::string_view capture = "capture.pcapng";
inline constexpr std::string_view rig = "rig.jsonl";
inline constexpr std::string_view keys = "keys.log";
inline constexpr std::string_view configuration = "device.cfg";  // secrets replaced
inline constexpr std::string_view scenario_file = "scenario.yaml";
inline constexpr std::string_view topology = "topology.yaml";
inline constexpr std::string_view device = "device.yaml";
inline constexpr std::string_view clauses = "clauses.yaml";
inline constexpr std::string_view readings = "readings.yaml";
inline constexpr std::string_view sums = "SHA256SUMS";

// Stands beside the record once its capture was removed, and says why.
inline constexpr std::string_view removed = "capture.removed";

// In the order in which SHA256SUMS lists them.
inline constexpr std::array hashed{capture,  rig,    keys,    configuration, scenario_file,
                                   topology, device, clauses, readings};

}  // namespace twinline::scenario::record
