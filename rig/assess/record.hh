// Reads a stored record back: nothing but its files is used, so that anyone can check a verdict.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/catalogue.hh"

#include <filesystem>
#include <map>
#include <string>

namespace twinline::assess {

struct Record {
    scenario::Scenario scenario;
    scenario::Device device;
    std::map<std::string, scenario::Clause, std::less<>> clauses;
    std::map<std::string, scenario::Reading, std::less<>> readings;
    timeline::Timeline
        observed;  // decoded capture and rig.jsonl in one, the twin's reasons joined to its frames
    std::string device_name;  // "baresip", "mutant/reuses-branch"
    std::string started;      // ISO 8601, UTC
    double duration_ms = 0;
    std::uint64_t seed = 1;
};

// Throws scenario::BadInput: a file is missing, does not match SHA256SUMS, or cannot be read.
Record load_record(const std::filesystem::path& folder);

}  // namespace twinline::assess
