// How long a process has been ready to run without a processor: what it did late meanwhile is the
// machine's doing, not its own.
#pragma once

#include <chrono>
#include <string_view>
#include <sys/types.h>

namespace twinline::testbed {

// Of the thread that waited most, since it began. Zero where the kernel does not count it.
std::chrono::nanoseconds processor_wait(pid_t process);

// The second number of /proc/PID/schedstat; zero for any other text.
std::chrono::nanoseconds read_schedstat(std::string_view text);

}  // namespace twinline::testbed
