// Captures of virtual time: what a phone with a defect, or without one, leaves on the wire of a
// scenario, as a field capture would have it.
#pragma once

#include "reference_impl/mutants/defect.hh"
#include "rig/field/explain.hh"
#include "rig/shadow/play.hh"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace twinline::test {

const scenario::Catalogue& catalogue();
bool is_whole();  // everything is to be tried: TWINLINE_TIER=all

// Which frames are kept; by default all.
using Keep = std::function<bool(const timeline::Frame&)>;

field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect = {},
                          std::uint64_t seed = 1, const Keep& keep = {});

// How the phone answers the open questions, what is kept, and what lies between it and the capture.
struct Site {
    shadow::Readings answers{};
    Keep keep{};
    std::function<void(std::vector<std::byte>&)> on_the_way{};
};
field::Capture capture_of(const scenario::Scenario& scenario, const mutants::Defect& defect,
                          std::uint64_t seed, const Site& site);

// The scenario played twice, the second time from `later` on: the phone has lost its power between.
field::Capture capture_of_a_restart(const scenario::Scenario& scenario,
                                    const mutants::Defect& defect, timeline::Duration later);

// From the first registration on, which is not in it.
Keep late();
// Beyond a NAT that keeps ports: another address, and not an octet of what is said changed.
std::function<void(std::vector<std::byte>&)> behind_nat(const scenario::Scenario& scenario);

// With the scenario's own configuration, as the customer's file.
// `wanted` has what else is wanted of it.
std::vector<field::Explanation> explained(const field::Capture& capture,
                                          const scenario::Scenario& scenario,
                                          field::Wanted wanted = {});

bool is_dns(const timeline::Frame& frame);

}  // namespace twinline::test
