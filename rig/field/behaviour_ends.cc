// Connections that a server ends of itself: its processes are gone, as far as a phone can tell, and
// whatever it kept there is (RFC 5626 section 4.2.1: a flow is its connection).
#include "rig/field/evidence.hh"

#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

// Both ends, the phone's first; empty: it is not one of SIP.
std::string connection_of(const Event& event) {
    const bool out = event.direction == Direction::out;
    const auto server = event.field(out ? "dst" : "src");
    if (!server.ends_with(":5060") && !server.ends_with(":5061")) return {};
    return std::string(event.field(out ? "src" : "dst")) + ' ' + std::string(server);
}

}  // namespace

void add_ends(const timeline::Timeline& events, ByServer& all) {
    std::set<std::string> open;
    for (const auto& event : events) {
        if (!event.kind.starts_with("tcp.")) continue;
        const auto connection = connection_of(event);
        if (connection.empty()) continue;
        if (event.kind == "tcp.synack" && event.direction == Direction::in) {
            open.insert(connection);
        } else if (event.kind == "tcp.fin" || event.kind == "tcp.rst") {
            const bool was_open = open.erase(connection) != 0;
            if (!was_open || event.direction != Direction::in) continue;
            auto& list = all[event.peer];
            add(list, event, event.at, scenario::Treatment{scenario::Treatment::Kind::crash});
            list.back().is_exact = true;
        }
    }
}

}  // namespace twinline::field
