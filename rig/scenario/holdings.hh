// What a server holds of a phone: the bindings of its location and the subscriptions of its
// notifier, as it is told on a timeline.
#pragma once

#include "probes/timeline/event.hh"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::scenario {

struct Holdings {
    struct Binding {
        std::string user, contact;
        unsigned left = 0;     // seconds
        std::string reg_id{};  // of a flow (RFC 5626); empty: it is none
    };
    struct Subscription {
        std::string user, event;  // whom it is about, "message-summary"
        unsigned left = 0;        // seconds
    };
    std::vector<Binding> bindings;
    std::optional<std::vector<Subscription>> subscriptions;  // none: the server has no notifier
};

// Kind and fields of an event each: "rig.location" and "rig.watcher", whose state is "bound" or
// "active", or "none" where there is nothing. `holdings` is null of a server that is gone or stands
// still: its location is "unreadable".
std::vector<std::pair<std::string, timeline::Fields>> events_of(std::string_view host,
                                                                const Holdings* holdings);

}  // namespace twinline::scenario
