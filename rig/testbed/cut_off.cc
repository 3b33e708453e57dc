// A router whose port goes down forgets who was behind it; this one is a bridge away from the host
// and is told.
#include "rig/testbed/cut_off.hh"

#include "rig/testbed/network.hh"
#include "rig/testbed/process.hh"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace twinline::testbed {

CutOff::CutOff(const Netns& host, const Netns& router, std::string address, Loss loss)
    : host_(&host), address_(std::move(address)), loss_(loss) {
    run_command({"ip", "-batch", "-"}, host_,
                loss == Loss::of_link ? "link set eth0 down\n"
                                      : fmt::format("addr del {}/24 dev eth0\n", address_));
    run_command({"ip", "neigh", "flush", "to", address_, "dev", std::string(router_to_servers)},
                &router);
    onset_ = wall_now();
}

CutOff::~CutOff() {
    try {
        heal();
    } catch (const std::exception&) {
        // The link ends with the host's namespace in any case; a destructor has nobody to tell.
    }
}

// Routes go with what they lead over.
void CutOff::heal() {
    const auto* host = std::exchange(host_, nullptr);
    if (host == nullptr) return;
    run_command(
        {"ip", "-batch", "-"}, host,
        (loss_ == Loss::of_link ? std::string("link set eth0 up\n")
                                : fmt::format("addr add {}/24 brd + dev eth0\n", address_)) +
            fmt::format("route replace default via {}\n", servers_gateway()));
}

}  // namespace twinline::testbed
