// How the hands of a crew share a job and end it together.
#include "rig/cli/crew.hh"

#include <utility>

namespace twinline::cli {

Crew::Crew(std::size_t hands) {
    for (std::size_t number = 1; number < hands; ++number)
        threads_.emplace_back([this] { serve(); });
}

Crew::~Crew() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    begin_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Crew::run(std::size_t parts, const Part& part) {
    std::unique_lock lock(mutex_);
    part_ = &part;
    parts_ = parts;
    next_ = done_ = 0;
    begin_.notify_all();
    take_parts(lock);
    end_.wait(lock, [this] { return done_ == parts_; });
    if (const auto thrown = std::exchange(thrown_, nullptr)) std::rethrow_exception(thrown);
}

void Crew::serve() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
        take_parts(lock);
        begin_.wait(lock, [this] { return is_over_ || next_ < parts_; });
    }
}

void Crew::take_parts(std::unique_lock<std::mutex>& lock) {
    while (next_ < parts_) {
        const std::size_t number = next_++;
        lock.unlock();
        std::exception_ptr thrown;
        try {
            (*part_)(number);
        } catch (...) {
            thrown = std::current_exception();
        }
        lock.lock();
        if (thrown) thrown_ = thrown;
        if (++done_ == parts_) end_.notify_one();
    }
}

}  // namespace twinline::cli
