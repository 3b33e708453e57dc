// A part ends with the rig's `end` step, or at the limit; what a phone does later is nobody's
// business.
#include "rig/judge/story.hh"

#include "rig/scenario/handset.hh"

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

namespace twinline::judge {

using timeline::Direction;
using timeline::Event;

Story::Story(const scenario::Scenario& scenario, const timeline::Timeline& timeline,
             std::string subject)
    : scenario_(&scenario), subject_(std::move(subject)), matcher_(scenario, subject_) {
    gather(timeline);
    group();
}

void Story::gather(const timeline::Timeline& timeline) {
    if (timeline.empty()) return;
    matcher_.tell("start", timeline.front().at);
    // A handset hangs on the wire before it has its configuration, and does what an earlier one
    // says; and some of what it wants of the wire is no phone's business.
    const auto power_on = std::ranges::find_if(timeline, [this](const Event& event) {
        return event.subject == subject_ && event.kind == "rig.stimulus" &&
               event.field("what") == "power on";
    });
    bool is_off = false;  // between the order to begin again and its boot, likewise
    for (const auto& event : timeline) {
        if (event.subject != subject_) continue;
        if (event.kind == "rig.off") is_off = true;
        if (!event.kind.starts_with("rig.") &&
            (event.peer == scenario::services_address || is_off ||
             (power_on != timeline.end() && event.at < power_on->at)))
            continue;
        end_ = event.at;
        if (event.kind == "rig.stimulus") {
            const auto what = event.field("what");
            is_off = is_off && what != "power on" && !what.starts_with("flash ");
            if (what == "end" || what == "limit reached") break;
            if (what == "power on") matcher_.tell("power-on", event.at);
        }
        events_.push_back(&event);
        matcher_.feed(event);
    }
}

void Story::group() {
    using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
    std::map<Key, std::size_t> by_key;
    const auto key = [](const Event& e) {
        return Key(e.field("branch"), e.field("cseq"), e.field("method"), e.peer);
    };
    for (const auto* event : events_) {
        if (event->kind == "sip.request" && event->direction == Direction::out) {
            const auto [known, is_new] = by_key.try_emplace(key(*event), transactions_.size());
            if (!is_new) {
                transactions_[known->second].sends.push_back(event);
                continue;
            }
            transactions_.push_back({std::string(event->field("method")),
                                     event->peer,
                                     std::string(event->field("auth")),
                                     std::string(event->field("branch")),
                                     std::string(event->field("cseq")),
                                     {event}});
        } else if (event->kind == "sip.response" && event->direction == Direction::in &&
                   event->field("status") >= "200") {
            const auto known = by_key.find(key(*event));
            if (known == by_key.end()) continue;
            auto& answer = transactions_[known->second].answer;
            if (answer == nullptr) answer = event;
        }
    }
}

const Transaction* Story::transaction_of(const Event& request) const {
    for (const auto& t : transactions_)
        for (const auto* send : t.sends)
            if (send->id == request.id) return &t;
    return nullptr;
}

// What a machine does by itself, whether there is a phone in it or not: its neighbours, its own
// name, the time.
bool Story::is_of_a_phone(const Event& event) const {
    if (event.kind.starts_with("rig.") || event.kind.starts_with("arp.") ||
        event.kind.starts_with("icmp."))
        return false;
    if (event.kind != "dns.query") return true;
    // Mangled as it may be, it has something of a name that the phone was given.
    std::istringstream name{std::string(event.field("name"))};
    for (std::string label; std::getline(name, label, '.');)
        if (label.size() > 2 && (scenario_->config.find(label) != std::string::npos ||
                                 scenario_->topology.domain.find(label) != std::string::npos))
            return true;
    return false;
}

bool Story::is_silent() const {
    return std::ranges::none_of(events_, [this](const Event* e) {
        return e->direction == Direction::out && is_of_a_phone(*e);
    });
}

}  // namespace twinline::judge
