// Connections that a server ends of itself: its processes are gone, as far as a phone can tell, and
// whatever it kept there is (RFC 5626 section 4.2.1: a flow is its connection).
#include "rig/field/evidence.hh"

#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

bool is_of_sip(const Event& event) {
    return event.peer_port == "5060" || event.peer_port == "5061";
}

// Both ends, the phone's first.
std::string connection_of(const Event& event) {
    const bool out = event.direction == Direction::out;
    return std::string(event.field(out ? "src" : "dst")) + ' ' +
           std::string(event.field(out ? "dst" : "src"));
}

}  // namespace

void add_ends(const timeline::Timeline& events, ByServer& all) {
    std::set<std::string> open;
    for (const auto& event : events) {
        if (!is_of_sip(event)) continue;
        if (event.kind == "tcp.synack" && event.direction == Direction::in) {
            open.insert(connection_of(event));
        } else if (event.kind == "tcp.fin" || event.kind == "tcp.rst") {
            const bool was_open = open.erase(connection_of(event)) != 0;
            if (!was_open || event.direction != Direction::in) continue;
            auto& list = all[event.peer];
            add(list, event, event.at, scenario::Treatment{scenario::Treatment::Kind::crash});
            list.back().is_exact = true;
        }
    }
}

}  // namespace twinline::field
