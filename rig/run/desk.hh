// The lab without a scenario: it stays up while somebody says, line by line, what happens to the
// phones in it.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/scenario.hh"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace twinline::run {

struct DeskPlan {
    const scenario::Scenario& scenario;  // topology and configuration; none of its steps is played
    const scenario::Device& reference;   // the twin
    const scenario::Device* device;      // beside it; null: the twin is alone
    std::string mutant;                  // of a device that is the reference; empty: none
    std::filesystem::path fixtures;
    std::filesystem::path capture;  // a pcapng file, written from beginning to end
    std::uint64_t seed = 1;
};

struct DeskHearing {
    std::function<void(const timeline::Event&)> event;  // packets, faults, proofs, displays
    std::function<void(const std::string&)> answer;     // to what was asked for
    // A line that cannot be carried out, and why; the lab goes on.
    std::function<void(const std::string&)> refusal;
};

// What can be said, a line each.
std::string desk_help();

// Blocks until "quit", the end of standard input, SIGINT or SIGTERM; then everything is healed and
// gone. The number of lines that were refused.
unsigned attend(const DeskPlan& plan, const DeskHearing& hearing);

}  // namespace twinline::run
