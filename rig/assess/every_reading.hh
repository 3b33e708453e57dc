// A scenario under every admissible combination of the readings that it asks: the reference must
// pass them all, or a scenario holds our taste instead of the document.
#pragma once

#include "rig/assess/assess.hh"

#include <cstddef>
#include <vector>

namespace twinline::assess {

struct Combination {
    std::map<std::string, std::string, std::less<>> readings;  // those that were asked
    judge::Assessment assessment;
};

// Forks only where the phone asks: a question that no run meets costs nothing. Throws
// std::length_error when there are more than `most`.
std::vector<Combination> under_every_reading(const scenario::Scenario& scenario,
                                             const scenario::Catalogue& catalogue,
                                             const phone::Rules& rules,
                                             const std::string& device_name,
                                             judge::Strictness strictness, std::uint64_t seed,
                                             std::size_t most = 5000);

}  // namespace twinline::assess
