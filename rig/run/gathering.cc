// Two phones of one kind do the same within milliseconds; one that comes much later does something
// else, and then no fault is better than a fault at the wrong time.
#include "rig/run/gathering.hh"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace twinline::run {

namespace {

constexpr std::chrono::milliseconds look_again{1};
constexpr std::chrono::seconds patience{3};

}  // namespace

boost::asio::awaitable<bool> Gathering::join(std::string what, std::string subject) {
    auto& there = there_[what];
    there.insert(subject);
    boost::asio::steady_timer pause(io_);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (there.size() < players_) {
        if (std::chrono::steady_clock::now() >= deadline) {
            there.erase(subject);
            co_return false;
        }
        pause.expires_after(look_again);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
    co_return true;
}

boost::asio::awaitable<void> Gathering::leave(std::string what, std::string subject) {
    auto& there = there_[what];
    there.erase(subject);
    boost::asio::steady_timer pause(io_);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!there.empty() && players_ > 1 && std::chrono::steady_clock::now() < deadline) {
        pause.expires_after(look_again);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace twinline::run
