// Dotted addresses in and out, as strict as RFC 3261's IPv4address and free of octal surprises.
#include "reference_impl/wire/endpoint.hh"

#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

namespace twinline::wire {

std::optional<Ipv4> parse_ipv4(std::string_view text) {
    std::uint32_t value = 0;
    for (int part = 0; part < 4; ++part) {
        const auto dot = text.find('.');
        if ((dot == std::string_view::npos) != (part == 3)) return std::nullopt;
        const auto digits = text.substr(0, dot);
        const auto octet = parse_number(digits);
        const bool leading_zero = digits.size() > 1 && digits.front() == '0';
        if (!octet || *octet > 255 || leading_zero) return std::nullopt;
        value = value << 8 | *octet;
        if (part < 3) text.remove_prefix(dot + 1);
    }
    return Ipv4{value};
}

std::string to_string(Ipv4 address) {
    const auto v = address.value;
    return fmt::format("{}.{}.{}.{}", v >> 24, v >> 16 & 0xff, v >> 8 & 0xff, v & 0xff);
}

std::string to_string(const Endpoint& endpoint) {
    return fmt::format("{}:{}", to_string(endpoint.address), endpoint.port);
}

std::string_view to_string(Transport transport) {
    switch (transport) {
        case Transport::udp:
            return "UDP";
        case Transport::tcp:
            return "TCP";
        case Transport::tls:
            return "TLS";
    }
    ensure(false, "a transport is UDP, TCP or TLS");
    return {};
}

}  // namespace twinline::wire
