// report.json: what the page says in a form for scripts, without the findings of each scenario,
// which results.jsonl has.
#pragma once

#include "reports/html.hh"

#include <string>

namespace twinline::reports {

// {device, firmware, started, verdicts: {VERDICT: COUNT}, clauses: [{id, level, verdict,
// scenarios}], against: [{with, same, new, gone, scenarios: [{scenario, before, now, change,
// unsteady}], clauses: [{clause, before, now, change, scenarios}]}], unsteady: [{scenario,
// verdicts}]}
std::string report_json(const RunReport& run);

}  // namespace twinline::reports
