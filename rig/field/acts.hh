// What the user of a field phone did, and those who called it: calls made, taken and ended, the
// registration given up and taken again.
#pragma once

#include "rig/field/environment.hh"

namespace twinline::field {

// Fills in the acts of `met`, whose servers are known, with whom was called and what cannot be
// followed.
void read_acts(const Phone& phone, Environment& met);

}  // namespace twinline::field
