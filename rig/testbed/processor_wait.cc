// /proc/PID/task/TID/schedstat: time on a processor, time waiting for one, time slices.
#include "rig/testbed/processor_wait.hh"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace twinline::testbed {

std::chrono::nanoseconds read_schedstat(std::string_view text) {
    const auto begin = std::min(text.find(' '), text.size());
    const auto number = text.substr(std::min(begin + 1, text.size()));
    std::int64_t waited = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), waited);
    if (error != std::errc() || waited < 0) return {};
    return std::chrono::nanoseconds(waited);
}

std::chrono::nanoseconds processor_wait(pid_t process) {
    std::chrono::nanoseconds most{};
    std::error_code gone;  // threads and processes end while they are read
    const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
    for (std::filesystem::directory_iterator task(tasks, gone), end; !gone && task != end;
         task.increment(gone)) {
        std::string line;
        std::getline(std::ifstream(task->path() / "schedstat"), line);
        most = std::max(most, read_schedstat(line));
    }
    return most;
}

std::chrono::nanoseconds WaitMeter::more(std::chrono::nanoseconds count, Time now) {
    const auto grown = count - std::exchange(count_, count);
    const auto passed = now - std::exchange(looked_, now);
    return grown > std::chrono::nanoseconds{} && grown <= passed ? grown
                                                                 : std::chrono::nanoseconds{};
}

}  // namespace twinline::testbed
