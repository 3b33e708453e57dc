// By ioctl and not by `ip` or `ethtool`: a lab has two dozen interfaces, and each program start
// costs more than all of these calls.
#include "rig/testbed/interface.hh"

#include "rig/testbed/fd.hh"

#include <cstring>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace twinline::testbed {
namespace {

Fd control_socket() { return Fd(check("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))); }

ifreq request_for(const std::string& name) {
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

}  // namespace

void set_interface_up(const std::string& name) {
    const Fd socket = control_socket();
    ifreq request = request_for(name);
    check("flags of " + name, ::ioctl(socket.get(), SIOCGIFFLAGS, &request));
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    check("set up " + name, ::ioctl(socket.get(), SIOCSIFFLAGS, &request));
}

void switch_offloads_off(const std::string& name) {
    const Fd socket = control_socket();
    for (const __u32 command :
         {ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO}) {
        ethtool_value off{command, 0};
        ifreq request = request_for(name);
        request.ifr_data = reinterpret_cast<char*>(&off);
        ::ioctl(socket.get(), SIOCETHTOOL, &request);
    }
}

}  // namespace twinline::testbed
