// Which message of a field phone an event is.
#pragma once

#include "probes/timeline/event.hh"

#include <string_view>

namespace twinline::field {

// A request that the phone sends.
inline bool is_sent(const timeline::Event& event, std::string_view method) {
    return event.kind == "sip.request" && event.direction == timeline::Direction::out &&
           event.field("method") == method;
}

// A request that it gets.
inline bool is_got(const timeline::Event& event, std::string_view method) {
    return event.kind == "sip.request" && event.direction == timeline::Direction::in &&
           event.field("method") == method;
}

// An answer to such a request of its own.
inline bool is_answer(const timeline::Event& event, std::string_view method) {
    return event.kind == "sip.response" && event.direction == timeline::Direction::in &&
           event.field("method") == method;
}

}  // namespace twinline::field
