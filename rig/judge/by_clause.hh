// A verdict for each documented clause, over all the scenarios that put it to the test: what a
// certificate is about.
#pragma once

#include "rig/judge/assessment.hh"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::judge {

struct ClauseVerdict {
    Weight worst = Weight::ok;  // ok, observation, deviation or fail
    scenario::Level level = scenario::Level::must;
    std::vector<std::string> scenarios;  // those that found the worst, each once
};

// "passed", "otherwise" (an observed value is another), "deviation", "failed".
std::string_view word_of(Weight worst);

// By clause. A scenario that ended inconclusive or in an error says nothing of a clause.
std::map<std::string, ClauseVerdict, std::less<>> by_clause(
    std::span<const Assessment> assessments);

}  // namespace twinline::judge
