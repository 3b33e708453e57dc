// An event that owns nothing: views of the octets it was read from, for those who pass it on as it
// comes. A million a second leave no time to copy each; who keeps one makes an Event of it.
#pragma once

#include "probes/timeline/event.hh"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace twinline::timeline {

struct FieldView {
    std::string_view name;
    std::string_view value;
};

// The members of Event, which event.hh explains; valid during the call only.
struct EventView {
    std::uint64_t id = 0;
    Instant at{};
    std::string_view subject;
    Direction direction = Direction::none;
    std::string_view peer;
    std::string_view peer_port;
    std::string_view kind;
    std::span<const FieldView> fields;  // in order of the names, each once
    std::optional<std::uint64_t> frame;
};

Event to_event(const EventView& view);

}  // namespace twinline::timeline
