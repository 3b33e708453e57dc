// The parts of the page that are read first in the morning: what changed, and each clause's
// verdict.
#pragma once

#include "reports/html.hh"

namespace twinline::reports {

// What is worse, better or unsteady; empty when there is nothing to compare with and nothing that
// is unsteady.
std::string changes_section(const RunReport& run);
// Every clause that was put to the test, the broken first.
std::string clauses_section(const RunReport& run);

// By scenario, the words that the filters of the page know: "worse", "better", "unsteady".
std::map<std::string, std::vector<std::string>> change_words(const RunReport& run);

}  // namespace twinline::reports
