// The one process that stays on the host while the rig is in its lab: it moves a handset's
// interface in and, whatever becomes of the rig, out again, and runs the commands that must reach
// the host's own network, as those of a switch that gives power.
#pragma once

#include "rig/testbed/fd.hh"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

namespace twinline::testbed {

// Throws Unavailable, with the remedy, when this process may not move that interface, or must not:
// one with addresses is in use, and would lose them.
void require_movable(const std::string& interface);

struct OnHost {
    Fd line;  // its inner end; the process ends when nobody holds it any more
    pid_t process = 0;
};

// Before the namespaces are entered.
OnHost stay_on_host(const std::string& interface);
// From outside: the interface is moved to that process's network. Throws Unavailable.
void move_interface(const Fd& line, pid_t inside);

// The line, as the rig inside uses it.
class Outside {
  public:
    struct Ended {
        int status = 0;      // as waitpid gives it
        std::string output;  // both streams, at most some kilobytes
    };

    // Throws std::logic_error when no process stayed outside.
    explicit Outside(boost::asio::io_context& io);
    // One command at a time. What takes longer than `within` is killed, and thrown as such.
    boost::asio::awaitable<Ended> run(std::vector<std::string> argv,
                                      std::chrono::seconds within = std::chrono::seconds(30));

  private:
    boost::asio::posix::stream_descriptor line_;
};

// The environment variable in which the number of the line's inner end is handed on.
inline constexpr const char* outside_line = "TWINLINE_OUTSIDE";

}  // namespace twinline::testbed
