// Addresses are read once, here; everything after this speaks of subjects and roles.
#include "rig/scenario/cast.hh"

#include <arpa/inet.h>
#include <stdexcept>

namespace twinline::scenario {

std::uint32_t address_value(std::string_view dotted) {
    in_addr address{};
    if (inet_pton(AF_INET, std::string(dotted).c_str(), &address) != 1)
        throw std::invalid_argument("no IPv4 address: " + std::string(dotted));
    return ntohl(address.s_addr);
}

std::string probe_name(std::string_view subject) { return "probe-" + std::string(subject); }

timeline::Cast cast_of(const Topology& topology) {
    timeline::Cast cast;
    for (const auto& [subject, addresses] : topology.subjects) {
        cast.subjects.emplace(address_value(addresses.phone), subject);
        cast.subjects.emplace(address_value(addresses.probe), probe_name(subject));
    }
    if (!topology.unkeyed_probe.empty())
        cast.subjects.emplace(address_value(topology.unkeyed_probe), probe_name("unkeyed"));
    for (const auto& host : topology.hosts) {
        cast.roles.emplace(address_value(host.address), host.role);
        if (host.runs == HostRuns::configuration)
            cast.configuration_servers.emplace(
                address_value(host.address),
                timeline::ConfigurationServer{topology.configuration.protocol, host.port});
    }
    return cast;
}

}  // namespace twinline::scenario
