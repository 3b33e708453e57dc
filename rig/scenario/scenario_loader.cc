// Scenarios: the head, the named events, the timeline and the expectations, in the order in which
// each needs the former.
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/expectation_loader.hh"
#include "rig/scenario/file_checks.hh"
#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/step_loader.hh"
#include "rig/scenario/sweep.hh"
#include "rig/scenario/vendors.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>
#include <map>
#include <system_error>

namespace twinline::scenario {

namespace {

class ScenarioLoader {
  public:
    ScenarioLoader(const std::filesystem::path& file, Variant variant)
        : file_(file),
          suffix_(std::move(variant.suffix)),
          document_(file, std::move(variant.text)),
          map_(document_.root, document_.faults, "a scenario",
               {"id", "catalogue", "title", "story", "vendor", "firmware", "feature", "tier",
                "tags", "clauses", "topology", "sweep", "config", "events", "timeline", "limit",
                "expect"}) {}

    Scenario load(const std::filesystem::path& topologies) {
        find_topology(topologies);
        return load();
    }

    Scenario load(const Topology& topology) {
        std::string name = map_.text("topology");
        if (!name.empty() && name != topology.id) {
            document_.faults.add(
                *map_.find("topology"),
                "topology \"" + name + "\" is not the one at hand; allowed is " + topology.id);
        }
        result_.topology = topology;
        return load();
    }

  private:
    Scenario load() {
        load_head();
        load_events();
        if (auto timeline = map_.require("timeline")) {
            result_.steps = load_steps(*timeline, document_.faults, result_);
        }
        result_.limit = map_.duration("limit");
        if (auto expect = map_.require("expect")) {
            for (const YAML::Node& node : read_items(*expect, document_.faults, "expect")) {
                result_.expectations.push_back(load_expectation(node, document_.faults, result_));
            }
        }
        check_waits();
        join_clauses();
        document_.faults.check();
        return std::move(result_);
    }

    void find_topology(const std::filesystem::path& topologies) {
        std::string name = map_.text("topology");
        if (name.empty()) return;
        std::vector<std::string> present;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(topologies, error)) {
            if (entry.path().extension() == ".yaml")
                present.push_back(entry.path().stem().string());
        }
        // One of its own lies beside the scenario: what is made of a capture brings it along.
        auto topology = topologies / (name + ".yaml");
        if (const auto own = file_.parent_path() / (name + ".yaml");
            !std::filesystem::exists(topology, error) && std::filesystem::exists(own, error)) {
            topology = own;
            present.push_back(name);
        }
        std::sort(present.begin(), present.end());
        if (!check_word(*map_.find("topology"), document_.faults, "topology", name,
                        {present.begin(), present.end()})) {
            return;
        }
        try {
            result_.topology = load_topology(topology);
        } catch (const BadInput& bad) {
            document_.faults.add(bad.faults());
        }
    }

    void load_head() {
        result_.place = map_.place();
        result_.id = map_.text("id");
        result_.catalogue = map_.text("catalogue", "");
        result_.title = map_.text("title");
        result_.story = map_.text("story");
        result_.vendor = map_.word("vendor", vendors());
        result_.firmware = map_.number("firmware", 1, 999).value_or(0);
        result_.feature = map_.text("feature");
        result_.tier = map_.number("tier", 1, 2).value_or(1);
        result_.tags = map_.texts("tags");
        result_.clauses = map_.texts("clauses");
        result_.config = map_.text("config");
        if (auto config = map_.find("config"))
            result_.config_line = document_.content_line(*config);
        check_id();
        result_.id += suffix_;
        result_.text = document_.text;
    }

    void check_id() {
        check_path(map_, result_.id, file_, "scenarios");
        std::string prefix = result_.vendor + "/" + result_.feature + "/";
        if (result_.id.empty() || result_.vendor.empty() || result_.feature.empty()) return;
        if (!result_.id.starts_with(prefix) || !is_name(result_.id.substr(prefix.size()))) {
            document_.faults.add(*map_.find("id"),
                                 "id \"" + result_.id +
                                     "\" is not of its vendor and feature; allowed is " + prefix +
                                     "NAME");
        }
    }

