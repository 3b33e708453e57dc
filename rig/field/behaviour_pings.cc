// Which keep-alives a server answers, and whether it is deaf to them alone (RFC 5626 section 4.4).
#include "rig/field/evidence.hh"

#include <set>

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;

constexpr timeline::Duration pong_limit = std::chrono::seconds{10};  // RFC 5626 section 4.4.1

// A server that says so, or does it (RFC 5626 section 6).
bool answers_pings(const Event& event) {
    return event.direction == Direction::in &&
           (event.kind == "keepalive.pong" ||
            (event.kind == "sip.response" &&
             event.field("require").find("outbound") != std::string_view::npos));
}

}  // namespace

// Of servers that answer pings. One that hears a request while it answers none is mute
// (RFC 5626 section 4.4), else it is silent.
void add_pings(const timeline::Timeline& events, timeline::Instant end, ByServer& all) {
    std::set<std::string> pongers;
    for (const auto& event : events)
        if (answers_pings(event)) pongers.insert(event.peer);
    for (auto event = events.begin(); event != events.end(); ++event) {
        if (event->kind != "keepalive.ping" || event->direction != Direction::out ||
            !pongers.contains(event->peer) || event->at + pong_limit > end ||
            (!event->field("send").empty() && event->field("send") != "1"))
            continue;
        const auto next = [&](auto matches) {
            const auto found = std::find_if(event, events.end(), [&](const Event& later) {
                return later.direction == Direction::in && later.peer == event->peer &&
                       matches(later);
            });
            return found == events.end() || found->at > event->at + pong_limit ? nullptr : &*found;
        };
        const auto* pong = next([](const Event& e) { return e.kind == "keepalive.pong"; });
        const auto* other = next([](const Event& e) { return e.kind == "sip.response"; });
        std::optional<Treatment> treatment;
        if (pong == nullptr)
            treatment =
                Treatment{other != nullptr ? Treatment::Kind::mute : Treatment::Kind::silence};
        add(all[event->peer], *event, pong == nullptr ? event->at : pong->at, treatment);
        all[event->peer].back().method = ping;
    }
}

}  // namespace twinline::field
