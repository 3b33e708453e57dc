// Connections that are ended. By the server, of itself: its processes are gone, as far as a phone
// can tell, and whatever it kept there is (RFC 5626 section 4.2.1: a flow is its connection). By
// the phone, before it has said anything: it does not trust whom it found.
#include "rig/field/evidence.hh"

#include <algorithm>
#include <map>

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;

// Both ends, the phone's first; empty: it is not one of SIP.
std::string connection_of(const Event& event) {
    const bool out = event.direction == Direction::out;
    const auto server = event.field(out ? "dst" : "src");
    if (!server.ends_with(":5060") && !server.ends_with(":5061")) return {};
    return std::string(event.field(out ? "src" : "dst")) + ' ' + std::string(server);
}

bool is_over_tls(std::string_view connection) { return connection.ends_with(":5061"); }

// Without a word (RFC 5922 section 7.3). A connection that cannot be read says nothing of that.
bool is_distrust(const timeline::Timeline& events, const Event& begun, const Event& ended) {
    return std::ranges::none_of(events, [&](const Event& event) {
        return event.at >= begun.at && event.at <= ended.at && event.peer == ended.peer &&
               (event.kind.starts_with("sip.") || event.kind == "tls.unreadable");
    });
}

}  // namespace

void add_ends(const timeline::Timeline& events, ByServer& all) {
    struct Connection {
        const Event* begun = nullptr;  // SYN
        bool is_open = false;
    };
    std::map<std::string, Connection> known;
    for (const auto& event : events) {
        if (!event.kind.starts_with("tcp.")) continue;
        const auto connection = connection_of(event);
        if (connection.empty()) continue;
        if (event.kind == "tcp.syn" && event.direction == Direction::out) {
            known.try_emplace(connection, Connection{&event});
        } else if (event.kind == "tcp.synack" && event.direction == Direction::in) {
            known.try_emplace(connection, Connection{&event}).first->second.is_open = true;
        } else if (event.kind == "tcp.fin" || event.kind == "tcp.rst") {
            const auto ended = known.extract(connection);
            if (ended.empty() || !ended.mapped().is_open) continue;
            const auto& begun = *ended.mapped().begun;
            auto& list = all[event.peer];
            if (event.direction == Direction::in) {
                add(list, event, event.at, Treatment{Treatment::Kind::crash});
                list.back().is_exact = true;
            } else if (is_over_tls(connection) && is_distrust(events, begun, event)) {
                add(list, begun, event.at, Treatment{Treatment::Kind::wrong_certificate});
            }
        }
    }
}

}  // namespace twinline::field
