// `twinline sim`: scenarios in virtual time, against the reference or its mutants.
#include "probes/capture/pcapng_writer.hh"
#include "reports/json.hh"
#include "rig/assess/every_reading.hh"
#include "rig/assess/kill_matrix.hh"
#include "rig/assess/seeded_runs.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/place.hh"
#include "rig/cli/terminal.hh"
#include "rig/cli/trace.hh"
#include "rig/shadow/play.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct SimOptions {
    std::vector<std::string> ids;
    std::string select;
    std::string device = "reference";
    bool trace = false, mutants = false, every_reading = false, strict = false,
         strict_config = false, json = false;
    std::uint64_t seed = 1;
    std::size_t seeded_runs = 0;
    std::vector<std::string> readings;  // ID=VALUE
    std::string capture;

    Warnings warnings() const { return strict_config ? Warnings::refused : Warnings::told; }

    judge::Strictness strictness() const {
        return strict ? judge::Strictness::strict : judge::Strictness::lenient;
    }
};

int run_mutants(const std::vector<const scenario::Scenario*>& scenarios,
                const scenario::Catalogue& catalogue, const SimOptions& options) {
    // Only those that a scenario of the selection is there to catch.
    std::vector<const mutants::Mutant*> library;
    for (const auto& mutant : mutants::all())
        if (std::ranges::any_of(assess::scenarios_of(catalogue, mutant.clause),
                                [&](const scenario::Scenario* judging) {
                                    return std::ranges::find(scenarios, judging) != scenarios.end();
                                }))
            library.push_back(&mutant);
    if (library.empty()) throw UsageError("no mutant breaks what these scenarios judge");
    auto kills =
        assess::kill_matrix(library, scenarios, catalogue, assess::Scope::vendors, options.seed);
    if (options.every_reading)
        assess::look_for_explanations(kills, scenarios, catalogue, options.seed);
    const auto is_killed = [](const assess::Kill& k) {
        return !k.named_by.empty() && !k.explained;
    };
    std::ranges::stable_sort(
        kills, {}, [&](const assess::Kill& k) { return !k.killed_by.empty() + is_killed(k); });
    const auto killed = std::ranges::count_if(kills, is_killed);
    if (options.json) {
        auto list = nlohmann::json::array();
        for (const auto& k : kills)
            list.push_back({{"id", k.mutant->id},
                            {"clause", k.mutant->clause},
                            {"killed_by", k.killed_by},
                            {"named_clause", !k.named_by.empty()},
                            {"explained", k.explained}});
        std::cout << nlohmann::json{{"mutants", list}, {"killed", killed}, {"total", kills.size()}}
                         .dump(2)
                  << '\n';
    } else {
        for (const auto& k : kills) {
            const auto caught = k.killed_by.size();
            const auto first = k.named_by.empty() && caught > 0 ? k.killed_by.front() : k.named_by;
            std::cout << fmt::format("{:9} {:28} {:16} {}{}\n",
                                     caught == 0          ? "SURVIVES"
                                     : k.named_by.empty() ? "misnamed"
                                     : k.explained        ? "explained"
                                                          : "killed",
                                     k.mutant->id, k.mutant->clause, first,
                                     caught > 1 ? fmt::format(" and {} more", caught - 1) : "");
        }
        std::cout << fmt::format("{} of {} killed\n", killed, kills.size());
    }
    return static_cast<std::size_t>(killed) == kills.size() ? ok : failed;
}

// Prints what does not pass, with the seed that shows it again, and how many runs there were.
int run_seeded(const std::vector<const scenario::Scenario*>& scenarios,
               const scenario::Catalogue& catalogue, const SimOptions& options) {
    auto all = assess::seeded_runs(scenarios, catalogue, options.seeded_runs, options.strictness(),
                                   options.seed);
    for (std::size_t i = 0; i < all.against.size(); ++i) {
        auto& reason = all.against[i].reason;
        reason += fmt::format("; seed {} under", all.seeds[i]);
        for (const auto& [id, value] : all.against[i].readings)
            reason += fmt::format(" {}={}", id, value);
    }
    if (options.json) {
        std::vector<reports::StoredAssessment> stored;
        for (const auto& a : all.against) stored.push_back({a, {{1, a.verdict, a.reason}}});
        std::cout << reports::to_json(stored) << '\n';
    } else {
        if (!all.against.empty()) print_table(all.against);
        std::cout << fmt::format("{} seeded runs, {} of them not passed\n", all.runs,
                                 all.against.size());
    }
    return all.against.empty() ? ok : exit_code(all.against);
}

// What the phone and the servers said, as a capture of a real network would hold it. No twin stands
// beside it: of one seed, its tokens would be the phone's own.
void write_capture(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                   const mutants::Defect* defect, const SimOptions& options,
                   const shadow::Readings& readings) {
    capture::PcapngWriter writer(options.capture, "virtual", timeline::LinkType::ethernet, {});
    shadow::play(shadow::scene_of(scenario),
                 {{"device", defect == nullptr ? mutants::Defect{} : *defect}}, options.seed,
                 assess::with_defaults(readings, catalogue),
                 [&](const timeline::Frame& frame) { writer.write(frame); });
    writer.close();
}

