// `twinline explain`: a capture from the field, what its phones met, and where one of them first
// did something else than its documents ask.
#include "reports/html.hh"
#include "rig/cli/capture_options.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/field/annotate.hh"
#include "rig/field/told.hh"

#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct ExplainOptions {
    CaptureOptions given;
    std::string html, annotate, syslog;
    bool json = false, strict = false;
};

// One side of the report: the phone as device, the reference as its twin.
reports::ScenarioReport report_of(const field::Explanation& told) {
    reports::ScenarioReport report;
    report.assessment = field::as_assessment(told);
    if (!told.stage) return report;
    report.device = told.stage->seen;
    report.twin = told.expected;
    std::erase_if(report.twin, [](const timeline::Event& event) {
        return event.subject != "device" || event.kind == "rig.choice";
    });
    for (auto& event : report.twin) event.subject = "twin";
    for (const auto& line : field::behaviour_lines(told.met)) report.story += line + ". ";
    for (const auto& server : told.met.servers) report.roles.push_back(server.role);
    return report;
}

void write_html(const ExplainOptions& options, const std::vector<field::Explanation>& all) {
    reports::RunReport report;
    report.title =
        "What " + std::filesystem::path(options.given.capture).filename().string() + " shows";
    report.device = "phones of the capture";
    report.tool_version = TWINLINE_VERSION;
    for (const auto& told : all) report.add(report_of(told));
    write_whole(options.html, reports::html(report));
}

// What cannot be judged weighs less than a divergence, and more than none.
int exit_of(const std::vector<field::Explanation>& all, const ExplainOptions& options) {
    for (const auto& told : all) {
        if (!told.divergence) continue;
        const auto level = told.divergence->level;
        if (level == scenario::Level::must || (options.strict && level == scenario::Level::should))
            return failed;
    }
    return exit_where_none_diverges(all);
}

void add_log(const std::string& file, std::vector<field::Explanation>& all, std::ostream& notes) {
    const auto log = field::read_syslog(file);
    for (const auto& fault : log.faults) notes << "note: " << fault << '\n';
    if (log.unreadable > log.faults.size())
        notes << "note: " << file << ": " << log.unreadable << " lines in all are no syslog\n";
    field::add_log(log, all);
}

int explain(const ExplainOptions& options) {
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    const auto& given = options.given;
    auto [capture, all] = explained(given, catalogue, given.wanted());
    auto& notes = options.json ? std::cerr : std::cout;
    for (const auto& note : capture.notes) notes << "note: " << note << '\n';
    if (!options.syslog.empty()) add_log(options.syslog, all, notes);
    if (all.empty()) notes << "no phone speaks SIP in this capture\n";
    if (options.json)
        std::cout << field::as_json(all) << '\n';
    else
        for (const auto& told : all) std::cout << field::as_text(told) << '\n';
    if (!options.html.empty()) write_html(options, all);
    if (!options.annotate.empty())
        field::annotate(given.capture, options.annotate, field::comments(all), given.key_log());
    return exit_of(all, options);
}

}  // namespace

void add_explain_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<ExplainOptions>();
    auto* command = app.add_subcommand(
        "explain",
        "A field capture: where a phone first did something else than its documents ask");
    command->footer(
        "Example: twinline explain site.pcapng --config 0015651a2b3c.cfg --html site.html");
    options->given.add_to(*command);
    command->add_option("--html", options->html, "Write a report with both ladders");
    command->add_option("--annotate", options->annotate,
                        "Write the capture again as pcapng, with the findings as comments");
    command
        ->add_option("--syslog", options->syslog,
                     "What the phone wrote to its syslog server (RFC 3164 or 5424): marks beside "
                     "what it sent")
        ->check(CLI::ExistingFile);
    command->add_flag("--strict", options->strict, "A deviation from a should counts as a fail");
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback([&action, options] { action = [options] { return explain(*options); }; });
}

}  // namespace twinline::cli
