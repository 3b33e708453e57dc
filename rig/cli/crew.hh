// One thread a core, which take the parts of one job until none is left: reading a capture is the
// only work of the command that is bound by the processor and can be cut so.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace twinline::cli {

class Crew {
  public:
    explicit Crew(std::size_t hands);  // the caller is one of them
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew();

    using Part = std::function<void(std::size_t)>;
    // Calls `part(0)` to `part(parts - 1)`, several at the same time; throws what one of them
    // threw. A hand that the machine has no time for is not waited for: others take its parts.
    void run(std::size_t parts, const Part& part);

  private:
    void serve();
    void take_parts(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable begin_, end_;
    const Part* part_ = nullptr;
    std::size_t parts_ = 0, next_ = 0, done_ = 0;  // of the job
    bool is_over_ = false;
    std::exception_ptr thrown_;
    std::vector<std::thread> threads_;
};

}  // namespace twinline::cli
