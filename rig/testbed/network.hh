// The lab's wires: phones and servers on a bridge each in the lab's own namespace, a router between
// them, and a namespace for every host, so that a vanished server is seen as packets without
// answer.
#pragma once

#include "rig/scenario/scenario.hh"
#include "rig/testbed/netns.hh"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::testbed {

inline constexpr std::string_view phones_bridge = "br-phones";  // where the capture listens
inline constexpr std::string_view servers_bridge = "br-servers";
// The router's interfaces towards each.
inline constexpr std::string_view router_to_phones = "eth0", router_to_servers = "eth1";

// Where a server's packets leave its network.
std::string servers_gateway();

// An interface of the host in the place of a subject: a handset is at its other end.
struct Plug {
    std::string interface;
    std::string subject;
};

class Network {
  public:
    explicit Network(const scenario::Topology& topology, const std::optional<Plug>& plug = {});
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    const Netns& host(std::string_view role) const;        // a server of the topology
    const Netns& subject(std::string_view subject) const;  // "device", "twin"
    const Netns& probes() const { return probes_; }        // owns every probe address
    const Netns& router() const { return router_; }
    const Netns& services() const;  // where a handset is plugged in

  private:
    std::map<std::string, Netns, std::less<>> hosts_, subjects_;
    Netns router_, probes_;
    std::optional<Netns> services_;
};

}  // namespace twinline::testbed
