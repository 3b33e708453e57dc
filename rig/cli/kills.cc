// In virtual time, each scenario once.
#include "rig/cli/kills.hh"

#include "rig/assess/assess.hh"

#include <algorithm>

namespace twinline::cli {

Kill try_mutant(const mutants::Mutant& mutant,
                const std::vector<const scenario::Scenario*>& scenarios,
                const scenario::Catalogue& catalogue, std::uint64_t seed) {
    Kill kill{&mutant, {}, {}};
    const bool must =
        catalogue.clauses.at(std::string(mutant.clause)).level == scenario::Level::must;
    const auto own_weight = must ? judge::Weight::fail : judge::Weight::deviation;
    for (const auto* scenario : scenarios) {
        const auto judged =
            assess::simulate(*scenario, catalogue, &mutant.defect, std::string(mutant.id),
                             judge::Strictness::lenient, seed);
        bool weighs = false, names = false;
        for (const auto& finding : judged.assessment.findings) {
            weighs = weighs || finding.weight == judge::Weight::fail ||
                     finding.weight == judge::Weight::deviation;
            names = names || (finding.weight == own_weight && finding.clause == mutant.clause);
        }
        if (weighs) kill.killed_by.push_back(scenario->id);
        if (names && kill.named_by.empty()) kill.named_by = scenario->id;
    }
    return kill;
}

std::vector<const scenario::Scenario*> scenarios_of(const scenario::Catalogue& catalogue,
                                                    std::string_view clause) {
    std::vector<const scenario::Scenario*> some;
    for (const auto& [id, scenario] : catalogue.scenarios)
        if (std::ranges::any_of(scenario.expectations, [&](const scenario::Expectation& wanted) {
                return wanted.clause == clause;
            }))
            some.push_back(&scenario);
    return some;
}

}  // namespace twinline::cli
