// One template for all roles: what a server is not, it is not told.
#include "rig/testbed/kamailio_files.hh"

#include "rig/testbed/callee.hh"
#include "rig/testbed/files.hh"
#include "rig/testbed/render.hh"

#include <fmt/format.h>

#include <string_view>

namespace twinline::testbed {
namespace {

std::string as_literal(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made + '"';
}

std::string users_of(const scenario::Topology& topology) {
    std::string lines;
    for (const auto& user : topology.users) {
        lines += fmt::format("    $sht(users=>{}) = {};\n", user.name, as_literal(user.password));
        lines += fmt::format("    $sht(logins=>{}) = {};\n", user.name,
                             as_literal(user.login.empty() ? user.name : user.login));
    }
    return lines;
}

// By their ports, which tell whom they call.
std::string callees_of(const scenario::Topology& topology, const scenario::Host& host) {
    std::string lines;
    for (const auto& [subject, addresses] : topology.subjects) {
        lines += fmt::format("    $sht(callees=>{}) = \"{}\";\n", addresses.phone,
                             callee_port(topology, host, subject));
        lines += fmt::format("    $sht(callers=>{}) = \"{}\";\n",
                             callee_port(topology, host, subject), addresses.phone);
    }
    return lines;
}

// Which addresses are servers, and which proxies that speak for others.
std::string servers_of(const scenario::Topology& topology) {
    std::string lines;
    for (const auto& host : topology.hosts) {
        if (host.runs == scenario::HostRuns::kamailio)
            lines +=
                fmt::format("    $sht(servers=>{0}) = \"{0}:{1}\";\n", host.address, host.port);
        if (host.runs == scenario::HostRuns::proxy)
            lines += fmt::format("    $sht(proxies=>{}) = \"yes\";\n", host.address);
    }
    return lines;
}

bool shares_location(const scenario::Topology& topology, const scenario::Host& host) {
    return topology.shares_location && host.runs == scenario::HostRuns::kamailio;
}

// Each is told of all others, so that any of them may begin last, or anew.
std::string peers_of(const scenario::Topology& topology, const scenario::Host& host) {
    std::string lines;
    for (const auto& other : topology.hosts)
        if (other.role != host.role && shares_location(topology, other))
            lines += fmt::format("modparam(\"dmq\", \"notification_address\", \"sip:{}:{}\")\n",
                                 other.address, other.port);
    return lines;
}

std::string defines_of(const scenario::Topology& topology, const scenario::Host& host) {
    std::string lines = "#";
    if (host.runs == scenario::HostRuns::proxy) lines += "\n#!define PLAIN_PROXY";
    if (host.outbound) lines += "\n#!define OUTBOUND";
    if (topology.notifier_grants != 0) lines += "\n#!define NOTIFIER";
    if (host.service_route) lines += "\n#!define SERVICE_ROUTE";
    if (!host.takes_streams) lines += "\n#!define DATAGRAMS_ONLY";
    if (shares_location(topology, host)) lines += "\n#!define SHARED_LOCATION";
    return lines;
}

std::string behind(const scenario::Topology& topology, const scenario::Host& host) {
    const auto* server = topology.find(host.behind);
    return server == nullptr ? "" : fmt::format("{}:{}", server->address, server->port);
}

}  // namespace

TlsPorts tls_ports_of(const scenario::Host& host) {
    const auto beside = [&](unsigned by) { return static_cast<std::uint16_t>(host.port + by); };
    return {beside(1), beside(2), beside(3)};
}

void write_configuration(const std::filesystem::path& config,
                         const std::filesystem::path& directory, const scenario::Topology& topology,
                         const scenario::Host& host, const std::string& realm,
                         const Authority& authority) {
    const std::vector<std::string> names{realm, topology.domain, host.address};
    authority.issue(directory / "server.pem", names);
    authority.issue(directory / "foreign.pem", {"another.invalid"});
    authority.issue(directory / "expired.pem", names, Authority::Validity::yesterday);
    const auto tls = tls_ports_of(host);
    const Values values{{"address", host.address},
                        {"role", host.role},
                        {"realm", realm},
                        {"dir", directory.string()},
                        {"port", std::to_string(host.port)},
                        {"tls_port", std::to_string(tls.own)},
                        {"foreign_port", std::to_string(tls.foreign)},
                        {"expired_port", std::to_string(tls.expired)},
                        {"callee", topology.callee},
                        {"callees", callees_of(topology, host)},
                        {"challenges_calls", topology.challenges_calls ? "yes" : "no"},
                        {"grants_expires", std::to_string(topology.grants_expires)},
                        {"least_expires", std::to_string(topology.least_expires)},
                        {"defines", defines_of(topology, host)},
                        {"flow_timer", std::to_string(host.flow_timer.value_or(0))},
                        {"notifier_grants", std::to_string(topology.notifier_grants)},
                        {"behind", behind(topology, host)},
                        {"peers", peers_of(topology, host)},
                        {"servers", servers_of(topology)},
                        {"users", users_of(topology)}};
    const auto tls_config = config.parent_path() / "tls.cfg";
    write_file(directory / config_file, render(config.string(), read_file(config), values));
    write_file(directory / "tls.cfg", render(tls_config.string(), read_file(tls_config), values));
}

}  // namespace twinline::testbed
