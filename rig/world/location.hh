// Where the registrars of a virtual world think that the phones are (RFC 3261 section 10.3): each
// knows its own, or one location is common to all.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::world {

struct Binding {
    std::string user, contact, flow, transport;
    wire::Endpoint source;
    wire::Instant until;
};

class Location {
  public:
    enum class Extent { of_each_server, shared };
    explicit Location(Extent extent) : extent_(extent) {}

    // From a REGISTER and what the host answered.
    void learn(wire::Instant now, wire::Ipv4 host, const wire::Endpoint& source,
               const wire::SipMessage& request, const wire::SipMessage& response);
    // The phone is bound no more, wherever the host's location is known.
    void drop(wire::Ipv4 host, wire::Ipv4 phone);
    // The host knows nothing of the phone any more. One that shares its location asks the others.
    void forget(wire::Ipv4 host, wire::Ipv4 phone);

    // What the host knows of the phone, the newest last.
    std::vector<Binding> of(wire::Instant now, wire::Ipv4 host, wire::Ipv4 phone) const;

  private:
    using Link = std::pair<wire::Ipv4, wire::Ipv4>;  // host, phone

    Link link(wire::Ipv4 host, wire::Ipv4 phone) const;

    Extent extent_;
    std::map<Link, std::vector<Binding>> bindings_;
};

}  // namespace twinline::world
