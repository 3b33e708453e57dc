// The rig proves itself: which scenario catches which phone with one thing wrong. A phone that
// answers one open question two ways breaks no scenario by itself; the campaign joined catches it.
#pragma once

#include "reference_impl/mutants/mutants.hh"
#include "rig/scenario/catalogue.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::assess {

struct Kill {
    const mutants::Mutant* mutant;
    std::vector<std::string> killed_by;  // scenarios in which anything weighs against it
    // The first of them in which its own clause does, with the weight of the clause's level (must:
    // fail, should: deviation, observed: an observation that the reference does not earn); empty:
    // it survives, or is caught by another clause.
    std::string named_by;
    // Admissible answers to the open questions explain it wherever its clause is named: it is no
    // mutant at all. Known only when it was looked for.
    bool explained = false;
};

enum class Scope {
    own_clause,  // the scenarios that judge the mutant's clause
    vendors      // all of the vendors that have such a scenario
};

// In virtual time under the default readings, as many scenarios at once as there are cores. A
// scenario that is not in `scenarios` is left out. In the order of `some`.
std::vector<Kill> kill_matrix(const std::vector<const mutants::Mutant*>& some,
                              const std::vector<const scenario::Scenario*>& scenarios,
                              const scenario::Catalogue& catalogue, Scope scope,
                              std::uint64_t seed);

// Looks for answers that explain each phone that is caught by its clause.
void look_for_explanations(std::vector<Kill>& kills,
                           const std::vector<const scenario::Scenario*>& scenarios,
                           const scenario::Catalogue& catalogue, std::uint64_t seed);

// The scenarios with an expectation of this clause, by id.
std::vector<const scenario::Scenario*> scenarios_of(const scenario::Catalogue& catalogue,
                                                    std::string_view clause);

}  // namespace twinline::assess
