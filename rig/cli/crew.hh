// One thread a core, which take the parts of jobs until none is left: reading a capture is the only
// work of the command that is bound by the processor and can be cut so.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace twinline::cli {

class Crew {
  public:
    using Part = std::function<void(std::size_t)>;
    class Job;

    explicit Crew(std::size_t hands);  // the caller is one of them
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew();  // after its jobs

  private:
    using Lock = std::unique_lock<std::mutex>;
    void serve();
    void take_part(Lock& lock);  // there is one

    std::mutex mutex_;
    std::condition_variable begun_, done_;
    std::deque<Job*> waiting_;  // those with parts that nobody has begun, in their order
    bool is_over_ = false;
    std::vector<std::thread> threads_;
};

// Something to do in parts, several of which are done at the same time.
class Crew::Job {
  public:
    explicit Job(Crew& crew) : crew_(crew) {}
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job();  // parts that nobody has begun are left undone

    // Hands out part(0) to part(parts - 1), behind what was handed out before. The job has ended.
    void begin(std::size_t parts, Part part);
    // Lends a hand until all parts are done; throws what one of them threw. A hand that the machine
    // has no time for is not waited for: others take its parts.
    void end();

  private:
    friend class Crew;

    Crew& crew_;
    Part part_;
    std::size_t parts_ = 0, next_ = 0, done_ = 0;
    std::exception_ptr thrown_;
};

}  // namespace twinline::cli
