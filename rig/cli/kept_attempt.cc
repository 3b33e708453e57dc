// Judging is not done again here: a record may have thousands of explanations to try.
#include "rig/cli/kept_attempt.hh"

#include "probes/timeline/json_lines.hh"
#include "reports/explanations.hh"
#include "reports/table.hh"
#include "rig/field/annotate.hh"
#include "rig/scenario/record_files.hh"

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <stdexcept>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* timeline_file = "timeline.jsonl";
constexpr const char* explanations_file = "explanations.json";

// By frame, what Wireshark shows at it.
std::map<std::uint64_t, std::string> comments_of(const judge::Assessment& assessment) {
    std::map<std::uint64_t, std::string> comments;
    for (const auto& finding : assessment.findings) {
        if (finding.weight == judge::Weight::ok) continue;
        for (const auto frame : finding.frames) {
            auto& comment = comments[frame];
            comment += fmt::format("{}{}: {}", comment.empty() ? "" : "\n",
                                   judge::to_string(finding.weight), reports::sentence(finding));
        }
    }
    return comments;
}

void annotate(const fs::path& attempt, const judge::Assessment& assessment) {
    const auto record = attempt / scenario::record::folder;
    const auto capture = record / scenario::record::capture;
    const auto comments = comments_of(assessment);
    if (comments.empty() || !fs::exists(capture)) return;
    field::annotate(capture, attempt / annotated_file, comments,
                    read_whole(record / scenario::record::keys));
}

}  // namespace

void keep(const fs::path& attempt, const assess::Judged& judged) {
    const auto& a = judged.assessment;
    std::ostringstream lines;
    timeline::write(lines, judged.observed);
    write_whole(attempt / timeline_file, lines.str());
    write_whole(attempt / explanations_file, reports::explanations_json(a));
    const auto number = attempt_number(attempt).value_or(1);
    write_whole(attempt / assessment_file,
                reports::to_json(reports::StoredAssessment{a, {{number, a.verdict, a.reason}}},
                                 reports::Layout::pretty));
    annotate(attempt, a);
}

judge::Assessment kept(const fs::path& attempt) {
    auto stored = reports::assessment_from_json(read_whole(attempt / assessment_file));
    if (!stored)
        throw std::runtime_error((attempt / assessment_file).string() + ": " + stored.error());
    reports::read_explanations(read_whole(attempt / explanations_file), stored->assessment);
    return std::move(stored->assessment);
}

reports::ScenarioReport kept_report(const AttemptFolder& attempt, const fs::path& run) {
    assess::Judged judged;
    judged.assessment = kept(attempt.path);
    if (attempt.complete()) {
        const auto record = assess::load_record(attempt.record());
        judged.observed = record.observed;
        return scenario_report(record, judged, attempt, run);
    }
    std::istringstream lines(read_whole(attempt.path / timeline_file));
    if (auto read = timeline::read(lines)) judged.observed = std::move(*read);
    assess::Record record;
    if (attempt.capture_removed())
        record.scenario = scenario::load_scenario(
            attempt.record() / scenario::record::scenario_file,
            scenario::load_topology(attempt.record() / scenario::record::topology));
    return scenario_report(record, judged, attempt, run);
}

AttemptFolder attempt_at(const fs::path& run, const fs::path& folder) {
    return {folder, fs::relative(folder.parent_path(), run).string(),
            attempt_number(folder).value_or(1)};
}

}  // namespace twinline::cli
