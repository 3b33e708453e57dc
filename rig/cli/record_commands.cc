// `twinline judge` and `datasheet`: everything again from the stored records alone.
#include "reports/datasheet.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/cli/terminal.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct RecordOptions {
    std::string directory;
    bool strict = false, json = false;

    judge::Strictness strictness() const {
        return strict ? judge::Strictness::strict : judge::Strictness::lenient;
    }
};

// Of all complete records, judged again.
struct JudgedAgain {
    std::vector<judge::Assessment> assessments;
    std::vector<reports::StoredAssessment> stored;
    judge::Datasheet datasheet;
};

JudgedAgain judged_again(const RecordOptions& options) {
    const RunDirectory run(options.directory);
    JudgedAgain all;
    for (const auto& attempt : run.complete_attempts()) {
        auto judged = assess::assess(assess::load_record(attempt.record()), options.strictness());
        all.stored.push_back(
            {judged.assessment,
             {{attempt.number, judged.assessment.verdict, judged.assessment.reason}}});
        all.assessments.push_back(std::move(judged.assessment));
    }
    all.datasheet = datasheet_of(all.assessments, scenario::load_catalogue(fixtures_folder()));
    return all;
}

int judge_again(const RecordOptions& options) {
    const auto all = judged_again(options);
    if (options.json)
        std::cout << reports::to_json(all.stored) << '\n';
    else
        print_table(all.assessments);
    const auto conflict = reports::conflict_sentence(all.datasheet.consistency);
    if (!conflict.empty()) (options.json ? std::cerr : std::cout) << conflict << '\n';
    return exit_code(all.assessments, all.datasheet.consistency);
}

int datasheet(const RecordOptions& options) {
    const auto all = judged_again(options);
    std::cout << (options.json ? reports::datasheet_json(all.datasheet) + '\n'
                               : reports::datasheet_text(all.datasheet, width_of_stdout()));
    return exit_code(all.assessments, all.datasheet.consistency);
}

}  // namespace

void add_record_commands(CLI::App& app, Action& action) {
    auto options = std::make_shared<RecordOptions>();
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

    auto* datasheet_command = app.add_subcommand(
        "datasheet", "How a device behaves where the documents leave it free, from stored records");
    datasheet_command->footer("Example: twinline datasheet twinline-runs/2026-01-31-baresip");
    datasheet_command->add_option("RUN_DIR", options->directory, "A run directory")
        ->required()
        ->check(CLI::ExistingDirectory);
    datasheet_command->add_flag("--json", options->json, "One JSON document on standard output");
    datasheet_command->callback(
        [&action, options] { action = [options] { return datasheet(*options); }; });
}

}  // namespace twinline::cli
