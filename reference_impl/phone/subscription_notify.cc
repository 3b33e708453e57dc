// What each NOTIFY leads to (RFC 6665 section 4.1.3).
#include "reference_impl/phone/subscription.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

const std::string* value_of(const wire::SipMessage& message, std::string_view name,
                            std::string_view brief = {}) {
    const auto* header = message.find(name);
    if (header == nullptr && !brief.empty()) header = message.find(brief);
    return header == nullptr ? nullptr : &header->value;
}

// "terminated;reason=timeout;retry-after=5": the word as the URI, the parameters behind it.
wire::NameAddr read_state(std::string_view value) {
    wire::NameAddr state;
    for (bool first = true; !value.empty(); first = false) {
        const auto end = std::min(value.find(';'), value.size());
        const auto part = wire::trim(value.substr(0, end));
        value.remove_prefix(std::min(end + 1, value.size()));
        const auto equals = std::min(part.find('='), part.size());
        if (first)
            state.uri = wire::lower_case(part);
        else
            state.params.push_back(
                {wire::lower_case(wire::trim(part.substr(0, equals))),
                 wire::lower_case(wire::trim(part.substr(std::min(equals + 1, part.size()))))});
    }
    return state;
}

std::optional<std::chrono::seconds> seconds_of(const wire::NameAddr& state, std::string_view name) {
    const auto number = wire::parse_number(state.param(name).value_or(""));
    return number ? std::optional(std::chrono::seconds(*number)) : std::nullopt;
}

}  // namespace

bool Subscription::on_notify(wire::Instant now, const Received& request) {
    const auto& notify = request.message;
    if (farewell_ && now < farewell_->until && farewell_->dialog.owns(notify)) {
        responder_.answer(now, request, 200);
        return true;
    }
    if (!dialog_ && attempt_ && notify.call_id == request_.call_id &&
        notify.tag_of_to() == request_.tag_of_from() && !notify.tag_of_from().empty())
        on_early_notify(now, request);
    if (!dialog_ || !dialog_->owns(notify)) return false;
    const auto* event = value_of(notify, "Event", "o");
    const auto package = event == nullptr ? std::string_view()
                                          : std::string_view(*event).substr(0, event->find(';'));
    if (!wire::equal_ignoring_case(wire::trim(package), event_name(wanted_.package))) {
        responder_.answer(now, request, 489);
        return true;
    }
    if (!dialog_->accept(notify)) {
        responder_.answer(now, request, 500);  // RFC 3261 12.2.2
        return true;
    }
    dialog_->refresh_target(notify);
    responder_.answer(now, request, 200);
    notify_until_.reset();
    view_.take(notify);
    take_state(now, notify);
    return true;
}

// A NOTIFY that comes before the 2xx says as much (RFC 6665 4.1.2.4).
void Subscription::on_early_notify(wire::Instant now, const Received& request) {
    dialog_ = Dialog::of_subscriber(attempt_->request, request.message, request.source);
    attempt_.reset();
    state_ = State::active;
    line_.used(now, *route_);
    lasts(now, expires_);
}

void Subscription::take_state(wire::Instant now, const wire::SipMessage& notify) {
    const auto* value = value_of(notify, "Subscription-State");
    if (value == nullptr) return;
    const auto state = read_state(*value);
    if (state.uri == "terminated") return terminated(now, state);
    // A time that is shorter than what is known counts (RFC 6665 4.1.3).
    const auto left = seconds_of(state, "expires");
    constexpr std::chrono::seconds slack{1};
    if (left && left->count() > 0 && ends_ && now + *left + slack < *ends_ && !attempt_)
        lasts(now, *left);
}

// RFC 6665 4.1.3: what the reason says of another attempt.
void Subscription::terminated(wire::Instant now, const wire::NameAddr& state) {
    const auto reason = state.param("reason").value_or("");
    const auto what = "the notifier ended it" + (reason.empty() ? "" : " (" + reason + ")");
    if (reason == "rejected" || reason == "noresource" || reason == "invariant") {
        attempt_.reset();
        end_dialog();
        state_ = State::refused;
        context_.say(Decided{{.what = "give-up",
                              .text = name() + ": " + what + " for good",
                              .clauses = {"RFC-6665-02"},
                              .keys = {}}});
        return;
    }
    const auto wait = seconds_of(state, "retry-after");
    if (wait && reason != "deactivated" && reason != "timeout")
        return fail(now, what, {"RFC-6665-02"}, std::min(*wait, longest_retry_after));
    begin_again(now, what, {"RFC-6665-02"});
}

}  // namespace twinline::phone
