// The kill matrix of some scenarios, and the reference under the default readings.
#include "rig/assess/qualification.hh"

#include "rig/assess/rehearsal.hh"

namespace twinline::assess {

namespace {

constexpr std::uint64_t seed = 1;

}  // namespace

Qualified qualify(const scenario::Catalogue& catalogue, judge::Strictness strictness) {
    Qualified all;
    std::vector<const scenario::Scenario*> scenarios;
    for (const auto& [id, scenario] : catalogue.scenarios) {
        scenarios.push_back(&scenario);
        const auto assessment = Rehearsal(scenario, catalogue, seed).reference({}, strictness);
        if (assessment.verdict != judge::Verdict::pass) all.not_passed.push_back(id);
    }
    all.scenarios = scenarios.size();
    std::vector<const mutants::Mutant*> library;
    for (const auto& mutant : mutants::all())
        if (!scenarios_of(catalogue, mutant.clause).empty()) library.push_back(&mutant);
    all.mutants = library.size();
    for (const auto& kill : kill_matrix(library, scenarios, catalogue, Scope::own_clause, seed))
        if (kill.named_by.empty()) all.survivors.emplace_back(kill.mutant->id);
    return all;
}

}  // namespace twinline::assess
