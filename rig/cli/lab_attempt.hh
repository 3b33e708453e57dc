// One attempt at one scenario in the lab, played and judged: `twinline run` makes one after the
// other, a lane of pytest has each in a process of its own.
#pragma once

#include "rig/assess/assess.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/run_directory.hh"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace twinline::cli {

struct LabPlan {
    const scenario::Scenario& scenario;
    const ChosenDevice& device;
    const scenario::Catalogue& catalogue;  // with the device `reference`
    std::filesystem::path fixtures;
    judge::Strictness strictness = judge::Strictness::lenient;
    std::uint64_t seed = 1;
};

struct Played {
    assess::Record record;
    assess::Judged judged;
};

// Leaves a complete record in the attempt's folder, or throws what kept it from being made:
// run::Interrupted and testbed::Unavailable, which take the folder away, or another exception.
void play_in_lab(const LabPlan& plan, const AttemptFolder& attempt,
                 const std::function<void(const std::string&)>& progress);
// Judges that record.
Played judged_attempt(const LabPlan& plan, const AttemptFolder& attempt);

// What was not run, or could not be: told with its reason, never left out.
assess::Judged without_record(const scenario::Scenario& scenario, const std::string& device,
                              judge::Verdict verdict, const std::string& reason);

std::string timestamp();       // now, ISO 8601, UTC
std::string timestamp_name();  // likewise, as a part of a file's name
std::chrono::year_month_day today();

}  // namespace twinline::cli
