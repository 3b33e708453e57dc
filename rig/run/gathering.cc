// Two phones of one kind do the same within milliseconds; one that comes much later does something
// else, and then no fault is better than a fault at the wrong time.
#include "rig/run/gathering.hh"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace twinline::run {

void Gathering::expect(unsigned players) {
    players_ = players;
    changed();
}

boost::asio::awaitable<bool> Gathering::join(std::string what, std::string subject) {
    there_[what].insert(subject);
    changed();
    const bool all = co_await until([this, &what] { return there_[what].size() >= players_; });
    if (!all) there_[what].erase(subject);
    co_return all;
}

boost::asio::awaitable<void> Gathering::leave(std::string what, std::string subject) {
    there_[what].erase(subject);
    changed();
    co_await until([this, &what] { return there_[what].empty() || players_ <= 1; });
}

// Each change cancels the wait, and not its deadline.
boost::asio::awaitable<bool> Gathering::until(std::function<bool()> so) {
    boost::asio::steady_timer timer(io_, patience_);
    waiting_.insert(&timer);
    boost::system::error_code cancelled;
    do {
        if (so()) break;
        co_await timer.async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    } while (cancelled);
    waiting_.erase(&timer);
    co_return so();
}

void Gathering::changed() {
    for (auto* timer : waiting_) timer->cancel();
}

}  // namespace twinline::run
