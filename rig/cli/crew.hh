// One thread a core, which do the parts of one job side by side and meet at its end: reading a
// capture is the only work of the command that is bound by the processor and can be cut so.
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

    std::size_t hands() const { return threads_.size() + 1; }
    // Calls `part(0)` to `part(hands() - 1)` at the same time; throws what one of them threw.
    void run(const std::function<void(std::size_t)>& part);

  private:
    void serve(std::size_t number);

    std::mutex mutex_;
    std::condition_variable begin_, end_;
    const std::function<void(std::size_t)>* part_ = nullptr;
    std::size_t job_ = 0, busy_ = 0;
    bool is_over_ = false;
    std::exception_ptr thrown_;
    std::vector<std::thread> threads_;
};

}  // namespace twinline::cli
