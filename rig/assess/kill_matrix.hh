// Which scenario catches which phone with one rule set wrong.
#pragma once

#include "reference_impl/mutants/mutants.hh"
#include "rig/scenario/catalogue.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::cli {

struct Kill {
    const mutants::Mutant* mutant;
    std::vector<std::string> killed_by;  // scenarios in which anything weighs against it
    // The first of them in which its own clause does, with the weight of the clause's level (must:
    // fail, should: deviation, observed: an observation that the reference does not earn); empty:
    // it survives, or is caught by another clause.
    std::string named_by;
};

Kill try_mutant(const mutants::Mutant& mutant,
                const std::vector<const scenario::Scenario*>& scenarios,
                const scenario::Catalogue& catalogue, std::uint64_t seed);

// The scenarios with an expectation of this clause, by id.
std::vector<const scenario::Scenario*> scenarios_of(const scenario::Catalogue& catalogue,
                                                    std::string_view clause);

}  // namespace twinline::cli
