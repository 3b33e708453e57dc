// Phones with one rule set wrong each: what the rig must catch, with the clause that each breaks.
#pragma once

#include "reference_impl/phone/rules.hh"

#include <string_view>
#include <vector>

namespace twinline::mutants {

struct Mutant {
    std::string_view id;      // "reuses-branch"
    std::string_view clause;  // "RFC-3261-0811"
    std::string_view title;   // what it does wrong, for a person
    phone::Rules rules;
};

const std::vector<Mutant>& all();
const Mutant* find(std::string_view id);

}  // namespace twinline::mutants
