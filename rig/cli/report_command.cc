// `twinline report`: the reports of a run again from its records, or its certificate.
#include "rig/cli/certificate_file.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/kept_attempt.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct Options {
    std::string directory, bundle, key, waivers;
    bool strict = false;

    judge::Strictness strictness() const {
        return strict ? judge::Strictness::strict : judge::Strictness::lenient;
    }
};

int report(const Options& options) {
    if (options.bundle.empty() && (!options.key.empty() || !options.waivers.empty()))
        throw UsageError("--key and --waivers belong to --bundle FILE");
    if (!options.bundle.empty() && options.key.empty())
        throw UsageError("--bundle: a certificate is signed; give --key PRIVATE");
    const RunDirectory run(options.directory);
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    reports::RunReport report;
    for (const auto& attempt : run.complete_attempts()) {
        const auto record = assess::load_record(attempt.record());
        const auto judged = assess::assess(record, options.strictness());
        report.device = record.device_name;
        report.title = record.device.title;
        if (report.started.empty()) report.started = record.started;
        report.scenarios.push_back(scenario_report(record, judged, attempt.record(), run.path()));
    }
    std::cout << run.write_reports(report, catalogue).string() << '\n';
    if (options.bundle.empty()) return ok;
    const auto certificate = write_certificate(
        run, {options.bundle, options.key, options.waivers, options.strictness()}, catalogue);
    const std::chrono::year_month_day today =
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    std::cout << options.bundle << '\n' << reports::to_text(certificate, today);
    return ok;
}

}  // namespace

void add_report_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "report", "Write report.html and junit.xml of a run again, or its certificate");
    command->footer(
        "Example: twinline report twinline-runs/2026-01-31-baresip\n"
        "         twinline report twinline-runs/2026-01-31-baresip --bundle baresip.tgz --key "
        "lab.key");
    command->add_option("RUN_DIR", options->directory, "A run directory")
        ->required()
        ->check(CLI::ExistingDirectory);
    command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    command->add_option("--bundle", options->bundle,
                        "Pack everything the verdicts rest on into this file, signed");
    command->add_option("--key", options->key, "The lab's private key: Ed25519, PEM")
        ->check(CLI::ExistingFile);
    command->add_option("--waivers", options->waivers, "What the lab accepts all the same (YAML)")
        ->check(CLI::ExistingFile);
    command->callback([&action, options] { action = [options] { return report(*options); }; });
}

}  // namespace twinline::cli
