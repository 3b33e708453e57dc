// The wall clock of the lab, on which capture stamps, the twin's decisions and the rig's own
// stimuli are compared. The run maps it on the run clock, which has no now().
#pragma once

#include <chrono>

namespace twinline::testbed {

using Duration = std::chrono::nanoseconds;
using Wall = std::chrono::sys_time<std::chrono::nanoseconds>;  // CLOCK_REALTIME, as libpcap stamps

inline Wall wall_now() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

}  // namespace twinline::testbed
