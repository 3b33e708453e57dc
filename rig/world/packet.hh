// A UDP datagram in virtual time.
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
};

}  // namespace twinline::world
