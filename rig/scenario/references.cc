// Cross references of the catalogue; a misspelt clause would otherwise be a verdict that no
// document backs.
#include "rig/scenario/references.hh"

#include "rig/scenario/yaml_reader.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

// The whole list of clauses would bury the message, so it names the nearest one only.
std::string nearest_of(std::string_view word, const Words& known) {
    std::string text = allowed_instead(word, known);
    return text.starts_with(",") ? text.substr(0, text.find(';')) : "";
}

template <typename Things>
void check_known(const Things& things, const std::string& id, std::string_view what,
                 const Place& place, std::vector<Fault>& faults) {
    if (things.contains(id)) return;
    Words known;
    for (const auto& [name, thing] : things) known.push_back(name);
    faults.push_back({place, "unknown " + std::string(what) + " \"" + id + "\"" +
                                 nearest_of(id, known) +
                                 "; allowed are the ids in fixtures/clauses"});
}

void check_value(const Reading& reading, const std::string& value, const Place& place,
                 std::vector<Fault>& faults) {
    Words allowed;
    for (const ReadingValue& candidate : reading.values) allowed.push_back(candidate.value);
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
    faults.push_back({place, "unknown value \"" + value + "\" of the reading " + reading.id +
                                 allowed_instead(value, allowed)});
}

}  // namespace

std::vector<Fault> dangling(const Scenario& scenario, const Catalogue& catalogue) {
    std::vector<Fault> faults;
    std::vector<std::string_view> told;  // those that an expectation names, at its own line
    for (const Expectation& expectation : scenario.expectations) {
        told.push_back(expectation.clause);
        check_known(catalogue.clauses, expectation.clause, "clause", expectation.place, faults);
        for (const auto& [reading, values] : expectation.when) {
            check_known(catalogue.readings, reading, "reading", expectation.place, faults);
            auto found = catalogue.readings.find(reading);
            if (found == catalogue.readings.end()) continue;
            for (const auto& value : values)
                check_value(found->second, value, expectation.place, faults);
        }
    }
    for (const std::string& clause : scenario.clauses) {
        if (std::find(told.begin(), told.end(), clause) != told.end()) continue;
        check_known(catalogue.clauses, clause, "clause", scenario.place, faults);
    }
    return faults;
}

std::vector<Fault> dangling(const Catalogue& catalogue) {
    std::vector<Fault> faults;
    for (const auto& [id, clause] : catalogue.clauses) {
        for (const std::string& reading : clause.readings) {
            check_known(catalogue.readings, reading, "reading", clause.place, faults);
        }
    }
    for (const auto& [id, reading] : catalogue.readings) {
        for (const std::string& clause : reading.clauses) {
            check_known(catalogue.clauses, clause, "clause", reading.place, faults);
        }
    }
    return faults;
}

std::vector<Fault> dangling(const Device& device, const Catalogue& catalogue) {
    std::vector<Fault> faults;
    for (const auto& inability : device.cannot) {
        const auto concerned = [&](const auto& scenario) {
            return inability.concerns(scenario.second);
        };
        if (std::ranges::none_of(catalogue.scenarios, concerned))
            faults.push_back({inability.place, "cannot: \"" + inability.scenarios +
                                                   "\" is no scenario; allowed is an id or what "
                                                   "--select takes, for one at least"});
    }
    return faults;
}

}  // namespace twinline::scenario
