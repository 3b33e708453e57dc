// What the probe makes of one datagram on a port.
#pragma once

#include "probes/timeline/event.hh"

#include <cstdint>
#include <optional>
#include <string_view>

namespace twinline::fuzz {

std::optional<timeline::Event> seen(std::string_view datagram, std::uint16_t port);

}  // namespace twinline::fuzz
