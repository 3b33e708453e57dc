// Captures of virtual time: what a phone with a defect, or without one, leaves on the wire of a
// scenario, as a field capture would have it.
#pragma once

#include "reference_impl/mutants/defect.hh"
#include "rig/field/explain.hh"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace twinline::test {

const scenario::Catalogue& catalogue();

// Which frames are kept; by default all.
using Keep = std::function<bool(const timeline::Frame&)>;

field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect = {},
                          std::uint64_t seed = 1, const Keep& keep = {});

// With the scenario's own configuration, as the customer's file.
// `clause`: that is to be named where several fit.
std::vector<field::Explanation> explained(const field::Capture& capture,
                                          const scenario::Scenario& scenario,
                                          const std::string& clause = {});

bool is_dns(const timeline::Frame& frame);

}  // namespace twinline::test
