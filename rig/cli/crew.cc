// How the hands of a crew begin and end a job together.
#include "rig/cli/crew.hh"

#include <utility>

namespace twinline::cli {

Crew::Crew(std::size_t hands) {
    for (std::size_t number = 1; number < hands; ++number)
        threads_.emplace_back([this, number] { serve(number); });
}

Crew::~Crew() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    begin_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Crew::run(const std::function<void(std::size_t)>& part) {
    {
        const std::lock_guard lock(mutex_);
        part_ = &part;
        busy_ = threads_.size();
        ++job_;
    }
    begin_.notify_all();
    std::exception_ptr own;
    try {
        part(0);
    } catch (...) {
        own = std::current_exception();
    }
    std::unique_lock lock(mutex_);
    end_.wait(lock, [this] { return busy_ == 0; });
    const auto theirs = std::exchange(thrown_, nullptr);
    if (own || theirs) std::rethrow_exception(own ? own : theirs);
}

void Crew::serve(std::size_t number) {
    std::unique_lock lock(mutex_);
    for (std::size_t done = 0;;) {
        begin_.wait(lock, [&] { return is_over_ || job_ != done; });
        if (is_over_) return;
        done = job_;
        lock.unlock();
        std::exception_ptr thrown;
        try {
            (*part_)(number);
        } catch (...) {
            thrown = std::current_exception();
        }
        lock.lock();
        if (thrown) thrown_ = thrown;
        if (--busy_ == 0) end_.notify_one();
    }
}

}  // namespace twinline::cli
