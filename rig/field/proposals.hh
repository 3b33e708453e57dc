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

// A phone that was made of the reference shares what no rule asks for: how it calls itself, what it
// supports. A phone of the field has that of its own.
enum class Manners { shared, its_own };

// `references`: the reference with one seed each, so that it is seen where it is free.
std::vector<Proposal> proposals(const scenario::Scenario& scenario,
                                const std::vector<timeline::Timeline>& references,
                                const timeline::Timeline& other, Manners manners,
                                const std::string& clause);

}  // namespace twinline::field
