// Who is who in a capture of this topology: subjects, their probes, and the hosts by role.
#pragma once

#include "rig/scenario/scenario.hh"

namespace twinline::scenario {

// The probe address of a subject appears as "probe-device", the unkeyed one as "probe-unkeyed".
timeline::Cast cast_of(const Topology& topology);

std::string probe_name(std::string_view subject);

// "192.0.2.11" in host byte order. Throws std::invalid_argument; loaders have checked addresses
// before.
std::uint32_t address_value(std::string_view dotted);

}  // namespace twinline::scenario
