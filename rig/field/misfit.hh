// Whether the configuration can be this phone's: a file picked by mistake, or one that cannot be
// inferred, makes a comparison that says nothing, and must not pass for one.
#pragma once

#include "rig/field/explain.hh"

#include <string>

namespace twinline::field {

// One sentence, where the reference asks none of the servers that the phone asked, and a file that
// was given names none of the domains at which it registers; else empty. `told` has its `expected`.
std::string misfit(const Explanation& told);

}  // namespace twinline::field
