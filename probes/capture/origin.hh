// Wall time at which the run clock stood at zero: what maps the kernel's stamps, and a file's, on
// the run clock.
#pragma once

#include <chrono>

namespace twinline::capture {

using Origin = std::chrono::sys_time<std::chrono::nanoseconds>;

}  // namespace twinline::capture
