// One batch for every link and one in each namespace for its addresses; the sysctls and offloads
// that make the wire tell the truth are set before the first packet.
#include "rig/testbed/network.hh"

#include "rig/scenario/handset.hh"
#include "rig/testbed/interface.hh"
#include "rig/testbed/process.hh"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

namespace twinline::testbed {
namespace {

constexpr std::string_view phones = "198.51.100.", servers = "192.0.2.";  // RFC 5737
constexpr std::string_view gateway = "1";
// Deleting a group is one operation for the kernel, however many links are in it.
constexpr int link_group = 77;

struct Port {
    std::string outer_name;  // in the lab's own namespace
    const Netns* netns;
    std::string_view bridge;
    std::string_view subnet;
    std::string interface;               // inside
    std::vector<std::string> addresses;  // inside
};

void require_in(std::string_view subnet, std::string_view who, const std::string& address) {
    if (address.starts_with(subnet)) return;
    throw std::invalid_argument(
        fmt::format("{} has address {}: permitted is {}0/24", who, address, subnet));
}

void settle(const Netns& netns) {
    const InNetns inside(netns);
    for (const auto* which : {"all", "default"}) {
        set_sysctl(fmt::format("net/ipv6/conf/{}/disable_ipv6", which), "1");
        set_sysctl(fmt::format("net/ipv4/conf/{}/rp_filter", which), "0");
    }
    // A dead port must be told as often as it is asked.
    set_sysctl("net/ipv4/icmp_ratelimit", "0");
    set_sysctl("net/ipv4/icmp_msgs_per_sec", "10000");
}

std::string outside_commands(const std::vector<Port>& ports) {
    std::string batch;
    for (const auto bridge : {phones_bridge, servers_bridge}) {
        batch += fmt::format(
            "link add {0} group {1} type bridge forward_delay 0 mcast_snooping 0\n"
            "link set {0} up\n",
            bridge, link_group);
    }
    for (const auto& port : ports) {
        batch += fmt::format(
            "link add {0} group {1} type veth peer name {2} netns {3}\n"
            "link set {0} master {4} up\n",
            port.outer_name, link_group, port.interface, port.netns->name(), port.bridge);
    }
    return batch;
}

std::string inside_commands(const Port& port) {
    std::string batch = fmt::format("link set {} up\n", port.interface);
    for (const auto& address : port.addresses) {
        batch += fmt::format("addr add {}/24 brd + dev {}\n", address, port.interface);
    }
    const std::string way_out = std::string(port.subnet) + std::string(gateway);
    if (port.addresses.front() != way_out) {
        batch += fmt::format("route add default via {}\n", way_out);
    }
    return batch;
}

std::vector<std::string> probe_addresses(const scenario::Topology& topology) {
    std::vector<std::string> addresses{topology.unkeyed_probe};
    for (const auto& [subject, own] : topology.subjects) addresses.push_back(own.probe);
    return addresses;
}

void settle_lab() {
    set_sysctl("net/bridge/bridge-nf-call-iptables", "0");
    for (const auto* which : {"all", "default"}) {
        set_sysctl(fmt::format("net/ipv6/conf/{}/disable_ipv6", which), "1");
    }
}

}  // namespace

std::string servers_gateway() { return std::string(servers) + std::string(gateway); }

Network::Network(const scenario::Topology& topology, const std::optional<Plug>& plugged)
    : router_("router"), probes_("probes") {
    std::vector<Port> ports;
    const auto plug = [&ports](const Netns& netns, std::string_view bridge,
                               std::string_view interface, std::vector<std::string> addresses) {
        const auto subnet = bridge == phones_bridge ? phones : servers;
        for (const auto& address : addresses) require_in(subnet, netns.name(), address);
        ports.push_back({fmt::format("port{}", ports.size()), &netns, bridge, subnet,
                         std::string(interface), std::move(addresses)});
    };
    plug(router_, phones_bridge, router_to_phones, {std::string(phones) + std::string(gateway)});
    plug(router_, servers_bridge, router_to_servers, {servers_gateway()});
    plug(probes_, phones_bridge, "eth0", probe_addresses(topology));
    for (const auto& host : topology.hosts) {
        const auto made = hosts_.try_emplace(host.role, host.role).first;
        plug(made->second, servers_bridge, "eth0", {host.address});
    }
    for (const auto& [subject, own] : topology.subjects) {
        if (plugged && plugged->subject == subject) continue;
        const auto made = subjects_.try_emplace(subject, subject).first;
        plug(made->second, phones_bridge, "eth0", {own.phone});
    }
    if (plugged) {
        services_.emplace("services");
        plug(*services_, phones_bridge, "eth0", {scenario::services_address});
    }
    settle_lab();
    std::set<const Netns*> settled;
    for (const auto& port : ports) {
        if (settled.insert(port.netns).second) settle(*port.netns);
    }
    run_command({"ip", "-batch", "-"}, nullptr, outside_commands(ports));
    for (const auto& port : ports) {
        run_command({"ip", "-batch", "-"}, port.netns, inside_commands(port));
        switch_offloads_off(port.outer_name);
        const InNetns inside(*port.netns);
        switch_offloads_off(port.interface);
    }
    if (plugged) {
        run_command(
            {"ip", "link", "set", plugged->interface, "master", std::string(phones_bridge)});
        run_command({"ip", "link", "set", plugged->interface, "up"});
        switch_offloads_off(plugged->interface);
    }
    const InNetns inside(router_);
    set_sysctl("net/ipv4/ip_forward", "1");
    // It asks for an address for as long as ever, but so often that it finds at once who is back.
    set_sysctl(fmt::format("net/ipv4/neigh/{}/retrans_time_ms", router_to_servers), "250");
    set_sysctl(fmt::format("net/ipv4/neigh/{}/mcast_solicit", router_to_servers), "12");
}

const Netns& Network::services() const {
    if (!services_) throw std::out_of_range("no handset is plugged into this lab");
    return *services_;
}

Network::~Network() {
    try {
        run_command({"ip", "link", "del", "group", std::to_string(link_group)});
    } catch (const std::exception&) {
        // The links end with the namespaces in any case; a destructor has nobody to tell.
    }
}

const Netns& Network::host(std::string_view role) const {
    const auto found = hosts_.find(role);
    if (found == hosts_.end()) throw std::out_of_range("no host " + std::string(role));
    return found->second;
}

const Netns& Network::subject(std::string_view subject) const {
    const auto found = subjects_.find(subject);
    if (found == subjects_.end()) throw std::out_of_range("no subject " + std::string(subject));
    return found->second;
}

}  // namespace twinline::testbed
