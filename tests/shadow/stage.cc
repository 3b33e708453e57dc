// A ladder here is one line an event: enough to see at a glance what a failed test saw.
#include "tests/shadow/stage.hh"

#include "probes/timeline/json_lines.hh"

#include <fmt/format.h>

#include <sstream>

namespace twinline::test {

using timeline::Event;
using timeline::Timeline;

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

const scenario::Scenario& boot() { return catalogue().scenarios.at("generic/register/boot"); }
const scenario::Scenario& failover() {
    return catalogue().scenarios.at("generic/register/boot-failover-silent-primary");
}

Timeline play_both(const scenario::Scenario& scenario, std::uint64_t seed) {
    return shadow::play(scenario, {{"device", {}}, {"twin", {}}}, seed);
}

Events of_kind(const Timeline& timeline, std::string_view subject, std::string_view kind) {
    Events some;
    for (const auto& event : timeline)
        if (event.subject == subject && event.kind == kind) some.push_back(&event);
    return some;
}

Events sent_to(const Timeline& timeline, std::string_view subject, std::string_view peer) {
    Events some;
    for (const auto* event : of_kind(timeline, subject, "sip.request"))
        if (event->peer == peer && event->direction == timeline::Direction::out)
            some.push_back(event);
    return some;
}

std::string text_of(const Timeline& timeline) {
    std::ostringstream out;
    timeline::write(out, timeline);
    return out.str();
}

std::string ladder_of(const Timeline& timeline, std::string_view subject) {
    std::string text;
    for (const auto& event : timeline)
        if (event.subject == subject)
            text += fmt::format("{:12.6f} s {} {} {} {} {}\n",
                                std::chrono::duration<double>(event.at.time_since_epoch()).count(),
                                event.kind, event.peer, event.field("method"),
                                event.field("status"), event.field("what"));
    return text;
}

}  // namespace twinline::test
