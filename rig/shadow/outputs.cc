// The fields are those of the lines of twinline-phone.
#include "rig/shadow/outputs.hh"

namespace twinline::shadow {

namespace {

timeline::Event told(std::string kind, timeline::Fields fields) {
    timeline::Event event;
    event.kind = std::move(kind);
    event.fields = std::move(fields);
    return event;
}

struct Teller {
    timeline::Event operator()(const phone::Display& display) const {
        return told("rig.display", {{"account", std::to_string(display.account)},
                                    {"line_state", display.line_state},
                                    {"server", display.server},
                                    {"notice", display.notice}});
    }
    timeline::Event operator()(const phone::CallDisplay& call) const {
        return told("rig.call", {{"account", std::to_string(call.account)},
                                 {"state", call.state},
                                 {"notice", call.notice},
                                 {"softkeys", call.softkeys}});
    }
    timeline::Event operator()(const phone::MediaStart& media) const {
        return told("rig.media", {{"state", "started"},
                                  {"local", wire::to_string(media.local)},
                                  {"remote", wire::to_string(media.remote)},
                                  {"payload", std::to_string(media.format.payload)},
                                  {"direction", std::string(wire::to_string(media.direction))}});
    }
    timeline::Event operator()(const phone::MediaStop&) const {
        return told("rig.media", {{"state", "stopped"}});
    }
    timeline::Event operator()(const phone::SubscriptionDisplay& shown) const {
        return told("rig.subscription", {{"account", std::to_string(shown.account)},
                                         {"package", shown.package},
                                         {"user", shown.user},
                                         {"state", shown.state},
                                         {"notice", shown.notice}});
    }
    timeline::Event operator()(const phone::ProvisioningDisplay& shown) const {
        return told("rig.provisioning", {{"state", shown.state},
                                         {"server", shown.server},
                                         {"skip", shown.skip ? "yes" : "no"}});
    }
    timeline::Event operator()(const phone::ErrorMessage& message) const {
        return told("rig.error-message", {{"text", message.text}});
    }
    timeline::Event of_decision(const phone::Decision& why) const {
        auto event = told("rig.decision", {{"what", why.what}, {"text", why.text}});
        for (const auto& [key, value] : why.keys) event.fields.insert_or_assign(key, value);
        event.clauses = why.clauses;
        return event;
    }
};

}  // namespace

std::optional<timeline::Event> event_of(const phone::Output& output) {
    const Teller tell;
    if (const auto* why = phone::reason_of(output)) return tell.of_decision(*why);
    return std::visit(
        [&](const auto& value) -> std::optional<timeline::Event> {
            if constexpr (requires { tell(value); })
                return tell(value);
            else
                return std::nullopt;
        },
        output);
}

}  // namespace twinline::shadow
