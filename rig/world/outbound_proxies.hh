// The plain outbound proxies of a topology: they pass on what a phone asks, to the server that the
// Request-URI names or to the one behind them.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/sip_message.hh"
#include "rig/scenario/scenario.hh"

#include <map>
#include <optional>
#include <set>

namespace twinline::world {

class OutboundProxies {
  public:
    explicit OutboundProxies(const scenario::Topology& topology);

    // Whom the host asks; none when it is no proxy, or is itself what is asked for.
    std::optional<wire::Ipv4> next_hop(wire::Ipv4 host, const wire::SipMessage& request) const;
    // It stays in the path of the dialogs that it helped to begin (RFC 3261 section 16.6 step 4).
    void record_route(wire::Ipv4 host, const wire::SipMessage& request,
                      wire::SipMessage& response) const;

  private:
    struct Proxy {
        wire::Endpoint self;
        wire::Ipv4 behind;
    };

    std::map<wire::Ipv4, Proxy> proxies_;
    std::set<wire::Ipv4> servers_;
};

}  // namespace twinline::world
