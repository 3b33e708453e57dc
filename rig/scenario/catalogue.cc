// Loads a whole fixtures folder and reports the faults of all its files at once, each once:
// scenarios share topologies.
#include "rig/scenario/catalogue.hh"

#include "rig/scenario/references.hh"
#include "rig/scenario/statements.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>
#include <system_error>

namespace twinline::scenario {

namespace {

// Sorted, because the order of a directory depends on the machine.
std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    if (!std::filesystem::exists(folder)) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().extension() == ".yaml")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

class CatalogueLoader {
  public:
    explicit CatalogueLoader(std::filesystem::path fixtures) : fixtures_(std::move(fixtures)) {
        if (!std::filesystem::is_directory(fixtures_)) {
            throw std::system_error(std::make_error_code(std::errc::not_a_directory),
                                    "open " + fixtures_.string());
        }
    }

    Catalogue load() {
        load_beside_scenarios();
        for (const auto& file : yaml_files(fixtures_ / "topologies"))
            guard([&] { load_topology(file); });
        for (const auto& file : yaml_files(fixtures_ / "scenarios")) {
            guard([&] {
                for (auto& scenario : load_scenarios(file, fixtures_ / "topologies"))
                    add(catalogue_.scenarios, std::move(scenario), "scenario");
            });
        }
        return checked();
    }

    Catalogue load_without_scenarios() {
        load_beside_scenarios();
        return checked();
    }

  private:
    void load_beside_scenarios() {
        for (const auto& file : yaml_files(fixtures_ / "clauses"))
            guard([&] { load_statements(file); });
        for (const auto& file : yaml_files(fixtures_ / "devices")) {
            guard([&] { add(catalogue_.devices, load_device(file), "device"); });
        }
    }

    Catalogue checked() {
        // A clause file with a fault has no clauses here; what names them is not at fault.
        if (faults_.empty()) check_references();
        if (!faults_.empty()) throw BadInput(std::move(faults_));
        return std::move(catalogue_);
    }

    template <typename Load>
    void guard(Load load) {
        try {
            load();
        } catch (const BadInput& bad) {
            add(bad.faults());
        }
    }

    void add(const std::vector<Fault>& faults) {
        for (const Fault& fault : faults) {
            bool known = std::any_of(faults_.begin(), faults_.end(), [&](const Fault& former) {
                return former.to_string() == fault.to_string();
            });
            if (!known) faults_.push_back(fault);
        }
    }

    template <typename Thing>
    void add(std::map<std::string, Thing, std::less<>>& things, Thing thing,
             std::string_view what) {
        Place place = thing.place;
        std::string id = thing.id;
        auto [former, added] = things.emplace(id, std::move(thing));
        if (added) return;
        faults_.push_back({place, std::string(what) + " \"" + id + "\" is there already, at " +
                                      former->second.place.to_string() +
                                      "; allowed is each id once"});
    }

    // Clauses and readings lie in one folder; the key at the top tells them apart.
    void load_statements(const std::filesystem::path& file) {
        if (Document document(file); document.root.IsMap() && document.root["readings"]) {
            for (Reading& reading : load_readings(file)) {
                add(catalogue_.readings, std::move(reading), "reading");
            }
        } else {
            for (Clause& clause : load_clauses(file))
                add(catalogue_.clauses, std::move(clause), "clause");
        }
    }

    void load_topology(const std::filesystem::path& file) { scenario::load_topology(file); }

    void check_references() {
        add(dangling(catalogue_));
        for (const auto& [id, scenario] : catalogue_.scenarios) add(dangling(scenario, catalogue_));
    }

    std::filesystem::path fixtures_;
    Catalogue catalogue_;
    std::vector<Fault> faults_;
};

}  // namespace

Catalogue load_catalogue(const std::filesystem::path& fixtures) {
    return CatalogueLoader(fixtures).load();
}

Catalogue load_without_scenarios(const std::filesystem::path& fixtures) {
    return CatalogueLoader(fixtures).load_without_scenarios();
}

}  // namespace twinline::scenario
