// What nobody can be spared both subjects must want at once (DESIGN, "What cannot be keyed"): the
// one that comes first waits for the other, so that each meets the fault from its own order to its
// own healing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <map>
#include <set>
#include <string>

namespace twinline::run {

class Gathering {
  public:
    explicit Gathering(boost::asio::io_context& io) : io_(io) {}

    // How many have to come: one at a desk, in a session those whose part is not over.
    void expect(unsigned players) { players_ = players; }
    // Until all are there, for a few seconds; false: they did not come, and it is as before.
    boost::asio::awaitable<bool> join(std::string what, std::string subject);
    // Until the last one has left, for a few seconds.
    boost::asio::awaitable<void> leave(std::string what, std::string subject);

  private:
    boost::asio::io_context& io_;
    unsigned players_ = 1;
    std::map<std::string, std::set<std::string>> there_;
};

}  // namespace twinline::run
