// `twinline judge` and `twinline report`: everything again from the stored records alone.
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/run_directory.hh"
#include "rig/cli/terminal.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct Options {
    std::string directory;
    bool strict = false, json = false;
};

std::vector<AttemptFolder> complete_attempts(const RunDirectory& run) {
    auto attempts = run.attempts();
    for (const auto& attempt : attempts)
        if (!attempt.complete())
            std::cerr << attempt.path.string() << ": no complete record; it was interrupted\n";
    std::erase_if(attempts, [](const auto& a) { return !a.complete(); });
    if (attempts.empty())
        throw scenario::BadInput({{{run.path().string(), 0}, "holds no record of a run"}});
    return attempts;
}

int judge_again(const Options& options) {
    const RunDirectory run(options.directory);
    const auto strictness = options.strict ? judge::Strictness::strict : judge::Strictness::lenient;
    std::vector<judge::Assessment> assessments;
    std::vector<reports::StoredAssessment> stored;
    for (const auto& attempt : complete_attempts(run)) {
        auto judged = assess::assess(assess::load_record(attempt.record()), strictness);
        stored.push_back({judged.assessment,
                          {{attempt.number, judged.assessment.verdict, judged.assessment.reason}}});
        assessments.push_back(std::move(judged.assessment));
    }
    if (options.json)
        std::cout << reports::to_json(stored) << '\n';
    else
        print_table(assessments);
    return exit_code(assessments);
}

int report(const Options& options) {
    const RunDirectory run(options.directory);
    reports::RunReport report;
    for (const auto& attempt : complete_attempts(run)) {
        const auto record = assess::load_record(attempt.record());
        const auto judged = assess::assess(
            record, options.strict ? judge::Strictness::strict : judge::Strictness::lenient);
        report.device = record.device_name;
        report.title = record.device.title;
        if (report.started.empty()) report.started = record.started;
        report.scenarios.push_back(scenario_report(record, judged, attempt.record(), run.path()));
    }
    std::cout << run.write_reports(report).string() << '\n';
    return ok;
}

}  // namespace

void add_record_commands(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* judge_command =
        app.add_subcommand("judge", "Judge a stored run again, from its record alone");
    judge_command->footer("Example: twinline judge twinline-runs/2026-01-31-baresip");
    judge_command
        ->add_option("RUN_DIR", options->directory,
                     "A run, or one scenario, attempt or record of it")
        ->required()
        ->check(CLI::ExistingDirectory);
    judge_command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    judge_command->add_flag("--json", options->json, "One JSON document on standard output");
    judge_command->callback(
        [&action, options] { action = [options] { return judge_again(*options); }; });

    auto* report_command =
        app.add_subcommand("report", "Write report.html and junit.xml of a run again");
    report_command->footer("Example: twinline report twinline-runs/2026-01-31-baresip");
    report_command->add_option("RUN_DIR", options->directory, "A run directory")
        ->required()
        ->check(CLI::ExistingDirectory);
    report_command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    report_command->callback(
        [&action, options] { action = [options] { return report(*options); }; });
}

}  // namespace twinline::cli
