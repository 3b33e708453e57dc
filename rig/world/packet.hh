// What crosses the phones' network in virtual time: a UDP datagram, the ICMP error that it led to,
// or a segment of TCP. TLS is shown deciphered: what is said counts here, not how it is hidden.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"

#include <cstdint>
#include <optional>
#include <string>

namespace twinline::world {

// Between the phones' network and a server, one way.
inline constexpr std::chrono::microseconds link_delay{250};

struct Segment {
    enum class Kind { syn, synack, data, fin, rst };

    unsigned connection = 0;  // of the phone
    wire::Transport transport = wire::Transport::tcp;
    Kind kind = Kind::data;
    std::uint32_t sequence = 0;  // these two are set when it is seen
    std::uint32_t acknowledged = 0;
};

struct Packet {
    wire::Instant at{};  // when it crossed the phones' network
    wire::Endpoint source;
    wire::Endpoint destination;
    std::string payload;
    // An ICMP port unreachable in place of an answer: the payload is that of the datagram that it
    // quotes, whose source was this destination.
    bool is_unreachable = false;
    std::optional<Segment> segment = {};
    unsigned unreachable_code = 3;  // RFC 792: 3 of the port, 1 of the host

    bool opens_connection() const { return segment && segment->kind == Segment::Kind::syn; }
};

}  // namespace twinline::world
