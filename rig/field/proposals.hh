// What can be expected of a phone where another one does otherwise: statements that hold for the
// reference and not for it, the earliest difference first. Whether each really tells the two apart
// is for a trial to say.
#pragma once

#include "rig/scenario/scenario.hh"

#include <map>
#include <string>
#include <vector>

namespace twinline::field {

struct Proposal {
    scenario::Expectation expectation;
    std::map<std::string, scenario::Pattern, std::less<>> events;  // that it names
    timeline::Instant at{};                                        // of the difference
};

// `references`: the reference with one seed each, so that it is seen where it is free.
std::vector<Proposal> proposals(const scenario::Scenario& scenario,
                                const std::vector<timeline::Timeline>& references,
                                const timeline::Timeline& other, const std::string& clause);

}  // namespace twinline::field
