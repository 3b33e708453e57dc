// `twinline explain`: a capture from the field, what its phones met, and where one of them first
// did something else than its documents ask.
#include "reports/html.hh"
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
    std::string capture, config, vendor, keys, html, annotate;
    unsigned firmware = 0;
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
    report.title = "What " + std::filesystem::path(options.capture).filename().string() + " shows";
    report.device = "phones of the capture";
    report.tool_version = TWINLINE_VERSION;
    for (const auto& told : all) report.add(report_of(told));
    write_whole(options.html, reports::html(report));
}

// What cannot be judged weighs less than a divergence, and more than none.
int exit_of(const std::vector<field::Explanation>& all, const ExplainOptions& options) {
    bool judged = false;
    for (const auto& told : all) {
        judged = judged || told.outcome != field::Outcome::unjudged;
        if (!told.divergence) continue;
        const auto level = told.divergence->level;
        if (level == scenario::Level::must || (options.strict && level == scenario::Level::should))
            return failed;
    }
    return judged ? ok : inconclusive;
}

int explain(const ExplainOptions& options) {
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    const auto keys = options.keys.empty() ? std::string() : read_whole(options.keys);
    const auto capture = field::read_capture(options.capture, keys);
    const auto all = field::explain(
        capture, catalogue, {.settings = {options.config, options.vendor, options.firmware}});
    auto& notes = options.json ? std::cerr : std::cout;
    for (const auto& note : capture.notes) notes << "note: " << note << '\n';
    if (all.empty()) notes << "no phone speaks SIP in this capture\n";
    if (options.json)
        std::cout << field::as_json(all) << '\n';
    else
        for (const auto& told : all) std::cout << field::as_text(told) << '\n';
    if (!options.html.empty()) write_html(options, all);
    if (!options.annotate.empty())
        field::annotate(options.capture, options.annotate, field::comments(all), keys);
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
    command->add_option("CAPTURE", options->capture, "pcap or pcapng")
        ->required()
        ->check(CLI::ExistingFile);
    command
        ->add_option("--config", options->config,
                     "The phone's own configuration; default: what fits is inferred")
        ->check(CLI::ExistingFile);
    command->add_option("--vendor", options->vendor,
                        "In whose syntax and by whose documents; default: guessed");
    command->add_option("--firmware", options->firmware,
                        "Of the phone, as 80; default: that of its document");
    command->add_option("--keys", options->keys, "A key log for what is said over TLS")
        ->check(CLI::ExistingFile);
    command->add_option("--html", options->html, "Write a report with both ladders");
    command->add_option("--annotate", options->annotate,
                        "Write the capture again as pcapng, with the findings as comments");
    command->add_flag("--strict", options->strict, "A deviation from a should counts as a fail");
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback([&action, options] { action = [options] { return explain(*options); }; });
}

}  // namespace twinline::cli
