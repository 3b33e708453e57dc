// The stage of a capture as a scenario that stands by itself: what was settled on the stage is
// written into its configuration, its servers and phones have addresses that a lab has.
#pragma once

#include "rig/field/stage.hh"

#include <map>
#include <string>

namespace twinline::field {

// Without expectations. `name` is that of its id.
scenario::Scenario draft_of(const Stage& stage, const Settings& settings, const std::string& name);

// A fault that was noticed by a later request began at any time since the one before: soon after
// that is well before whenever another phone sends the next.
scenario::Scenario with_early_faults(scenario::Scenario scenario);

// Each word of `text` that has another one in its place, which may hold dots and hyphens; all at
// once, so that what is put in is not replaced again.
using Replacements = std::map<std::string, std::string, std::less<>>;
std::string replaced(std::string_view text, const Replacements& replacements);
// In every text of it.
void replace_all(scenario::Scenario& scenario, const Replacements& replacements);

// Who registers, as the scenario's own configuration says. False where that says too little.
bool renew_users(scenario::Scenario& scenario);

}  // namespace twinline::field
