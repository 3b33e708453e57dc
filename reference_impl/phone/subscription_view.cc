// Only news is shown, so that a flood of NOTIFYs is none for the user.
#include "reference_impl/phone/subscription_view.hh"

#include "reference_impl/wire/event_package.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace twinline::phone {

namespace {

using config::EventPackage;

constexpr std::size_t most_appearances = 32;

std::string shown_as(std::string_view state) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> names{
        {{"trying", "ringing"},
         {"proceeding", "ringing"},
         {"early", "ringing"},
         {"confirmed", "talking"},
         {"alerting", "ringing"},
         {"progressing", "ringing"},
         {"active", "talking"},
         {"held", "held"}}};
    const auto* found =
        std::ranges::find(names, state, &std::pair<std::string_view, std::string_view>::first);
    return std::string(found == names.end() ? "idle" : found->second);
}

// One value of Call-Info: "<sip:pbx.test>;appearance-index=1;appearance-state=alerting".
std::string parameter(std::string_view value, std::string_view name) {
    while (!value.empty()) {
        const auto end = std::min(value.find(';'), value.size());
        const auto part = wire::trim(value.substr(0, end));
        value.remove_prefix(std::min(end + 1, value.size()));
        const auto equals = part.find('=');
        if (equals != std::string_view::npos &&
            wire::equal_ignoring_case(wire::trim(part.substr(0, equals)), name))
            return wire::lower_case(wire::trim(part.substr(equals + 1)));
    }
    return {};
}

}  // namespace

std::string event_name(EventPackage package) {
    switch (package) {
        case EventPackage::message_summary:
            return "message-summary";
        case EventPackage::dialog:
            return "dialog";
        case EventPackage::shared_line:
            break;
    }
    return "call-info";
}

std::string body_type(EventPackage package) {
    switch (package) {
        case EventPackage::message_summary:
            return "application/simple-message-summary";
        case EventPackage::dialog:
            return "application/dialog-info+xml";
        case EventPackage::shared_line:
            break;
    }
    return {};
}

void SubscriptionView::take(const wire::SipMessage& notify) {
    if (wanted_.package == EventPackage::shared_line) return take_appearances(notify);
    if (notify.body.empty()) return;  // RFC 6665 4.1.3: nothing is said of the state
    const auto type = notify.content_type.substr(0, notify.content_type.find(';'));
    if (!wire::equal_ignoring_case(wire::trim(type), body_type(wanted_.package)))
        return ignore("its body is " + notify.content_type);
    if (wanted_.package == EventPackage::message_summary)
        take_summary(notify);
    else
        take_dialogs(notify);
}

void SubscriptionView::take_summary(const wire::SipMessage& notify) {
    const auto summary = wire::parse_message_summary(notify.body);
    if (!summary) return ignore(summary.error().reason);
    std::string notice;
    if (summary->voice)
        notice = std::to_string(summary->voice->fresh) + " new, " +
                 std::to_string(summary->voice->old) + " old";
    show(summary->waiting ? "waiting" : "none", notice);
}

// RFC 4235 4.3: a version that is not higher is old; a full one replaces, a partial one changes.
void SubscriptionView::take_dialogs(const wire::SipMessage& notify) {
    const auto info = wire::parse_dialog_info(notify.body);
    if (!info) return ignore(info.error().reason);
    if (version_ && info->version <= *version_) return ignore("it is older than what is known");
    version_ = info->version;
    if (info->full) states_.clear();
    for (const auto& dialog : info->dialogs) {
        if (dialog.state == "terminated")
            states_.erase(dialog.id);
        else if (states_.contains(dialog.id) || states_.size() < wire::most_dialogs)
            states_[dialog.id] = dialog.state;
    }
    show_busiest(states_);
}

void SubscriptionView::take_appearances(const wire::SipMessage& notify) {
    for (const auto& header : notify.other) {
        if (!wire::equal_ignoring_case(header.name, "Call-Info")) continue;
        for (std::string_view rest = header.value; !rest.empty();) {
            const auto end = std::min(rest.find(','), rest.size());
            const auto index = parameter(rest.substr(0, end), "appearance-index");
            const auto state = parameter(rest.substr(0, end), "appearance-state");
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (state.empty()) continue;
            if (index == "*") states_.clear();
            if (states_.contains(index) || states_.size() < most_appearances)
                states_[index] = state;
        }
    }
    show_busiest(states_);
}

void SubscriptionView::show_busiest(const std::map<std::string, std::string>& states) {
    std::string busiest = "idle";
    for (const std::string_view wanted : {"held", "talking", "ringing"})
        for (const auto& [id, state] : states)
            if (shown_as(state) == wanted) busiest = wanted;
    show(busiest);
}

void SubscriptionView::forget() {
    states_.clear();
    version_.reset();
    show("unknown");
}

void SubscriptionView::show(const std::string& state, const std::string& notice) {
    if (state == shown_ && notice == notice_) return;
    shown_ = state;
    notice_ = notice;
    context_.say(
        SubscriptionDisplay{account_, event_name(wanted_.package), wanted_.user, state, notice});
}

void SubscriptionView::ignore(const std::string& reason) {
    context_.say(Decided{{.what = "ignore",
                          .text = "makes nothing of a NOTIFY: " + reason,
                          .clauses = {"RFC-6665-02"},
                          .keys = {}}});
}

}  // namespace twinline::phone
