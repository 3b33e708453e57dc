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

// What the count says from look to look.
class WaitMeter {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit WaitMeter(Time begin) : looked_(begin) {}

    // Since the last look. Nothing waits longer than there was time: a kernel that says so (seen on
    // Linux 6.18, where it presumably counted a sleep) is not believed, and the count is zero.
    std::chrono::nanoseconds more(std::chrono::nanoseconds count, Time now);

  private:
    Time looked_;
    std::chrono::nanoseconds count_{};
};

}  // namespace twinline::testbed
