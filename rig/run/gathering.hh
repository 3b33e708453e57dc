// What nobody can be spared both subjects must want at once (DESIGN, "What cannot be keyed"): the
// one that comes first waits for the other, so that each meets the fault from its own order to its
// own healing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace twinline::run {

class Gathering {
  public:
    // `patience` is how long one waits for another.
    explicit Gathering(boost::asio::io_context& io,
                       std::chrono::nanoseconds patience = std::chrono::seconds(3))
        : io_(io), patience_(patience) {}

    // How many have to come: one at a desk, in a session those whose part is not over.
    void expect(unsigned players);
    // Until all are there, or patience is over; false: they did not come, and it is as before.
    boost::asio::awaitable<bool> join(std::string what, std::string subject);
    // Until the last one has left, or patience is over.
    boost::asio::awaitable<void> leave(std::string what, std::string subject);

  private:
    // Until it is so; false: patience is over.
    boost::asio::awaitable<bool> until(std::function<bool()> so);
    void changed();

    boost::asio::io_context& io_;
    std::chrono::nanoseconds patience_;
    unsigned players_ = 1;
    std::map<std::string, std::set<std::string>> there_;
    std::set<boost::asio::steady_timer*> waiting_;
};

}  // namespace twinline::run
