// `twinline reproduce`: the divergence of a field capture as the smallest scenario that shows it.
#include "rig/cli/capture_options.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/lint_files.hh"
#include "rig/cli/place.hh"
#include "rig/cli/run_directory.hh"
#include "rig/cli/scratch_folder.hh"
#include "rig/field/reproduce.hh"
#include "rig/field/told.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace twinline::cli {

namespace {

struct ReproduceOptions {
    CaptureOptions given;
    std::string scenario, clause;
    bool anonymise = false;
};

// NAME of NAME.yaml, as an id has it.
std::string name_of(const std::filesystem::path& file) {
    std::string name;
    for (const char c : file.stem().string()) {
        const bool big = c >= 'A' && c <= 'Z';
        const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        name += big ? static_cast<char>(c - 'A' + 'a') : fits ? c : '-';
    }
    return name.empty() || name.front() < 'a' || name.front() > 'z' ? "capture-" + name : name;
}

std::filesystem::path topology_beside(const std::filesystem::path& file) {
    return file.parent_path() / (name_of(file) + "-topology.yaml");
}

void check_free(const ReproduceOptions& options) {
    const std::filesystem::path file(options.scenario);
    if (file.extension() != ".yaml" && file.extension() != ".yml")
        throw UsageError("-o " + options.scenario + ": a scenario is a file NAME.yaml");
    for (const auto& taken : {file, topology_beside(file)})
        if (std::filesystem::exists(taken))
            throw UsageError(taken.string() + " is there already; nothing is overwritten");
    const auto folder = file.has_parent_path() ? file.parent_path() : ".";
    if (!std::filesystem::is_directory(folder))
        throw UsageError("-o " + options.scenario + ": there is no folder " + folder.string());
}

const field::Explanation* first_diverging(const std::vector<field::Explanation>& all) {
    const auto found = std::ranges::find_if(
        all, [](const field::Explanation& told) { return told.divergence.has_value(); });
    return found == all.end() ? nullptr : &*found;
}

// As `explain` ends: where nothing is judged, or no clause is named, there is nothing to expect.
int nothing_to_show(const std::vector<field::Explanation>& all) {
    if (all.empty()) std::cerr << "no phone speaks SIP in this capture: nothing is written\n";
    for (const auto& told : all) std::cerr << told.phone.name() << ": " << told.reason << '\n';
    if (!all.empty()) std::cerr << "nothing diverges here: nothing is written\n";
    return exit_where_none_diverges(all);
}

// Says why there is no clause to expect; or that it is not the one that was asked for.
bool is_named(const field::Divergence& divergence, const ReproduceOptions& options) {
    const auto& clause = divergence.clause;
    if (!clause.empty() && (options.clause.empty() || options.clause == clause)) return true;
    std::cerr << divergence.text << '\n';
    if (!clause.empty())
        std::cerr << "that breaks " << clause << ", not " << options.clause
                  << ": nothing is written\n";
    else
        std::cerr << "which clause that breaks cannot be told (" << divergence.why
                  << "): nothing is written"
                  << (!divergence.candidates.empty() ? "; --clause takes one of them" : "") << '\n';
    return false;
}

// As whoever gets the file will: it lints, the reference passes, and the broken phone does not.
void check_as_written(const field::Reproduction& made, const std::filesystem::path& name,
                      const std::string& clause, scenario::Catalogue& catalogue) {
    const ScratchFolder scratch;
    const auto file = scratch.path() / name.filename();
    write_whole(file, made.scenario);
    write_whole(topology_beside(file), made.topology);
    const auto fixtures = fixtures_folder();
    const auto faults = lint_files(fixtures, {file, topology_beside(file)});
    if (!faults.empty())
        throw std::runtime_error("what was written is no scenario: " + faults.front().to_string());
    const auto scenario = scenario::load_scenario(file, fixtures / "topologies");
    const auto strict = judge::Strictness::strict;
    const auto passed = assess::simulate(scenario, catalogue, nullptr, "reference", strict, 1);
    if (passed.assessment.verdict != judge::Verdict::pass)
        throw field::CannotReproduce("the reference does not pass it: " + passed.assessment.reason);
    if (made.mutant.empty()) return;
    const auto* mutant = mutants::find(made.mutant);
    const auto broken =
        assess::simulate(scenario, catalogue, &mutant->defect, made.mutant, strict, 1);
    const bool named = std::ranges::any_of(broken.assessment.findings, [&](const auto& finding) {
        return finding.clause == clause && (finding.weight == judge::Weight::fail ||
                                            finding.weight == judge::Weight::deviation);
    });
    if (!named) throw field::CannotReproduce("mutant/" + made.mutant + " passes it");
}

void tell(const field::Reproduction& made, const field::Divergence& divergence,
          const ReproduceOptions& options) {
    const auto seconds = [](timeline::Duration time) {
        return std::chrono::duration_cast<std::chrono::seconds>(time).count();
    };
    const auto row = [](std::string_view what, auto before, auto after) {
        std::cout << fmt::format("  {:11} {:>6} -> {}\n", what, before, after);
    };
    std::cout << divergence.clause << " (" << divergence.document << "): " << divergence.text
              << "\nexpected now: " << made.expected << '\n';
    const auto &was = made.found, &is = made.left;
    std::cout << "made smaller, in " << made.plays << " plays:\n";
    row("stimuli", was.stimuli, is.stimuli);
    row("of them faults", was.faults, is.faults);
    row("DNS records", was.records, is.records);
    row("hosts", was.hosts, is.hosts);
    row("accounts", was.accounts, is.accounts);
    row("parameters", was.parameters, is.parameters);
    row("seconds", seconds(was.lasts), seconds(is.lasts));
    if (!made.is_least) std::cout << "the search was ended there: it might be made smaller still\n";
    std::cout << "wrote " << options.scenario << " and "
              << topology_beside(options.scenario).string() << '\n';
    if (made.mutant.empty())
        std::cout << "no known defect does all that was captured: the reference passes, and the "
                     "phone of the capture breaks it as it was recorded\n";
    else
        std::cout << "a phone that breaks it: twinline sim " << options.scenario
                  << " --device mutant/" << made.mutant << '\n';
}

int reproduce(const ReproduceOptions& options) {
    check_free(options);
    auto catalogue = scenario::load_catalogue(fixtures_folder());
    if (!options.clause.empty() && !catalogue.clauses.contains(options.clause))
        throw UsageError("--clause " + options.clause + ": there is no such clause");
    auto wanted = options.given.wanted();
    wanted.clause = options.clause;
    const auto [capture, all] = explained(options.given, catalogue, wanted);
    for (const auto& note : capture.notes) std::cerr << "note: " << note << '\n';
    const auto* told = first_diverging(all);
    if (told == nullptr) return nothing_to_show(all);
    if (all.size() > 1)
        std::cerr << "note: of " << all.size() << " phones, " << told->phone.name()
                  << " is the first that diverges\n";
    for (const auto& note : told->notes) std::cerr << "note: " << note << '\n';
    if (!is_named(*told->divergence, options)) return inconclusive;
    try {
        const auto made =
            field::reproduce(*told, catalogue,
                             {name_of(options.scenario),
                              options.anonymise ? field::Names::replaced : field::Names::kept});
        check_as_written(made, options.scenario, told->divergence->clause, catalogue);
        write_whole(topology_beside(options.scenario), made.topology);
        write_whole(options.scenario, made.scenario);
        tell(made, *told->divergence, options);
    } catch (const field::CannotReproduce& why) {
        std::cerr << told->divergence->clause << ": " << told->divergence->text << '\n'
                  << why.what() << ": nothing is written\n";
        return inconclusive;
    }
    return ok;
}

}  // namespace

void add_reproduce_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<ReproduceOptions>();
    auto* command = app.add_subcommand(
        "reproduce", "A field capture's divergence as the smallest scenario that shows it again");
    command->footer(
        "Example: twinline reproduce site.pcapng --config 0015651a2b3c.cfg --anonymise -o "
        "site.yaml");
    options->given.add_to(*command);
    command
        ->add_option("-o,--out", options->scenario,
                     "The scenario to write, NAME.yaml; NAME-topology.yaml goes beside it")
        ->required();
    command->add_option("--clause", options->clause,
                        "The one that is meant, where the capture shows no more than that one of "
                        "several is broken");
    command->add_flag("--anonymise", options->anonymise,
                      "Replace addresses, names, numbers and every other text of the owner's");
    command->callback([&action, options] { action = [options] { return reproduce(*options); }; });
}

}  // namespace twinline::cli
