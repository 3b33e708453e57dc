// A run directory: where each scenario's record and assessment lie, and the files that tell of the
// whole. The records are the truth; everything else can be written again from them.
#pragma once

#include "reports/html.hh"
#include "reports/json.hh"
#include "rig/assess/assess.hh"
#include "rig/testbed/fd.hh"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::cli {

inline constexpr const char* assessment_file =
    "assessment.json";  // of an attempt, and of a scenario

// One attempt at one scenario.
struct AttemptFolder {
    std::filesystem::path path;  // SCENARIO/attempt-N
    std::string scenario;
    unsigned number = 1;

    std::filesystem::path record() const;
    bool complete() const;         // its record is whole
    bool capture_removed() const;  // by a campaign that keeps only some
};

// N of a folder attempt-N.
std::optional<unsigned> attempt_number(const std::filesystem::path& folder);

// Of a handset with who it is.
std::string title_of(const scenario::Device& device);

class RunDirectory {
  public:
    explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    const std::filesystem::path& path() const { return path_; }
    // Held against other runs as long as the result lives. Throws UsageError when one is at work
    // in it.
    testbed::Fd hold() const;
    // Makes the folder of the next attempt. Throws when it cannot be made.
    AttemptFolder begin(const std::string& scenario) const;
    // Every attempt in it, by scenario and number. Also accepts the folder of one scenario, attempt
    // or record.
    std::vector<AttemptFolder> attempts() const;
    // Those whose record is whole; of the others stderr tells. Throws scenario::BadInput when there
    // is none.
    std::vector<AttemptFolder> complete_attempts() const;
    // As its run.json says; empty where there is none.
    std::string started() const;
    // What its run.json and results.jsonl say, for a later run to be compared with. Throws
    // scenario::BadInput when there are none.
    reports::EarlierRun earlier() const;

    // Keeps the attempt and settles it. Returns the scenario's combined assessment.
    reports::StoredAssessment store(const AttemptFolder& attempt,
                                    const assess::Judged& judged) const;
    // Writes the scenario's combined assessment and the line of results.jsonl, synced: once for
    // each attempt, by one process of the run.
    reports::StoredAssessment settle(const AttemptFolder& attempt,
                                     const judge::Assessment& assessment) const;
    void write_run(const std::string& name, const scenario::Device& device,
                   const std::string& started, const std::vector<std::string>& selection,
                   std::uint64_t seed) const;
    // report.html, report.json and junit.xml, with the datasheet of all scenarios. Returns the path
    // of report.html.
    std::filesystem::path write_reports(reports::RunReport& report,
                                        const scenario::Catalogue& catalogue) const;

  private:
    std::filesystem::path path_;
};

// The text of this name; empty: there is none.
std::string text_of(const nlohmann::json& json, const char* name);
// Files are written whole and renamed into place.
void write_whole(const std::filesystem::path& file, std::string_view text);
std::string read_whole(const std::filesystem::path& file);  // empty: there is none

judge::Datasheet datasheet_of(const std::vector<judge::Assessment>& assessments,
                              const scenario::Catalogue& catalogue);

// What the report shows of one judged record of this attempt.
reports::ScenarioReport scenario_report(const assess::Record& record, const assess::Judged& judged,
                                        const AttemptFolder& attempt,
                                        const std::filesystem::path& run);

}  // namespace twinline::cli
