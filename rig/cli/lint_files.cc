// A scenario's configuration is read too: its faults are told on the scenario's own lines.
#include "rig/cli/lint_files.hh"

#include "rig/assess/reach.hh"
#include "rig/scenario/references.hh"
#include "rig/shadow/play.hh"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace twinline::cli {

namespace {

using scenario::Fault;

enum class Kind { scenario, topology, clauses, readings, device, unknown };

Kind kind_of(const std::string& file) {
    const auto root = YAML::LoadFile(file);
    if (!root.IsMap()) return Kind::unknown;
    if (root["clauses"] && root["clauses"].IsSequence() && !root["expect"]) return Kind::clauses;
    if (root["readings"]) return Kind::readings;
    if (root["hosts"] || root["zone"]) return Kind::topology;
    if (root["start"] || root["capabilities"] || root["handset"]) return Kind::device;
    return Kind::scenario;
}

void add(std::vector<Fault>& faults, const std::vector<Fault>& more) {
    faults.insert(faults.end(), more.begin(), more.end());
}

void check_scenario(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                    std::vector<Fault>& faults) {
    add(faults, scenario::lint(scenario, catalogue));
    shadow::configuration_of(scenario);
    add(faults, assess::unreached(scenario, catalogue));
}

void check_file(const std::string& file, const std::filesystem::path& fixtures,
                const scenario::Catalogue& catalogue, std::vector<Fault>& faults) {
    switch (kind_of(file)) {
        case Kind::clauses:
            scenario::load_clauses(file);
            break;
        case Kind::readings:
            scenario::load_readings(file);
            break;
        case Kind::topology:
            scenario::load_topology(file);
            break;
        case Kind::device:
            add(faults, scenario::dangling(scenario::load_device(file), catalogue));
            break;
        case Kind::scenario:
            for (const auto& own : scenario::load_scenarios(file, fixtures / "topologies"))
                check_scenario(own, catalogue, faults);
            break;
        case Kind::unknown:
            faults.push_back(
                {{file, 1}, "is no scenario, topology, clause, reading or device file"});
    }
}

template <typename Check>
void gather(std::vector<Fault>& faults, const Check& check) {
    try {
        check();
    } catch (const scenario::BadInput& bad) {
        add(faults, bad.faults());
    }
}

// A folder stands for the YAML files in it, in order.
std::vector<std::string> expand(const std::vector<std::string>& paths, std::vector<Fault>& faults) {
    std::vector<std::string> files;
    for (const auto& path : paths) {
        if (!std::filesystem::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::string> inside;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file() && entry.path().extension() == ".yaml")
                inside.push_back(entry.path().string());
        if (inside.empty()) faults.push_back({{path, 0}, "holds no YAML file"});
        std::ranges::sort(inside);
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

}  // namespace

std::vector<Fault> lint_files(const std::filesystem::path& fixtures,
                              const std::vector<std::string>& files) {
    std::vector<Fault> faults;
    scenario::Catalogue catalogue;
    gather(faults, [&] { catalogue = scenario::load_catalogue(fixtures); });
    if (files.empty()) {
        for (const auto& [id, scenario] : catalogue.scenarios)
            gather(faults, [&] { check_scenario(scenario, catalogue, faults); });
        for (const auto& [id, device] : catalogue.devices)
            add(faults, scenario::dangling(device, catalogue));
        return faults;
    }
    for (const auto& file : expand(files, faults)) {
        if (!std::ifstream(file)) {
            faults.push_back({{file, 0}, "cannot be read"});
            continue;
        }
        try {
            gather(faults, [&] { check_file(file, fixtures, catalogue, faults); });
        } catch (const YAML::Exception& e) {
            faults.push_back(
                {{file, static_cast<unsigned>(e.mark.line + 1)}, "is no YAML: " + e.msg});
        }
    }
    return faults;
}

}  // namespace twinline::cli
