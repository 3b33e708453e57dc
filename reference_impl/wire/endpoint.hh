// An IPv4 address with port, and the transports SIP runs over (RFC 3261 section 18).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::wire {

struct Ipv4 {
    std::uint32_t value = 0;  // host byte order

    auto operator<=>(const Ipv4&) const = default;
};

struct Endpoint {
    Ipv4 address;
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

enum class Transport { udp, tcp, tls };

// "192.0.2.11" and nothing else; no leading zeros, no surrounding space.
std::optional<Ipv4> parse_ipv4(std::string_view text);
std::string to_string(Ipv4 address);
std::string to_string(const Endpoint& endpoint);  // "192.0.2.11:5060"
std::string_view to_string(Transport transport);  // "UDP", "TCP", "TLS", as in a Via

}  // namespace twinline::wire
