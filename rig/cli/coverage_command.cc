// `twinline coverage`: what of the documents is put to the test. A clause counts as exercised only
// if the rig has shown that it notices when a phone breaks it.
#include "rig/assess/kill_matrix.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/judge/by_clause.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct CoverageOptions {
    std::string run;
    bool json = false;
};

struct Line {
    const scenario::Clause* clause;
    std::string status;  // exercised | argued | uncovered
    std::string why;
    std::vector<std::string> scenarios;
    std::string verdict;  // of the run: judge::word_of; empty: it says nothing of it
};

// By clause, the mutant of it that is killed, and where.
std::map<std::string, std::string, std::less<>> killed(const scenario::Catalogue& catalogue) {
    std::map<std::string, std::string, std::less<>> found;
    std::vector<const mutants::Mutant*> library;
    for (const auto& mutant : mutants::all()) library.push_back(&mutant);
    std::vector<const scenario::Scenario*> scenarios;
    for (const auto& [id, scenario] : catalogue.scenarios) scenarios.push_back(&scenario);
    for (const auto& kill :
         assess::kill_matrix(library, scenarios, catalogue, assess::Scope::own_clause, 1))
        if (!kill.named_by.empty())
            found.emplace(kill.mutant->clause,
                          fmt::format("mutant/{} is killed by {}", kill.mutant->id, kill.named_by));
    return found;
}

// By clause, what the scenarios of a run have found.
std::map<std::string, judge::ClauseVerdict, std::less<>> verdicts(const std::string& directory) {
    if (directory.empty()) return {};
    const auto attempts = RunDirectory(directory).attempts();
    if (attempts.empty()) throw scenario::BadInput({{{directory, 0}, "holds no record of a run"}});
    std::vector<judge::Assessment> assessments;
    for (const auto& attempt : attempts) {
        const auto file = attempt.path / assessment_file;
        if (!std::filesystem::exists(file)) continue;  // it was interrupted
        auto stored = reports::assessment_from_json(read_whole(file));
        if (!stored) throw scenario::BadInput({{{file.string(), 0}, stored.error()}});
        assessments.push_back(std::move(stored->assessment));
    }
    return judge::by_clause(assessments);
}

std::vector<Line> lines_of(const scenario::Catalogue& catalogue, const std::string& run) {
    const auto of_run = verdicts(run);
    const auto kills = killed(catalogue);
    std::vector<Line> lines;
    for (const auto& [id, clause] : catalogue.clauses) {
        Line line{&clause, "uncovered", {}, {}, {}};
        for (const auto* scenario : assess::scenarios_of(catalogue, id))
            line.scenarios.push_back(scenario->id);
        if (const auto verdict = of_run.find(id); verdict != of_run.end())
            line.verdict = judge::word_of(verdict->second.worst);
        const auto kill = kills.find(id);
        if (!clause.argued.empty()) {
            line.status = "argued";
            line.why = clause.argued;
        } else if (kill != kills.end()) {
            line.status = "exercised";
            line.why = kill->second;
        } else if (line.scenarios.empty()) {
            line.why = "no scenario judges it";
        } else if (clause.level == scenario::Level::observed) {
            line.why = "judged, but no mutant shows that another value would be noticed";
        } else {
            line.why = "judged, but no mutant shows that a breach would be noticed";
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void print(const std::vector<Line>& lines) {
    std::size_t width = 0;
    for (const auto& line : lines) width = std::max(width, line.clause->id.size());
    for (const auto& line : lines)
        std::cout << fmt::format("{:10} {:9} {:{}}  {:8}  {:3} scenarios  {}\n", line.status,
                                 line.verdict, line.clause->id, width,
                                 to_string(line.clause->level), line.scenarios.size(), line.why);
}

int coverage(const CoverageOptions& options) {
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    const auto lines = lines_of(catalogue, options.run);
    std::map<std::string, std::size_t> summary{
        {"exercised", 0}, {"argued", 0}, {"uncovered", 0}, {"judged", 0}};
    auto clauses = nlohmann::json::array();
    for (const auto& line : lines) {
        ++summary[line.status];
        summary["judged"] += line.scenarios.empty() ? 0 : 1;
        clauses.push_back({{"id", line.clause->id},
                           {"document", line.clause->document},
                           {"level", to_string(line.clause->level)},
                           {"status", line.status},
                           {"why", line.why},
                           {"scenarios", line.scenarios},
                           {"verdict", line.verdict}});
    }
    if (options.json) {
        std::cout << nlohmann::json{{"clauses", clauses}, {"summary", summary}}.dump(2) << '\n';
        return ok;
    }
    print(lines);
    std::cout << fmt::format(
        "\n{} clauses: {} exercised, {} argued, {} uncovered; {} are judged by a scenario\n",
        lines.size(), summary["exercised"], summary["argued"], summary["uncovered"],
        summary["judged"]);
    return ok;
}

}  // namespace

void add_coverage_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<CoverageOptions>();
    auto* command = app.add_subcommand(
        "coverage",
        "Which clauses are exercised, argued or uncovered, and what a run says of them");
    command->footer("Example: twinline coverage twinline-runs/2026-01-31-baresip");
    command->add_option("RUN_DIR", options->run, "A run, whose verdicts are shown by clause")
        ->check(CLI::ExistingDirectory);
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback([&action, options] { action = [options] { return coverage(*options); }; });
}

}  // namespace twinline::cli
