// A scenario under every admissible combination of the readings that it asks: the reference must
// pass them all, or a scenario holds our taste instead of the document.
#pragma once

#include "rig/assess/assess.hh"

#include <cstddef>
#include <vector>

namespace twinline::assess {

struct EveryReading {
    judge::Assessment worst;       // its `readings` are the combination; ties: the first one
    std::size_t combinations = 0;  // that were tried, each for all that it cannot be told from
    std::size_t questions = 0;     // that were asked under any of them
    bool complete = true;          // false: there are more than `most`
};

EveryReading under_every_reading(const scenario::Scenario& scenario,
                                 const scenario::Catalogue& catalogue, judge::Strictness strictness,
                                 std::uint64_t seed, std::size_t most = 50000);

}  // namespace twinline::assess
