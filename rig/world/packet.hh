// A UDP datagram in virtual time, or the ICMP error that it led to.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"

#include <string>

namespace twinline::world {

struct Packet {
    wire::Instant at{};  // when it crossed the phones' network
    wire::Endpoint source;
    wire::Endpoint destination;
    std::string payload;
    // An ICMP port unreachable in place of an answer: the payload is that of the datagram that it
    // quotes, whose source was this destination.
    bool is_unreachable = false;
};

}  // namespace twinline::world
