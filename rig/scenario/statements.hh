// A catalogue without its scenarios: for whoever loads the scenarios one file at a time.
#pragma once

#include "rig/scenario/catalogue.hh"

namespace twinline::scenario {

// Clauses, readings and devices under a fixtures folder, checked as load_catalogue does. Throws
// BadInput.
Catalogue load_without_scenarios(const std::filesystem::path& fixtures);

}  // namespace twinline::scenario
