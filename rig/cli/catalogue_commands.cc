// `twinline list`, `show` and `lint`: the catalogue, and what is wrong with it.
#include "reference_impl/mutants/mutants.hh"
#include "rig/cli/choice.hh"
#include "rig/cli/commands.hh"
#include "rig/cli/exit_code.hh"
#include "rig/cli/lint_files.hh"
#include "rig/cli/place.hh"
#include "rig/scenario/catalogue.hh"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>

namespace twinline::cli {

namespace {

struct Item {
    std::string id, kind, title, vendor, feature;
    unsigned tier = 0;
    std::vector<std::string> clauses;
    double duration_ms = 0;
};

std::vector<Item> items_of(const scenario::Catalogue& catalogue, const std::string& kind,
                           const std::string& select) {
    const scenario::Selection selection(select.empty() ? "" : select);
    const auto matches = [&](const std::vector<std::string>& words) {
        return select.empty() || selection.matches(words);
    };
    std::vector<Item> items;
    const auto add = [&](Item item) { items.push_back(std::move(item)); };
    if (kind == "scenarios")
        for (const auto& [id, s] : catalogue.scenarios)
            if (select.empty() || selection.matches(s))
                add({id, "scenario", s.title, s.vendor, s.feature, s.tier, s.clauses,
                     std::chrono::duration<double, std::milli>(s.limit).count()});
    if (kind == "clauses")
        for (const auto& [id, c] : catalogue.clauses)
            if (matches({id, c.document, c.kind}))
                add({id,
                     "clause",
                     c.statement,
                     c.document,
                     std::string(to_string(c.level)),
                     0,
                     {},
                     0});
    if (kind == "readings")
        for (const auto& [id, r] : catalogue.readings)
            if (matches({id})) add({id, "reading", r.question, {}, {}, 0, r.clauses, 0});
    if (kind == "devices")
        for (const auto& [id, d] : catalogue.devices)
            if (matches({id, d.title}))
                add({id,
                     "device",
                     d.title,
                     fmt::format("{}", fmt::join(d.vendors, ",")),
                     {},
                     0,
                     {},
                     0});
    if (kind == "mutants")
        for (const auto& m : mutants::all())
            if (matches({std::string(m.id), std::string(m.clause)}))
                add({"mutant/" + std::string(m.id),
                     "mutant",
                     std::string(m.title),
                     {},
                     {},
                     0,
                     {std::string(m.clause)},
                     0});
    return items;
}

nlohmann::json to_json(const Item& item) {
    return {{"id", item.id},
            {"kind", item.kind},
            {"title", item.title},
            {"vendor", item.vendor},
            {"feature", item.feature},
            {"tier", item.tier},
            {"clauses", item.clauses},
            {"parameters", nlohmann::json::object()},
            {"duration_ms", item.duration_ms}};
}

int list(const std::string& kind, const std::string& select, bool json) {
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    std::vector<Item> items;
    try {
        items = items_of(catalogue, kind, select);
    } catch (const std::invalid_argument& e) {
        throw UsageError("--select " + select + ": " + e.what());
    }
    if (items.empty() && !select.empty()) throw UsageError("the selection matches nothing");
    if (json) {
        auto document = nlohmann::json::array();
        for (const auto& item : items) document.push_back(to_json(item));
        std::cout << document.dump(2) << '\n';
        return ok;
    }
    std::size_t width = 0;
    for (const auto& item : items) width = std::max(width, item.id.size());
    for (const auto& item : items) {
        std::cout << fmt::format("{:{}}  {}", item.id, width, item.title);
        if (kind == "mutants") std::cout << "  [" << item.clauses.front() << ']';
        if (kind == "clauses") std::cout << fmt::format("  [{}, {}]", item.vendor, item.feature);
        std::cout << '\n';
    }
    return ok;
}

void print_file(const std::string& file) {
    std::ifstream in(file);
    std::cout << in.rdbuf();
}

int show(const std::string& id) {
    const auto catalogue = scenario::load_catalogue(fixtures_folder());
    if (const auto s = catalogue.scenarios.find(id); s != catalogue.scenarios.end()) {
        std::cout << s->second.text;
        return ok;
    }
    // The id in a file with a sweep: the file as it is.
    if (const auto s = catalogue.scenarios.lower_bound(id + "/");
        s != catalogue.scenarios.end() && s->second.place.file.ends_with("/" + id + ".yaml")) {
        print_file(s->second.place.file);
        return ok;
    }
    if (const auto d = catalogue.devices.find(id); d != catalogue.devices.end()) {
        print_file(d->second.place.file);
        // Comments, so that what is shown is a device file still.
        const ChosenDevice chosen{id, &d->second, nullptr};
        for (const auto& [name, s] : catalogue.scenarios)
            if (const auto why = chosen.obstacle(s);
                !why.empty() && std::ranges::count(d->second.vendors, s.vendor) != 0)
                std::cout << fmt::format("# not applicable: {}: {}\n", name, why);
        return ok;
    }
    if (const auto c = catalogue.clauses.find(id); c != catalogue.clauses.end()) {
        const auto& clause = c->second;
        std::cout << fmt::format("{}  {}  {}  {}\n{}\n", clause.id, clause.document,
                                 to_string(clause.level), clause.kind, clause.statement);
        if (!clause.argued.empty()) std::cout << "argued: " << clause.argued << '\n';
        for (const auto& [name, s] : catalogue.scenarios)
            if (std::ranges::find(s.clauses, id) != s.clauses.end())
                std::cout << "scenario: " << name << '\n';
        return ok;
    }
    if (const auto r = catalogue.readings.find(id); r != catalogue.readings.end()) {
        std::cout << r->second.id << "\n" << r->second.question << '\n';
        for (const auto& v : r->second.values)
            std::cout << fmt::format("  {}{}: {}\n", v.value,
                                     v.value == r->second.fallback ? " (default)" : "", v.meaning);
        std::cout << "why: " << r->second.why << '\n';
        return ok;
    }
    throw UsageError("nothing is called \"" + id +
                     "\"; `twinline list scenarios|clauses|readings|devices` shows what there is");
}

int lint(const std::vector<std::string>& files) {
    const auto faults = lint_files(fixtures_folder(), files);
    for (const auto& fault : faults) std::cout << fault.to_string() << '\n';
    return faults.empty() ? ok : bad_input;
}

}  // namespace

void add_catalogue_commands(CLI::App& app, Action& action) {
    struct Options {
        std::string kind = "scenarios", select, id;
        bool json = false;
        std::vector<std::string> files;
    };
    auto options = std::make_shared<Options>();

    auto* list_command =
        app.add_subcommand("list", "List scenarios, clauses, readings, devices or mutants");
    list_command->footer("Example: twinline list clauses --select 3263");
    list_command->add_option("KIND", options->kind, "What to list")
        ->check(CLI::IsMember(
            std::set<std::string>{"scenarios", "clauses", "readings", "devices", "mutants"}))
        ->capture_default_str();
    list_command->add_option("--select", options->select,
                             "Words joined by and, or, not, as pytest's -k");
    list_command->add_flag("--json", options->json, "One JSON document on standard output");
    list_command->callback([&action, options] {
        action = [options] { return list(options->kind, options->select, options->json); };
    });

    auto* show_command =
        app.add_subcommand("show", "Show one scenario, clause, reading or device, whole");
    show_command->footer("Example: twinline show RFC-3263-07");
    show_command->add_option("ID", options->id, "Its id")->required();
    show_command->callback(
        [&action, options] { action = [options] { return show(options->id); }; });

    auto* lint_command = app.add_subcommand(
        "lint",
        "Check scenarios, clauses, readings, devices and topologies; silent when all is well");
    lint_command->footer("Example: twinline lint my-scenario.yaml");
    lint_command->add_option("FILE", options->files, "Files to check; none: everything");
    lint_command->callback(
        [&action, options] { action = [options] { return lint(options->files); }; });
}

}  // namespace twinline::cli
