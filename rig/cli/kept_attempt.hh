// What stays of one attempt beside its record, and how it is read back: a run whose scenarios were
// played by other processes is concluded from these files.
#pragma once

#include "rig/cli/run_directory.hh"

#include <filesystem>

namespace twinline::cli {

// Beside the record, and no part of it: the capture with the findings as comments of its packets.
inline constexpr const char* annotated_file = "annotated.pcapng";

// Writes timeline.jsonl, assessment.json and explanations.json into SCENARIO/attempt-N, and
// annotated.pcapng when a finding points at packets and says more than that all is well.
void keep(const std::filesystem::path& attempt, const assess::Judged& judged);
// The assessment, with what explains it. Throws when it is not there.
judge::Assessment kept(const std::filesystem::path& attempt);
// What the report shows of it; without its record there is no more than the timeline.
reports::ScenarioReport kept_report(const AttemptFolder& attempt, const std::filesystem::path& run);

// The attempt in this folder of the run.
AttemptFolder attempt_at(const std::filesystem::path& run, const std::filesystem::path& folder);

}  // namespace twinline::cli
