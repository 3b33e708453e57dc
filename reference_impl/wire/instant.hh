// The run clock of the reference: nanoseconds since the run began. It has no now(); time always
// comes in as an argument, so the same phone lives in virtual time and in the lab.
#pragma once

#include <chrono>

namespace twinline::wire {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::local_time<Duration>;

}  // namespace twinline::wire
