// SIGKILL to the process group, and a new start with the same configuration in the same place.
#include "rig/testbed/crash.hh"

#include <chrono>
#include <exception>
#include <utility>

namespace twinline::testbed {

namespace {

constexpr std::chrono::seconds start_deadline{20};  // on a machine with much to do

}  // namespace

Crash::Crash(Kamailio& server) : server_(&server) {
    server.go_down();
    onset_ = wall_now();
}

// A lab that is torn down may have no room for another process; it needs none.
Crash::~Crash() {
    try {
        if (server_ != nullptr) server_->come_up();
    } catch (const std::exception&) {
    }
}

Crash::Crash(Crash&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), onset_(other.onset_) {}

boost::asio::awaitable<void> Crash::heal() {
    auto* server = std::exchange(server_, nullptr);
    if (server != nullptr && server->come_up() == Kamailio::Still::starting)
        co_await server->ready(start_deadline);
}

}  // namespace twinline::testbed
