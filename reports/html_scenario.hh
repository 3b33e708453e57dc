// The section of one scenario in the HTML report.
#pragma once

#include "reports/html.hh"

#include <cstddef>
#include <string>
#include <string_view>

namespace twinline::reports {

// `number`, from 1, makes the ids of the section unique: its own is "sNUMBER".
std::string scenario_section(const ScenarioReport& report, std::size_t number);

std::string badge(judge::Verdict verdict);

}  // namespace twinline::reports
