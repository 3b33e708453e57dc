// The reference against chance: scenarios played with one seed and one set of answers after the
// other, drawn by lot, in a network that is never quite the same. A rig that fails its own
// reference now and then cannot fail anybody.
#pragma once

#include "rig/assess/assess.hh"

#include <cstddef>
#include <vector>

namespace twinline::assess {

struct SeededRuns {
    std::size_t runs = 0;
    std::vector<judge::Assessment> against;  // those that do not pass, with their readings
    std::vector<std::uint64_t> seeds;        // of these
};

// `count` runs, as evenly over the scenarios as they go. `seed` decides everything that is drawn.
SeededRuns seeded_runs(const std::vector<const scenario::Scenario*>& scenarios,
                       const scenario::Catalogue& catalogue, std::size_t count,
                       judge::Strictness strictness, std::uint64_t seed);

}  // namespace twinline::assess
