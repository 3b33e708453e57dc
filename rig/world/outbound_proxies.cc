// Names of servers are not looked up: what is no address goes to the server behind.
#include "rig/world/outbound_proxies.hh"

#include <algorithm>

namespace twinline::world {

namespace {

std::optional<wire::Ipv4> address_in(std::string_view uri) {
    const auto at = uri.find('@');
    uri.remove_prefix(std::min(at != uri.npos ? at + 1 : uri.find(':') + 1, uri.size()));
    return wire::parse_ipv4(std::string(uri.substr(0, uri.find_first_of(":;?>"))));
}

}  // namespace

OutboundProxies::OutboundProxies(const scenario::Topology& topology) {
    for (const auto& host : topology.hosts) {
        const auto address = wire::parse_ipv4(host.address);
        if (!address) continue;
        if (host.runs == scenario::HostRuns::kamailio) servers_.insert(*address);
        const auto* server = topology.find(host.behind);
        if (host.runs == scenario::HostRuns::proxy && server != nullptr)
            proxies_.emplace(
                *address, Proxy{{*address, host.port}, wire::parse_ipv4(server->address).value()});
    }
}

std::optional<wire::Ipv4> OutboundProxies::next_hop(wire::Ipv4 host,
                                                    const wire::SipMessage& request) const {
    const auto proxy = proxies_.find(host);
    if (proxy == proxies_.end()) return std::nullopt;
    const auto named = address_in(request.request_uri);
    if (named == host) return std::nullopt;
    return named && servers_.contains(*named) ? *named : proxy->second.behind;
}

void OutboundProxies::record_route(wire::Ipv4 host, const wire::SipMessage& request,
                                   wire::SipMessage& response) const {
    const bool begins = (request.method == "INVITE" || request.method == "SUBSCRIBE") &&
                        request.tag_of_to().empty();
    if (begins && response.status < 300)
        response.record_route.push_back(
            {"", "sip:" + wire::to_string(proxies_.at(host).self) + ";lr", {}});
}

}  // namespace twinline::world
