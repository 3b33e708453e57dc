// SIGSTOP and SIGCONT to the process group: to the main process alone they would do nothing.
#include "rig/testbed/standstill.hh"

#include <utility>

namespace twinline::testbed {

Standstill::Standstill(Kamailio& server) : server_(&server) {
    server.hold();
    onset_ = wall_now();
}

Standstill::~Standstill() { heal(); }

Standstill::Standstill(Standstill&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), onset_(other.onset_) {}

void Standstill::heal() {
    if (auto* server = std::exchange(server_, nullptr)) server->release();
}

}  // namespace twinline::testbed
