// One place for rounding and prepositions, so that all findings sound alike.
#include "rig/judge/wording.hh"

#include <fmt/format.h>

namespace twinline::judge {

namespace {

std::string number(timeline::Duration duration) {
    const auto ms = std::chrono::duration<double, std::milli>(duration).count();
    auto text = fmt::format("{:.3f}", ms / 1000);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

}  // namespace

std::string seconds(timeline::Duration duration) { return number(duration) + " s"; }

std::string seconds(const std::vector<timeline::Duration>& offsets) {
    std::string text;
    for (const auto& offset : offsets) text += (text.empty() ? "" : ", ") + number(offset);
    return text + " s";
}

std::string describe(const timeline::Event& event) {
    const auto field = [&](std::string_view name) { return std::string(event.field(name)); };
    const bool out = event.direction == timeline::Direction::out;
    const auto where = (out ? " to " : " from ") + event.peer;
    if (event.kind == "sip.request")
        return field("method") + (event.field("auth") == "credentials" ? " with credentials" : "") +
               where;
    if (event.kind == "sip.response") return field("status") + " to " + field("method") + where;
    if (event.kind == "dns.query") return field("type") + " query for " + field("name");
    if (event.kind == "dns.response") return field("type") + " answer for " + field("name");
    if (event.kind == "rig.location" || event.kind == "rig.watcher") {
        const auto held = field(event.kind == "rig.location" ? "contact" : "event");
        return field("host") + " holds " +
               (held.empty() ? field("state") : held + " of " + field("user"));
    }
    return event.kind + (event.peer.empty() ? "" : where);
}

}  // namespace twinline::judge
