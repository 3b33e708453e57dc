// What a phone says of itself, as the events that the lab writes down for a live one.
#pragma once

#include "probes/timeline/event.hh"
#include "reference_impl/phone/output.hh"

#include <optional>

namespace twinline::shadow {

// Without instant and subject; none for what nobody is told.
std::optional<timeline::Event> event_of(const phone::Output& output);

}  // namespace twinline::shadow
