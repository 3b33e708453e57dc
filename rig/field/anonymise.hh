// A scenario that says nothing of whose it was: names, numbers, addresses, passwords and whatever
// else its configuration tells are replaced, each by the same thing wherever it stands.
#pragma once

#include "rig/field/showing.hh"

namespace twinline::field {

// It still shows what it showed. Throws CannotReproduce where that cannot be.
scenario::Scenario anonymised(const scenario::Scenario& scenario, const Showing& showing);

}  // namespace twinline::field
