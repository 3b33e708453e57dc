// One event a binding or subscription, and one where there is none: that nothing is held is a
// finding too.
#include "rig/scenario/holdings.hh"

namespace twinline::scenario {

std::vector<std::pair<std::string, timeline::Fields>> events_of(std::string_view host,
                                                                const Holdings* holdings) {
    std::vector<std::pair<std::string, timeline::Fields>> events;
    const auto add = [&](const char* kind, timeline::Fields fields) {
        fields["host"] = host;
        events.emplace_back(kind, std::move(fields));
    };
    if (holdings == nullptr) {
        add("rig.location", {{"state", "unreadable"}});
        return events;
    }
    for (const auto& binding : holdings->bindings) {
        timeline::Fields fields{{"state", "bound"},
                                {"user", binding.user},
                                {"contact", binding.contact},
                                {"left", std::to_string(binding.left)}};
        if (!binding.reg_id.empty()) fields["reg_id"] = binding.reg_id;
        add("rig.location", std::move(fields));
    }
    if (holdings->bindings.empty()) add("rig.location", {{"state", "none"}});
    if (!holdings->subscriptions) return events;
    for (const auto& subscription : *holdings->subscriptions)
        add("rig.watcher", {{"state", "active"},
                            {"user", subscription.user},
                            {"event", subscription.event},
                            {"left", std::to_string(subscription.left)}});
    if (holdings->subscriptions->empty()) add("rig.watcher", {{"state", "none"}});
    return events;
}

}  // namespace twinline::scenario
