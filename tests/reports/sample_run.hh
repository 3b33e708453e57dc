// A made-up run of three scenarios, drawn by the tests of the HTML report.
#pragma once

#include "reports/html.hh"

namespace twinline::reports::sample {

// The device leaves the silent primary a whole transaction too late; the twin does it when timer F
// fires.
timeline::Timeline late_device();
timeline::Timeline prompt_twin();

std::vector<ScenarioReport> scenarios();
RunReport run(const std::vector<ScenarioReport>& told = scenarios());

}  // namespace twinline::reports::sample
