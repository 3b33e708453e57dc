// `twinline report`: the reports of a run or a campaign again from what it left behind, or a run's
// certificate.
#include "reports/campaign_page.hh"
#include "rig/cli/certificate_file.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/kept_attempt.hh"
#include "rig/cli/lab_attempt.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/scenario/record_files.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* campaign_file = "campaign.json";

struct ReportOptions {
    std::string directory, against, against_firmware, bundle, key, waivers;
    bool strict = false;

    judge::Strictness strictness() const {
        return strict ? judge::Strictness::strict : judge::Strictness::lenient;
    }
};

// As it was judged when it was played; with --strict again, from its record.
std::optional<reports::ScenarioReport> told(const AttemptFolder& attempt, const RunDirectory& run,
                                            const ReportOptions& options) {
    const bool is_kept = fs::exists(attempt.path / assessment_file);
    if (!attempt.complete() && !is_kept) {
        std::cerr << attempt.path.string() << ": no complete record; it was interrupted\n";
        return std::nullopt;
    }
    if (is_kept && (!options.strict || !attempt.complete()))
        return kept_report(attempt, run.path());
    const auto record = assess::load_record(attempt.record());
    return scenario_report(record, assess::assess(record, options.strictness()), attempt,
                           run.path());
}

// Who a handset is may have been said on the command line: then its file does not know, and the
// second line that the rig wrote does.
std::string title_in_record(const AttemptFolder& attempt, const std::string& otherwise) {
    if (!attempt.complete()) return otherwise;
    auto title = scenario::load_device(attempt.record() / scenario::record::device).title;
    std::ifstream rig(attempt.record() / scenario::record::rig);
    std::string line;
    std::getline(rig, line);
    std::getline(rig, line);
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_object() && event.value("kind", "") == "rig.identity")
        title += " (" + event.at("fields").value("expected", "") + ")";
    return title;
}

int report_run(const ReportOptions& options, const scenario::Catalogue& catalogue) {
    const RunDirectory run(options.directory);
    reports::RunReport report;
    report.started = run.started();
    for (const auto& attempt : run.attempts()) {
        auto scenario = told(attempt, run, options);
        if (!scenario) continue;
        if (attempt.scenario.ends_with(']'))  // a repeat is told apart by its folder
            scenario->assessment.scenario = attempt.scenario;
        const auto& a = scenario->assessment;
        if (report.device.empty()) report.device = a.device;
        if (report.title.empty() || report.title == a.device)
            report.title = title_in_record(attempt, a.device);
        if (report.started.empty()) report.started = a.started;
        report.add(*scenario);
    }
    if (report.scenarios.empty())
        throw scenario::BadInput({{{options.directory, 0}, "holds no record of a run"}});
    for (const auto& earlier : {options.against, options.against_firmware})
        if (!earlier.empty()) report.earlier.push_back(RunDirectory(earlier).earlier());
    if (!options.waivers.empty())
        report.waivers = reports::load_waivers(options.waivers, catalogue.clauses);
    report.today = today();
    std::cout << run.write_reports(report, catalogue).string() << '\n';
    return ok;
}

int certify(const ReportOptions& options, const scenario::Catalogue& catalogue) {
    const auto certificate = write_certificate(
        RunDirectory(options.directory),
        {options.bundle, options.key, options.waivers, options.strictness()}, catalogue);
    std::cout << options.bundle << '\n' << reports::to_text(certificate, today());
    return ok;
}

using Json = nlohmann::json;

std::vector<std::string> texts_of(const Json& json, const char* name) {
    std::vector<std::string> texts;
    if (const auto found = json.find(name); found != json.end() && found->is_array())
        for (const auto& text : *found)
            if (text.is_string()) texts.push_back(text.get<std::string>());
    return texts;
}

reports::CampaignRun campaign_run(const Json& json, const fs::path& campaign) {
    reports::CampaignRun run{text_of(json, "device"),
                             text_of(json, "firmware"),
                             text_of(json, "directory"),
                             texts_of(json, "planned").size(),
                             text_of(json, "set_aside"),
                             texts_of(json, "notes"),
                             {},
                             {}};
    if (const auto left = json.find("not_played"); left != json.end() && left->is_array())
        for (const auto& one : *left)
            run.not_played.push_back(text_of(one, "scenario") + ": " + text_of(one, "reason"));
    if (fs::exists(campaign / run.directory / "results.jsonl"))
        run.assessments = RunDirectory(campaign / run.directory).earlier().assessments;
    return run;
}

int report_campaign(const ReportOptions& options, const scenario::Catalogue& catalogue) {
    const fs::path folder = options.directory;
    const auto json = Json::parse(read_whole(folder / campaign_file), nullptr, false);
    if (!json.is_object() || !json.contains("runs") || !json["runs"].is_array())
        throw scenario::BadInput(
            {{{(folder / campaign_file).string(), 0}, "tells of no campaign"}});
    reports::CampaignReport campaign{text_of(json, "name"),
                                     text_of(json, "started"),
                                     text_of(json, "finished"),
                                     TWINLINE_VERSION,
                                     {},
                                     texts_of(json, "notes")};
    for (const auto& run : json["runs"])
        if (run.is_object()) campaign.runs.push_back(campaign_run(run, folder));
    for (const auto& [id, clause] : catalogue.clauses)
        campaign.clauses.emplace(id, reports::ClauseWords{clause.document, clause.statement});
    write_whole(folder / "report.html", reports::campaign_html(campaign));
    write_whole(folder / "report.json", reports::campaign_json(campaign));
    std::cout << (folder / "report.html").string() << '\n';
    return ok;
}

int report(const ReportOptions& options) {
    if (options.bundle.empty() && !options.key.empty())
        throw UsageError("--key belongs to --bundle FILE");
    if (!options.bundle.empty() && options.key.empty())
        throw UsageError("--bundle: a certificate is signed; give --key PRIVATE");
    const bool is_campaign = fs::exists(fs::path(options.directory) / campaign_file);
    if (is_campaign && !options.bundle.empty())
        throw UsageError("--bundle: a certificate is of one run; give the folder of one");
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    if (is_campaign) return report_campaign(options, catalogue);
    const int code = report_run(options, catalogue);
    return options.bundle.empty() ? code : certify(options, catalogue);
}

}  // namespace

void add_report_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<ReportOptions>();
    auto* command = app.add_subcommand(
        "report", "Write the reports of a run or a campaign again, or a run's certificate");
    command->footer(
        "Example: twinline report twinline-runs/2026-01-31-baresip\n"
        "Example: twinline report twinline-runs/2026-01-31-baresip --bundle phone.tgz --key "
        "lab.key");
    command
        ->add_option("RUN_DIR", options->directory,
                     "A run directory, or that of a campaign (CAMPAIGN_DIR)")
        ->required()
        ->check(CLI::ExistingDirectory);
    command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    command
        ->add_option("--against", options->against,
                     "An earlier run of this device: what became worse, better or unsteady?")
        ->check(CLI::ExistingDirectory);
    command
        ->add_option("--against-firmware", options->against_firmware,
                     "A run with another firmware, for the same question")
        ->check(CLI::ExistingDirectory);
    command->add_option("--bundle", options->bundle,
                        "Pack everything the verdicts rest on into this file, signed");
    command->add_option("--key", options->key, "The lab's private key: Ed25519, PEM")
        ->check(CLI::ExistingFile);
    command->add_option("--waivers", options->waivers, "What the lab accepts all the same (YAML)")
        ->check(CLI::ExistingFile);
    command->callback([&action, options] { action = [options] { return report(*options); }; });
}

}  // namespace twinline::cli
