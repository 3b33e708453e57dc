// Registrations are counted, for they are what phone and reference surely have in common; requests
// only since the last one.
#include "rig/field/anchors.hh"

#include "rig/field/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Duration;
using timeline::Event;

bool is_registration(const Event& event) {
    return event.kind == "sip.response" && event.direction == Direction::in &&
           event.field("method") == "REGISTER" && event.field("status") == "200" &&
           event.field("send") == "1";
}

}  // namespace

bool Anchors::is_new_request(const Event& event) const {
    return event.kind == "sip.request" && event.direction == Direction::out &&
           event.field("send") == "1" && event.field("method") != "ACK" &&
           met_.at(event.peer) != nullptr;
}

Anchors::Last Anchors::last_before(timeline::Instant wanted) const {
    Last last;
    for (const auto& event : phone_.events) {
        if (event.at >= wanted) break;
        if (is_registration(event)) {
            last.registered = &event;
            ++last.registrations;
            last.request = nullptr;
        } else if (is_new_request(event)) {
            last.request = &event;
        }
    }
    return last;
}

scenario::Trigger Anchors::trigger(timeline::Instant wanted, Events& events) const {
    const auto last = last_before(wanted);
    if (last.registered == nullptr && last.request == nullptr)
        return {"power-on", std::max(wanted - power_on_, Duration{}), {}};
    std::string registered;
    // The one before the capture counts too, and so does what was asked to come to it.
    if (last.registered != nullptr || met_.late_start) {
        const auto nth = last.registrations + (met_.late_start ? 1 : 0);
        registered = fmt::format("registered-{}", nth);
        auto& pattern = events[registered];
        pattern.kind = "sip.response";
        pattern.direction = Direction::in;
        pattern.fields = {{"method", "REGISTER"}, {"status", "200"}, {"send", "1"}};
        pattern.nth = nth;
        if (last.request == nullptr) return {registered, wanted - last.registered->at, {}};
    }
    const auto method = std::string(last.request->field("method"));
    unsigned nth = 0;
    for (const auto& event : phone_.events) {
        if ((last.registered == nullptr || event.at >= last.registered->at) &&
            is_new_request(event) && event.peer == last.request->peer &&
            event.field("method") == method)
            ++nth;
        if (&event == last.request) break;
    }
    const auto& role = met_.at(last.request->peer)->role;
    const auto name = fmt::format("{}-{}-{}{}", lower(method), role, nth,
                                  registered.empty() ? "" : "-since-" + registered);
    auto& pattern = events[name];
    pattern.kind = "sip.request";
    pattern.peer = role;
    pattern.direction = Direction::out;
    pattern.fields = {{"method", method}, {"send", "1"}};
    pattern.nth = nth;
    pattern.after = registered;
    return {name, wanted - last.request->at, {}};
}

}  // namespace twinline::field
