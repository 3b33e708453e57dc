// Where everything is in the worlds of these tests.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"

namespace twinline::test {

inline constexpr wire::Ipv4 device{0xc6336464}, twin{0xc6336465};
inline constexpr wire::Ipv4 primary{0xc000020b}, secondary{0xc000020c}, proxy{0xc0000215},
    name_server{0xc0000202};
inline const wire::Endpoint phone_contact{device, 5060};
inline const wire::Instant start{};

}  // namespace twinline::test
