// Choices of time are shares of some length, in millionths: an instant moves with its choice in
// proportion.
#include "rig/judge/free_choices.hh"

#include "probes/timeline/leading_number.hh"

#include <algorithm>
#include <cmath>

namespace twinline::judge {

namespace {

using timeline::Duration;
using timeline::Event;
using timeline::Instant;

constexpr auto number = timeline::leading_number<std::uint64_t>;

bool refreshes(std::string_view id) { return id.ends_with("refresh-ppm"); }

// The share of what was granted at the instant of the choice.
Instant share_of(const Event& granted, const Event& choice) {
    const auto lifetime = static_cast<Duration::rep>(number(granted.field("expires")));
    const auto ppm = static_cast<Duration::rep>(number(choice.field("value")));
    return choice.at + std::chrono::microseconds(lifetime) * ppm;
}

}  // namespace

bool draws_a_server(const Event& event) {
    const auto id = event.field("id");
    return event.kind == "rig.choice" && (id.ends_with("-weight") || id == "a-record");
}

bool is_pause(const Event& event) {
    const auto id = event.field("id");
    return event.kind == "rig.choice" && (id == "pause-ppm" || id == "flow-pause-ppm");
}

bool puts_off(const Event& event, std::string_view method) {
    if (event.kind != "rig.choice") return false;
    if (is_pause(event)) return true;
    const auto id = event.field("id");
    return id == (method == "SUBSCRIBE" ? "subscription-refresh-ppm" : "refresh-ppm");
}

std::vector<const Event*> choices_between(const Story& expected, const Transaction& before,
                                          const Transaction& after) {
    std::vector<const Event*> found;
    const auto& events = expected.events();  // in order, and many in a long run
    auto event = std::ranges::lower_bound(events, before.start(), {}, &Event::at);
    for (; event != events.end() && (*event)->at <= after.start(); ++event)
        if (puts_off(**event, after.method)) found.insert(found.begin(), *event);
    if (before.answer == nullptr) return found;
    const auto& granted = *before.answer;
    const auto own = std::stable_partition(
        found.begin(), found.end(), [&](const Event* choice) { return choice->at == granted.at; });
    // Of several refreshes that were drawn at one instant, each leads to its own.
    std::ranges::stable_sort(found.begin(), own, {}, [&](const Event* choice) {
        return std::chrono::abs(share_of(granted, *choice) - after.start());
    });
    return found;
}

Freedom freedom_of(const Event& choice) {
    constexpr std::uint64_t whole = 1'000'000;
    const auto value = number(choice.field("value"));
    if (refreshes(choice.field("id"))) return {value, 1, whole};
    // Of a minute at first: a second, and ten minutes.
    if (choice.field("id") == "pause-ppm") return {value, whole / 60, 10 * whole};
    return {value, number(choice.field("low")), number(choice.field("high"))};
}

std::optional<Instant> refresh_due(const Story& expected, const Event& choice) {
    if (!refreshes(choice.field("id"))) return std::nullopt;
    for (const auto& t : expected.transactions())
        if (t.answer != nullptr && t.answer->at == choice.at && puts_off(choice, t.method))
            return share_of(*t.answer, choice);
    return std::nullopt;
}

Duration step_of(const Event& choice, Instant led_to) {
    const auto value = static_cast<Duration::rep>(number(choice.field("value")));
    return value == 0 || led_to <= choice.at ? Duration{} : (led_to - choice.at) / value;
}

Duration may_bring_forward(const Event& choice, Instant led_to) {
    const auto [value, low, high] = freedom_of(choice);
    return step_of(choice, led_to) * static_cast<Duration::rep>(value - std::min(low, value));
}

Duration may_put_off(const Event& choice, Instant led_to) {
    const auto [value, low, high] = freedom_of(choice);
    return step_of(choice, led_to) * static_cast<Duration::rep>(high - std::min(value, high));
}

std::string key_of(const Event& choice) {
    const auto of = choice.field("of");
    return std::string(choice.field("id")) + (of.empty() ? "" : ' ' + std::string(of));
}

Adoption adoption(const Story& expected, const Event& choice, std::uint64_t value) {
    Adoption made{key_of(choice), 0, value};
    for (const auto* event : expected.events()) {
        if (event == &choice) break;
        made.nth += event->kind == "rig.choice" && key_of(*event) == made.key ? 1 : 0;
    }
    return made;
}

std::optional<Adoption> put_off(const Story& expected, const Event& choice, Instant led_to,
                                Duration by) {
    const auto [value, low, high] = freedom_of(choice);
    const auto took = led_to - choice.at;
    if (took <= Duration{} || value == 0) return std::nullopt;
    const auto wanted =
        std::llround(static_cast<double>(value) * static_cast<double>((took + by).count()) /
                     static_cast<double>(took.count()));
    const auto better = static_cast<std::uint64_t>(
        std::clamp(wanted, static_cast<long long>(low), static_cast<long long>(high)));
    if (better == value) return std::nullopt;
    return adoption(expected, choice, better);
}

}  // namespace twinline::judge
