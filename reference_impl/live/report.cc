// The lines: {"at_ms", "wall_ns", "kind", ...}.
#include "reference_impl/live/report.hh"

#include <nlohmann/json.hpp>

namespace twinline::live {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const phone::Decision& decision) {
    Json keys = Json::object();
    for (const auto& [name, value] : decision.keys) keys[name] = value;
    return {{"kind", "decision"},
            {"what", decision.what},
            {"text", decision.text},
            {"clauses", decision.clauses},
            {"keys", keys}};
}

Json to_json(const phone::Display& display) {
    return {{"kind", "display"},
            {"account", display.account},
            {"line_state", display.line_state},
            {"server", display.server},
            {"notice", display.notice}};
}

Json to_json(const phone::CallDisplay& display) {
    return {{"kind", "call"},
            {"account", display.account},
            {"state", display.state},
            {"notice", display.notice},
            {"softkeys", display.softkeys}};
}

Json to_json(const phone::MediaStart& media) {
    return {{"kind", "media"},
            {"state", "started"},
            {"local", wire::to_string(media.local)},
            {"remote", wire::to_string(media.remote)},
            {"payload", media.format.payload},
            {"direction", wire::to_string(media.direction)}};
}

Json to_json(const phone::SubscriptionDisplay& display) {
    return {{"kind", "subscription"}, {"account", display.account}, {"package", display.package},
            {"user", display.user},   {"state", display.state},     {"notice", display.notice}};
}

Json to_json(const phone::ProvisioningDisplay& display) {
    return {{"kind", "provisioning"},
            {"state", display.state},
            {"server", display.server},
            {"skip", display.skip ? "yes" : "no"}};
}

Json to_json(const phone::ErrorMessage& message) {
    return {{"kind", "error-message"}, {"text", message.text}};
}

}  // namespace

void Report::ready(wire::Instant at, wire::Endpoint sip, std::uint64_t seed) {
    write(at, {{"kind", "ready"}, {"sip", wire::to_string(sip)}, {"seed", seed}});
}

void Report::output(wire::Instant at, const phone::Output& output) {
    const auto* why = phone::reason_of(output);
    if (why != nullptr) return write(at, to_json(*why));
    if (const auto* call = std::get_if<phone::CallDisplay>(&output))
        return write(at, to_json(*call));
    if (const auto* media = std::get_if<phone::MediaStart>(&output))
        return write(at, to_json(*media));
    if (const auto* subscription = std::get_if<phone::SubscriptionDisplay>(&output))
        return write(at, to_json(*subscription));
    if (const auto* display = std::get_if<phone::Display>(&output))
        return write(at, to_json(*display));
    if (const auto* shown = std::get_if<phone::ProvisioningDisplay>(&output))
        return write(at, to_json(*shown));
    if (const auto* message = std::get_if<phone::ErrorMessage>(&output))
        return write(at, to_json(*message));
    // What has stopped is told with its counts.
}

void Report::media_counts(wire::Instant at, const MediaCounts& counts) {
    write(at, {{"kind", "media"},
               {"state", "stopped"},
               {"sent", counts.sent},
               {"received", counts.received},
               {"lost", counts.lost},
               {"foreign", counts.foreign}});
}

void Report::error(wire::Instant at, std::string_view text) {
    write(at, {{"kind", "error"}, {"text", text}});
}

// Both stamps name the moment `at`, which lies a little before the writing.
void Report::write(wire::Instant at, const Json& content) {
    using std::chrono::duration_cast, std::chrono::nanoseconds;
    const auto since = std::chrono::steady_clock::now() - start_ - at.time_since_epoch();
    const auto wall = std::chrono::system_clock::now().time_since_epoch() - since;
    const std::chrono::duration<double, std::milli> milliseconds = at.time_since_epoch();
    Json line{{"at_ms", milliseconds.count()},
              {"wall_ns", duration_cast<nanoseconds>(wall).count()}};
    line.update(content);
    out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
}

}  // namespace twinline::live