    void load_events() {
        std::optional<YAML::Node> events = map_.find("events");
        if (!events) return;
        for (const auto& [name, node] : read_pairs(*events, document_.faults, "events")) {
            if (!is_name(name) || name == "start" || name == "power-on" || name == "end") {
                document_.faults.add(
                    node, "event \"" + name +
                              "\" is no free name; allowed are a-z, 0-9 and hyphens, and not "
                              "start, power-on, end");
            }
            result_.events[name] =
                load_pattern(node, document_.faults, result_.topology, PatternUse::event);
        }
        for (const auto& [name, pattern] : result_.events) check_after(name, pattern);
    }

    // Events that wait for one another in a ring would never happen.
    void check_after(const std::string& name, const Pattern& pattern) {
        if (pattern.after.empty()) return;
        Words allowed = names_of(result_, {"start", "power-on"});
        if (std::find(allowed.begin(), allowed.end(), pattern.after) == allowed.end()) {
            document_.faults.add(pattern.place, "unknown event \"" + pattern.after + "\"" +
                                                    allowed_instead(pattern.after, allowed));
            return;
        }
        std::string next = pattern.after;
        for (std::size_t i = 0; i <= result_.events.size(); ++i) {
            auto found = result_.events.find(next);
            if (found == result_.events.end()) return;
            if (found->first == name) {
                document_.faults.add(
                    pattern.place,
                    "event \"" + name + "\" comes after itself; allowed is an order without rings");
                return;
            }
            next = found->second.after;
        }
    }

    // What the rig itself tells it tells the judge: a step that waited for it would never come.
    void check_waits() {
        for (const auto& step : result_.steps) {
            auto waits_for = result_.events.find(step.when.event);
            for (std::size_t i = 0; i < result_.events.size(); ++i) {
                if (waits_for == result_.events.end()) break;
                const auto& [name, pattern] = *waits_for;
                if (pattern.kind.starts_with("rig."))
                    document_.faults.add(step.when.place,
                                         "\"" + to_text(step) + "\" waits for \"" + name +
                                             "\", which no packet tells; allowed are events of "
                                             "the wire");
                waits_for = result_.events.find(pattern.after);
            }
        }
    }

    void join_clauses() {
        for (const Expectation& expectation : result_.expectations) {
            auto& clauses = result_.clauses;
            if (std::find(clauses.begin(), clauses.end(), expectation.clause) == clauses.end()) {
                clauses.push_back(expectation.clause);
            }
        }
    }

    std::filesystem::path file_;
    std::string suffix_;
    Document document_;
    Map map_;
    Scenario result_;
};

template <typename Topologies>
std::vector<Scenario> load_all(const std::filesystem::path& file, const Topologies& topologies) {
    std::vector<Scenario> scenarios;
    std::vector<Fault> faults;
    Document document(file);
    for (auto& variant : variants_of(document)) {
        try {
            scenarios.push_back(ScenarioLoader(file, std::move(variant)).load(topologies));
        } catch (const BadInput& bad) {  // most faults are those of every variant
            for (const auto& fault : bad.faults())
                if (std::none_of(faults.begin(), faults.end(), [&](const Fault& former) {
                        return former.to_string() == fault.to_string();
                    }))
                    faults.push_back(fault);
        }
    }
    if (!faults.empty()) throw BadInput(std::move(faults));
    return scenarios;
}

template <typename Topologies>
Scenario load_one(const std::filesystem::path& file, const Topologies& topologies) {
    auto scenarios = load_all(file, topologies);
    if (scenarios.size() != 1)
        throw BadInput({{scenarios.front().place, "a sweep of " + std::to_string(scenarios.size()) +
                                                      " scenarios; allowed is one here"}});
    return std::move(scenarios.front());
}

}  // namespace

std::vector<Scenario> load_scenarios(const std::filesystem::path& file,
                                     const std::filesystem::path& topologies) {
    return load_all(file, topologies);
}

Scenario load_scenario(const std::filesystem::path& file, const std::filesystem::path& topologies) {
    return load_one(file, topologies);
}

Scenario load_scenario(const std::filesystem::path& file, const Topology& topology) {
    return load_one(file, topology);
}

}  // namespace twinline::scenario
