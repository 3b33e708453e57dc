// `twinline run`: scenarios in the lab, one after the other, each kept the moment it is judged.
#include "reports/datasheet.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/cli/terminal.hh"
#include "rig/run/session.hh"
#include "rig/testbed/dut.hh"
#include "rig/testbed/handset_phone.hh"
#include "rig/testbed/outer.hh"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;

struct RunOptions {
    std::vector<std::string> ids;
    std::string select, device, out, interface, mac, firmware;
    bool strict = false, strict_config = false, json = false;
    std::uint64_t seed = 1;

    Warnings warnings() const { return strict_config ? Warnings::refused : Warnings::told; }
};

fs::path default_directory(const std::string& device) {
    auto name = timestamp_name() + '-' + device;
    for (auto& c : name)
        if (c == '/') c = '-';
    return fs::path("twinline-runs") / name;
}

class Runner {
  public:
    Runner(const RunOptions& options, scenario::Catalogue& catalogue, fs::path fixtures,
           ChosenDevice device)
        : options_(options),
          catalogue_(catalogue),
          fixtures_(std::move(fixtures)),
          device_(std::move(device)),
          directory_(options.out.empty() ? default_directory(device_.name)
                                         : fs::path(options.out)) {}

    int run(const std::vector<const scenario::Scenario*>& scenarios) {
        fs::create_directories(directory_.path());
        const auto held = directory_.hold();
        report_.device = device_.name;
        report_.title = title_of(*device_.device);
        report_.started = timestamp();
        directory_.write_run(device_.name, *device_.device, report_.started, options_.ids,
                             options_.seed);
        ProgressLine progress(scenarios.size());
        for (const auto* scenario : scenarios) {
            progress.begin(scenario->id);
            const auto& verdict = one(*scenario, progress);
            progress.finish(std::string(to_string(verdict)));
        }
        return conclude();
    }

  private:
    judge::Verdict one(const scenario::Scenario& scenario, ProgressLine& progress) {
        if (const auto obstacle = device_.obstacle(scenario); !obstacle.empty())
            return keep_without_record(scenario, judge::Verdict::not_applicable, obstacle);
        const auto attempt = directory_.begin(scenario.id);
        const LabPlan plan{scenario, device_, catalogue_, fixtures_, strictness(), options_.seed};
        std::optional<Played> played;
        try {
            play_in_lab(plan, attempt, [&](const std::string& line) { progress.say(line); });
            played = judged_attempt(plan, attempt);
        } catch (const run::Interrupted&) {
            throw;
        } catch (const testbed::Unavailable&) {
            throw;
        } catch (const std::exception& e) {
            return keep_without_record(scenario, judge::Verdict::error, e.what());
        }
        const auto& [record, judged] = *played;
        stored_.push_back(directory_.store(attempt, judged));
        report_.add(scenario_report(record, judged, attempt, directory_.path()));
        return judged.assessment.verdict;
    }

    // What was not run, or could not be: told with its reason, never left out.
    judge::Verdict keep_without_record(const scenario::Scenario& scenario, judge::Verdict verdict,
                                       const std::string& reason) {
        const auto judged = without_record(scenario, device_.name, verdict, reason);
        const auto attempt = directory_.begin(scenario.id);
        stored_.push_back(directory_.store(attempt, judged));
        reports::ScenarioReport report;
        report.assessment = judged.assessment;
        report.story = scenario.story;
        report.attempt = attempt.number;
        report_.add(report);
        return verdict;
    }

    int conclude() {
        const auto report = directory_.write_reports(report_, catalogue_);
        const auto assessments = report_.assessments();
        if (options_.json) {
            std::cout << reports::to_json(stored_) << '\n';
            std::cerr << "report: " << report.string() << '\n';
        } else {
            print_table(assessments);
            if (const auto& sheet = report_.datasheet; !sheet.consistency.conflict.empty())
                std::cout << reports::conflict_sentence(sheet.consistency) << '\n';
            std::cout << "report: " << report.string() << '\n';
        }
        return exit_code(assessments, report_.datasheet.consistency);
    }

    judge::Strictness strictness() const {
        return options_.strict ? judge::Strictness::strict : judge::Strictness::lenient;
    }

    const RunOptions& options_;
    scenario::Catalogue& catalogue_;
    fs::path fixtures_;
    ChosenDevice device_;
    RunDirectory directory_;
    reports::RunReport report_;
    std::vector<reports::StoredAssessment> stored_;
};

int run_scenarios(const RunOptions& options) {
    const auto fixtures = fixtures_folder();
    auto catalogue = scenario::load_catalogue(fixtures);
    auto device = choose_device(catalogue, options.device,
                                {options.interface, options.mac, options.firmware});
    require_plugged_in(device);
    const auto scenarios = choose_scenarios(catalogue, fixtures, options.ids, options.select);
    check_configurations(scenarios, options.warnings());  // bad input before anything starts
    testbed::require_programs(*device.device);
    testbed::require_environment(*device.device);
    testbed::enter_lab_namespaces(interface_of(device));
    return Runner(options, catalogue, fixtures, std::move(device)).run(scenarios);
}

}  // namespace

void add_run_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<RunOptions>();
    auto* command =
        app.add_subcommand("run", "Run scenarios in the lab against a device, the twin beside it");
    command->footer(
        "Example: twinline run generic/register/boot-failover-silent-primary --device baresip\n"
        "Example: twinline run --select yealink --device yealink-t46g --interface eth1 "
        "--mac 00:15:65:01:02:03");
    command->add_option("ID", options->ids, "Scenario ids or files; none: all");
    command->add_option("--select", options->select,
                        "Words joined by and, or, not, as pytest's -k");
    command
        ->add_option("--device", options->device,
                     "A name in fixtures/devices, a device file, reference or mutant/ID")
        ->required();
    command->add_option("--interface", options->interface,
                        "Of this machine, where a handset is plugged in; it goes into the lab");
    command->add_option("--mac", options->mac, "The handset's, as 00:15:65:01:02:03");
    command->add_option(
        "--firmware", options->firmware,
        "That the handset is to have, and is given where it has another one and its file names it");
    command->add_option("--out", options->out,
                        "The run directory; default: twinline-runs/DATE-TIME-DEVICE");
    command->add_option("--seed", options->seed, "Of every free choice of the reference")
        ->capture_default_str();
    command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    command->add_flag("--strict-config", options->strict_config,
                      "A warning about a configuration is an error");
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback(
        [&action, options] { action = [options] { return run_scenarios(*options); }; });
}

}  // namespace twinline::cli
