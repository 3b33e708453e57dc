// How an event is called in a ladder: a short name and what tells it from its neighbours.
#pragma once

#include "probes/timeline/event.hh"

#include <string>

namespace twinline::reports {

struct Label {
    std::string name;    // "REGISTER", "401 Unauthorized", "SRV?"
    std::string detail;  // "send 2, with credentials"
};

// Neither is escaped: both may hold text from the wire.
Label label(const timeline::Event& event);

// The ordinal of this transmission is above 1: the phone (or the server) said it before.
bool is_retransmission(const timeline::Event& event);

// Seconds with milliseconds: "31.507".
std::string seconds_text(timeline::Duration offset);

}  // namespace twinline::reports
