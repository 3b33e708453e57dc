// How the hands of a crew share jobs and end them together.
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
    begun_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Crew::serve() {
    Lock lock(mutex_);
    while (true) {
        begun_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        if (is_over_) return;
        take_part(lock);
    }
}

void Crew::take_part(Lock& lock) {
    Job& job = *waiting_.front();
    const std::size_t number = job.next_++;
    if (job.next_ == job.parts_) waiting_.pop_front();
    lock.unlock();
    std::exception_ptr thrown;
    try {
        job.part_(number);
    } catch (...) {
        thrown = std::current_exception();
    }
    lock.lock();
    if (thrown) job.thrown_ = thrown;
    if (++job.done_ == job.parts_) done_.notify_all();
}

Crew::Job::~Job() {
    Lock lock(crew_.mutex_);
    std::erase(crew_.waiting_, this);
    parts_ = next_;
    crew_.done_.wait(lock, [this] { return done_ == parts_; });
}

void Crew::Job::begin(std::size_t parts, Part part) {
    part_ = std::move(part);
    next_ = done_ = 0;
    if (parts_ = parts; parts == 0) return;
    {
        const std::lock_guard lock(crew_.mutex_);
        crew_.waiting_.push_back(this);
    }
    crew_.begun_.notify_all();
}

void Crew::Job::end() {
    Lock lock(crew_.mutex_);
    while (done_ < parts_) {
        if (crew_.waiting_.empty())
            crew_.done_.wait(lock);
        else
            crew_.take_part(lock);
    }
    if (const auto thrown = std::exchange(thrown_, nullptr)) std::rethrow_exception(thrown);
}

}  // namespace twinline::cli
