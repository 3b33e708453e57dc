// What a phone of the lab is made from: the device's file and the scenario's configuration.
#pragma once

#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"
#include "rig/testbed/dut.hh"

#include <cstdint>
#include <string>

namespace twinline::run {

testbed::DutPlan phone_plan(const scenario::Scenario& scenario, std::string subject,
                            const scenario::Device& device, const std::string& mutant,
                            std::uint64_t seed);

}  // namespace twinline::run
