// What the configuration, or a reading where a document is open, decides of a location: transports,
// ports, and the order of addresses.
#include "reference_impl/phone/location.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

// RFC-2782-06, RFC 3263 4.1: the labels under which a transport is looked up.
std::string service_name(wire::Transport transport, const std::string& domain) {
    switch (transport) {
        case wire::Transport::tcp:
            return "_sip._tcp." + domain;
        case wire::Transport::tls:
            return "_sips._tcp." + domain;
        case wire::Transport::udp:
            break;
    }
    return "_sip._udp." + domain;
}

}  // namespace

wire::Transport Location::configured_transport() const {
    switch (server_.transport) {
        case config::TransportChoice::tcp:
            return wire::Transport::tcp;
        case config::TransportChoice::tls:
            return wire::Transport::tls;
        case config::TransportChoice::udp:
        case config::TransportChoice::by_dns:
            break;
    }
    return wire::Transport::udp;  // RFC-3263-01: UDP for sip: unless something else is said
}

// RFC 3261 19.1.2, RFC-3263-04; Yealink's over TLS: reading tls-default-port.
std::uint16_t Location::default_port(wire::Transport transport) const {
    if (transport != wire::Transport::tls) return 5060;
    const bool is_open = context_->is_yealink() || context_->is_aastra();  // YL-DNS-05, AA-SRV-05
    const bool as_others = is_open && context_->oracle->reading("tls-default-port") != "port-5061";
    return as_others ? 5060 : 5061;
}

// Several addresses of one name: reading a-record-order.
std::vector<wire::ARecord> Location::in_order(std::vector<wire::ARecord> addresses) const {
    if (addresses.size() < 2) return addresses;
    const auto reading = context_->oracle->reading("a-record-order");
    auto sorted = addresses;
    std::ranges::sort(sorted, {}, &wire::ARecord::address);
    if (!std::ranges::equal(sorted, addresses, {}, &wire::ARecord::address,
                            &wire::ARecord::address) &&
        reading == "sorted")
        return sorted;
    if (reading == "random")
        for (std::size_t i = 0; i + 1 < addresses.size(); ++i)
            std::swap(addresses[i],
                      addresses[context_->oracle->choice({"a-record"}, i, addresses.size() - 1)]);
    return addresses;
}

// NAPTR is for servers whose transport the DNS decides; reading port-zero-other-transport may widen
// that.
bool Location::asks_naptr() const {
    if (context_->is_aastra())  // EXT-AA-DNS-01
        return account_->dns_lookup == config::DnsLookup::naptr;
    if (context_->is_audiocodes()) return context_->oracle->reading("naptr-or-srv") != "srv-only";
    if (server_.transport == config::TransportChoice::by_dns) return true;
    return context_->is_yealink() &&
           context_->oracle->reading("port-zero-other-transport") == "whole-chain";
}

// What the configuration itself knows of transports for which the DNS is not asked: reading
// static-srv-without-naptr-build.
void Location::add_configured_services(std::vector<Service>& services) {
    for (const auto transport : {wire::Transport::tcp, wire::Transport::tls}) {
        auto name = service_name(transport, server_.host);
        if (configured({name, wire::DnsType::srv}) != nullptr &&
            context_->oracle->reading("static-srv-without-naptr-build") != "unused")
            services.push_back({std::move(name), transport, wire::DnsType::srv, true});
    }
}

// Whether NAPTR records of another transport than the configured one count: not for Aastra
// (EXT-AA-DNS-02), for AudioCodes by reading transport-against-naptr.
bool Location::keeps_transport() const {
    if (context_->is_aastra()) return true;
    return context_->is_audiocodes() &&
           context_->oracle->reading("transport-against-naptr") != "naptr";
}

// The port that is asked for an address when SRV is missing; none: there is nowhere to go (reading
// srv-missing-with-65535).
std::optional<std::uint16_t> Location::port_without_srv() const {
    const auto usual = default_port(configured_transport());
    if (!context_->is_audiocodes()) return usual;
    const auto reading = context_->oracle->reading("srv-missing-with-65535");
    if (reading == "nowhere") return std::nullopt;
    return reading == "port-65535" ? std::uint16_t{65535} : usual;
}

// Where no NAPTR record leads on: the transport that is configured, else those that the phone
// speaks (RFC-3263-03, YL-SDC-10).
std::vector<Location::Service> Location::services_without_naptr() {
    const auto service = [&](wire::Transport transport) {
        return Service{service_name(transport, server_.host), transport, wire::DnsType::srv};
    };
    if (server_.transport != config::TransportChoice::by_dns) {
        if (context_->is_yealink() &&
            context_->oracle->reading("port-zero-other-transport") == "a-only")
            return {};
        return {service(configured_transport())};
    }
    std::vector<Service> services{service(wire::Transport::udp)};
    if (account_->naptr_build == config::NaptrBuild::all_transports)
        for (const auto transport : {wire::Transport::tcp, wire::Transport::tls})
            services.push_back(service(transport));
    else
        add_configured_services(services);
    if (account_->naptr_build == config::NaptrBuild::all_transports && context_->is_yealink()) {
        const auto choice = context_->oracle->reading("naptr-build-choice");
        const auto first = choice == "tcp"   ? wire::Transport::tcp
                           : choice == "tls" ? wire::Transport::tls
                                             : wire::Transport::udp;
        std::ranges::stable_partition(services,
                                      [&](const Service& s) { return s.transport == first; });
    }
    return services;
}

}  // namespace twinline::phone
