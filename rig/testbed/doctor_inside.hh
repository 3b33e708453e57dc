// The doctor's checks of the kernel, which only the lab's own namespaces can answer.
#pragma once

#include "rig/testbed/doctor.hh"

#include <vector>

namespace twinline::testbed {

// Enters the namespaces in a throw-away child. When that fails, the one check says so.
std::vector<Check> doctor_inside();

}  // namespace twinline::testbed
