// The section of one scenario in the HTML report.
#pragma once

#include "reports/html.hh"

#include <cstddef>
#include <string>
#include <string_view>

namespace twinline::reports {

// Everything between the section's head and its end. `number`, from 1, makes its ids unique.
std::string scenario_body(const ScenarioReport& report, std::size_t number);
// Without ladders and events.
std::string scenario_brief(const ScenarioReport& report);
// What is clean stays folded: the reader comes for the rest.
bool needs_a_look(const judge::Assessment& assessment);

std::string badge(judge::Verdict verdict);
// Of the worst that was found of a clause.
std::string clause_badge(judge::Weight worst);
// The id at which a link finds the scenario, whatever its number.
std::string scenario_anchor(const std::string& scenario);

}  // namespace twinline::reports
