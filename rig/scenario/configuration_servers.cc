// The servers become hosts like any other, so that faults and events name them by their roles.
#include "rig/scenario/configuration_servers.hh"

#include "rig/scenario/file_checks.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

constexpr std::size_t longest_name = 64;

unsigned port_of(std::string_view protocol) {
    if (protocol == "https") return 443;
    if (protocol == "ftp") return 21;
    if (protocol == "tftp") return 69;
    return 80;
}

// What can stand in the path of any of the protocols as it is.
bool is_file_name(std::string_view name) {
    constexpr std::string_view marks = "-_.";
    return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      marks.find(c) != marks.npos;
           });
}

void load_files(const Map& map, ConfigurationService& service) {
    const auto files = map.require("files");
    if (!files) return;
    for (const auto& [name, node] : read_pairs(*files, map.faults(), "files")) {
        if (!is_file_name(name))
            map.faults().add(node, "file \"" + name +
                                       "\" is no name; allowed are letters, digits, hyphens, "
                                       "underscores and full stops");
        if (auto text = read_text(node, map.faults(), "file " + name))
            service.files.emplace(name, std::move(*text));
    }
}

void load_server(const std::string& role, const YAML::Node& node, const Map& topology_map,
                 Topology& topology, std::uint16_t port,
                 const std::function<std::string(const Map&)>& address) {
    const Map server(node, topology_map.faults(), "a configuration server", {"address", "files"});
    if (!is_name(role) || role == "any" || topology.find(role) != nullptr)
        server.faults().add(node, "role \"" + role +
                                      "\" is no name, or a host has it; allowed are a-z, 0-9 and "
                                      "hyphens, and not \"any\"");
    Host host{role, address(server), HostRuns::configuration, port};
    if (server.has("files")) {
        host.files = server.texts("files");
        for (const auto& name : *host.files) {
            Words known;
            for (const auto& [file, text] : topology.configuration.files) known.push_back(file);
            check_word(*server.find("files"), server.faults(), "file", name, known);
        }
    }
    topology.hosts.push_back(std::move(host));
}

}  // namespace

void load_configuration_servers(const Map& map, Topology& topology,
                                const std::function<std::string(const Map&)>& address) {
    const auto servers = map.find("configuration_servers");
    const auto service = map.find("configuration");
    if (!servers && !service) return;
    if (!servers || !service)
        return map.faults().add(map.node(),
                                "configuration_servers and configuration belong together; allowed "
                                "are both or neither");
    const Map block(*service, map.faults(), "configuration", {"protocol", "port", "files"});
    topology.configuration.protocol = block.word("protocol", {"http", "https", "ftp", "tftp"});
    const auto port = static_cast<std::uint16_t>(
        block.number("port", 1, 65535).value_or(port_of(topology.configuration.protocol)));
    load_files(block, topology.configuration);
    for (const auto& [role, node] : read_pairs(*servers, map.faults(), "configuration_servers"))
        load_server(role, node, map, topology, port, address);
}

}  // namespace twinline::scenario
