// One scenario in the lab: device and twin side by side, the scenario's steps for each by its own
// events, everything captured. It leaves a record; what that record means is for others to say.
#pragma once

#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace twinline::run {

struct Plan {
    const scenario::Scenario& scenario;
    const scenario::Device& device;     // under test
    const scenario::Device& reference;  // the twin
    std::string mutant;                 // of a device that is the reference; empty: none
    std::filesystem::path fixtures;
    std::filesystem::path record;  // folder for the capture, its keys and rig.jsonl, must exist
    std::filesystem::path lab_log;
    std::uint64_t seed = 1;
};

// Thrown when SIGINT or SIGTERM ended the session before its scenario did.
class Interrupted : public std::exception {
  public:
    const char* what() const noexcept override { return "interrupted"; }
};

// Blocks until the scenario has ended. Trouble with the device or the lab goes into the record as
// rig.trouble; what keeps a record from being made at all is thrown. `progress` gets a short line
// whenever something happens.
void perform(const Plan& plan, const std::function<void(const std::string&)>& progress);

}  // namespace twinline::run
