// Names that point from one file to another: loading one file cannot see them, loading all of them
// must.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <vector>

namespace twinline::scenario {

// What a scenario names and the catalogue lacks: clauses, readings and their values.
std::vector<Fault> dangling(const Scenario& scenario, const Catalogue& catalogue);
// The same between clauses and readings.
std::vector<Fault> dangling(const Catalogue& catalogue);
// What a device cannot and no scenario asks: a matter of lint, since a folder may hold few of them.
std::vector<Fault> dangling(const Device& device, const Catalogue& catalogue);

}  // namespace twinline::scenario
