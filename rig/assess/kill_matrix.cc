// In virtual time, each scenario once; where the reference has to be heard too, twice.
#include "rig/cli/kills.hh"

#include "rig/assess/assess.hh"
#include "rig/judge/weigh.hh"

#include <algorithm>

namespace twinline::cli {

namespace {

std::ptrdiff_t breaches(const judge::Assessment& a, std::string_view clause, judge::Weight weight) {
    return std::ranges::count_if(a.findings, [&](const judge::Finding& finding) {
        return finding.weight == weight && finding.clause == clause;
    });
}

}  // namespace

Kill try_mutant(const mutants::Mutant& mutant,
                const std::vector<const scenario::Scenario*>& scenarios,
                const scenario::Catalogue& catalogue, std::uint64_t seed) {
    Kill kill{&mutant, {}, {}};
    const auto level = judge::level_of(catalogue.clauses, mutant.clause);
    const auto own_weight = judge::breach_of(level);
    for (const auto* scenario : scenarios) {
        const auto judged =
            assess::simulate(*scenario, catalogue, &mutant.defect, std::string(mutant.id),
                             judge::Strictness::lenient, seed);
        const bool weighs =
            std::ranges::any_of(judged.assessment.findings, [](const judge::Finding& finding) {
                return finding.weight == judge::Weight::fail ||
                       finding.weight == judge::Weight::deviation;
            });
        auto named = breaches(judged.assessment, mutant.clause, own_weight);
        if (level == scenario::Level::observed && named > 0)
            named -= breaches(assess::simulate(*scenario, catalogue, nullptr, "reference",
                                               judge::Strictness::lenient, seed)
                                  .assessment,
                              mutant.clause, own_weight);
        if (weighs || named > 0) kill.killed_by.push_back(scenario->id);
        if (named > 0 && kill.named_by.empty()) kill.named_by = scenario->id;
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
