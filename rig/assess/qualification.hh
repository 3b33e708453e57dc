// What this rig is able to notice with these scenarios: the reference must pass each, and every
// broken phone of the library that one of them is there to catch must be caught by its own clause.
#pragma once

#include "rig/assess/kill_matrix.hh"
#include "rig/judge/judge.hh"

#include <string>
#include <vector>

namespace twinline::assess {

struct Qualified {
    std::size_t scenarios = 0;
    std::vector<std::string> not_passed;  // scenarios
    std::size_t mutants = 0;
    std::vector<std::string> survivors;  // mutants
};

// In virtual time, over all scenarios of the catalogue given.
Qualified qualify(const scenario::Catalogue& catalogue, judge::Strictness strictness);

}  // namespace twinline::assess
