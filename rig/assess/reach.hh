// Whether the reference ever comes to what a scenario expects: a window that opens at an event
// which never happens, or that the end cuts off, says nothing of any phone.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <vector>

namespace twinline::assess {

// The expectations that cannot be answered in virtual time, each at its place with the reason.
// Those under guards are tried under the answers that they want. The scenario's configuration must
// be usable.
std::vector<scenario::Fault> unreached(const scenario::Scenario& scenario,
                                       const scenario::Catalogue& catalogue);

}  // namespace twinline::assess