// The readings of the command line, each checked against the catalogue.
std::map<std::string, std::string, std::less<>> chosen_readings(
    const SimOptions& options, const scenario::Catalogue& catalogue) {
    std::map<std::string, std::string, std::less<>> chosen;
    for (const auto& text : options.readings) {
        const auto split = text.find('=');
        const auto id = text.substr(0, split);
        const auto known = catalogue.readings.find(id);
        if (split == std::string::npos || known == catalogue.readings.end())
            throw UsageError("--reading " + text +
                             ": wanted is ID=VALUE, as `twinline list readings` shows them");
        const auto value = text.substr(split + 1);
        std::string permitted;
        bool fits = false;
        for (const auto& v : known->second.values) {
            permitted += (permitted.empty() ? "" : ", ") + v.value;
            fits = fits || v.value == value;
        }
        if (!fits) throw UsageError("--reading " + text + ": permitted are " + permitted);
        chosen[id] = value;
    }
    return chosen;
}

// The worst of all combinations, its reason telling under which readings and how many there are.
judge::Assessment told_worst(assess::EveryReading every) {
    auto& worst = every.worst;
    if (worst.verdict != judge::Verdict::pass) {
        worst.reason += "; under";
        for (const auto& [id, value] : worst.readings)
            worst.reason += fmt::format(" {}={}", id, value);
    } else if (!every.complete) {
        worst.verdict = judge::Verdict::error;
        worst.reason = fmt::format("more than {} combinations of {} readings: not all were tried",
                                   every.combinations, every.questions);
    } else {
        worst.reason = fmt::format("under {} combinations of {} readings", every.combinations,
                                   every.questions);
    }
    return std::move(worst);
}

int simulate(const SimOptions& options) {
    const auto fixtures = fixtures_folder();
    auto catalogue = scenario::load_catalogue(fixtures);
    const auto scenarios = choose_scenarios(catalogue, fixtures, options.ids, options.select);
    check_configurations(scenarios, options.warnings());
    if (options.seeded_runs != 0) return run_seeded(scenarios, catalogue, options);
    if (options.mutants) return run_mutants(scenarios, catalogue, options);
    const auto device = choose_device(catalogue, options.device);
    if (device.device->id != "reference")
        throw UsageError(
            "only the reference and its mutants live in virtual time; `twinline run` runs " +
            device.name);
    if (options.every_reading && device.mutant != nullptr)
        throw UsageError(
            "--every-reading is a proof of the reference: a mutant has no place in it");
    const auto readings = chosen_readings(options, catalogue);
    if (!options.capture.empty() && scenarios.size() != 1)
        throw UsageError("--capture is of one scenario; this selection has " +
                         std::to_string(scenarios.size()));
    std::vector<judge::Assessment> assessments;
    std::vector<reports::StoredAssessment> stored;
    for (const auto* scenario : scenarios) {
        const auto* defect = device.mutant != nullptr ? &device.mutant->defect : nullptr;
        if (options.every_reading) {
            assessments.push_back(told_worst(assess::under_every_reading(
                *scenario, catalogue, options.strictness(), options.seed)));
            stored.push_back(
                {assessments.back(), {{1, assessments.back().verdict, assessments.back().reason}}});
            continue;
        }
        if (!options.capture.empty())
            write_capture(*scenario, catalogue, defect, options, readings);
        auto judged = assess::simulate(*scenario, catalogue, defect, device.name,
                                       options.strictness(), options.seed, readings);
        if (options.trace)
            (options.json ? std::cerr : std::cout) << trace(*scenario, judged.observed);
        stored.push_back(
            {judged.assessment, {{1, judged.assessment.verdict, judged.assessment.reason}}});
        assessments.push_back(std::move(judged.assessment));
    }
    if (options.json)
        std::cout << reports::to_json(stored) << '\n';
    else
        print_table(assessments);
    return exit_code(assessments);
}

}  // namespace

void add_sim_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<SimOptions>();
    auto* command = app.add_subcommand(
        "sim", "Run scenarios in virtual time against the reference or a mutant");
    command->footer("Example: twinline sim generic/register/boot-failover-silent-primary --trace");
    command->add_option("ID", options->ids, "Scenario ids or files; none: all");
    command->add_option("--select", options->select,
                        "Words joined by and, or, not, as pytest's -k");
    command->add_option("--device", options->device, "reference or mutant/ID")
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of every free choice")->capture_default_str();
    command->add_option("--reading", options->readings,
                        "ID=VALUE: how an open question of the documents is answered");
    command->add_flag(
        "--every-reading", options->every_reading,
        "Under every combination of the readings that a scenario asks; the worst one counts");
    command->add_option("--seeded-runs", options->seeded_runs,
                        "So many runs of the reference, spread over the scenarios, each with a "
                        "seed and answers to the open questions of its own");
    command->add_option("--capture", options->capture,
                        "Write every frame of the one scenario as pcapng; TLS is shown deciphered");
    command->add_flag("--trace", options->trace, "Print the ladder with clause ids");
    command->add_flag("--mutants", options->mutants,
                      "Run every mutant and print which scenario catches it; with --every-reading, "
                      "whether answers to the open questions explain it");
    command->add_flag("--strict", options->strict, "A deviation counts as a fail");
    command->add_flag("--strict-config", options->strict_config,
                      "A warning about a configuration is an error");
    command->add_flag("--json", options->json, "One JSON document on standard output");
    command->callback([&action, options] { action = [options] { return simulate(*options); }; });
}

}  // namespace twinline::cli
