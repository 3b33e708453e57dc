// Passes everything on to each; what nobody knows is 481.
#include "reference_impl/phone/subscriptions.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

Subscriptions::Subscriptions(Context& context, Resolver& resolver, Responder& responder)
    : context_(context), resolver_(resolver), responder_(responder), one_shots_(context) {}

void Subscriptions::add(Line& line) {
    for (const auto& wanted : line.account().subscriptions)
        subscriptions_.emplace_back(context_, resolver_, responder_, one_shots_, line, wanted);
}

void Subscriptions::leave(wire::Instant now) {
    for (auto& subscription : subscriptions_) subscription.leave(now);
}

bool Subscriptions::on_request(wire::Instant now, const Received& request) {
    if (request.message.method != "NOTIFY") return false;
    const bool taken = std::ranges::any_of(subscriptions_, [&](Subscription& subscription) {
        return subscription.on_notify(now, request);
    });
    if (taken) return true;
    const auto* event = request.message.find("Event");
    const std::string_view value = event == nullptr ? std::string_view() : event->value;
    const bool is_check_sync =
        wire::equal_ignoring_case(wire::trim(value.substr(0, value.find(';'))), "check-sync");
    if (is_check_sync && request.message.tag_of_to().empty())
        check_sync(now, request);
    else
        responder_.answer(now, request, 481);
    return true;
}

// Outside any dialog a server may ask the phone to fetch its configuration (EXT-YL-21).
void Subscriptions::check_sync(wire::Instant now, const Received& request) {
    responder_.answer(now, request, 200);
    const auto value = wire::lower_case(request.message.find("Event")->value);
    const auto at = value.find("reboot");
    const auto rest = at == std::string::npos ? std::string() : value.substr(at + 6);
    const bool reboots = rest.starts_with("=true") || rest.starts_with(" = true");
    context_.configuration_wanted =
        reboots ? Context::Restart::always : Context::Restart::if_changed;
    context_.say(Decided{
        {.what = "check-sync",
         .text = wire::to_string(request.source.endpoint) +
                 (reboots ? " asks for a restart" : " asks to look for a new configuration"),
         .clauses = {"EXT-YL-21"},
         .keys = {}}});
}

void Subscriptions::on_response(wire::Instant now, const wire::SipMessage& response) {
    one_shots_.on_response(now, response);
    for (auto& subscription : subscriptions_) subscription.on_response(now, response);
}

void Subscriptions::on_unreachable(wire::Instant now, wire::Transport transport,
                                   const wire::Endpoint& server, const std::string& reason) {
    for (auto& subscription : subscriptions_)
        subscription.on_unreachable(now, transport, server, reason);
}

void Subscriptions::on_resolved(wire::Instant now, const Resolver::Result& result) {
    for (auto& subscription : subscriptions_) subscription.on_resolved(now, result);
}

void Subscriptions::on_registration(wire::Instant now) {
    for (auto& subscription : subscriptions_) subscription.on_registration(now);
}

void Subscriptions::on_deadline(wire::Instant now) {
    one_shots_.on_deadline(now);
    for (auto& subscription : subscriptions_) subscription.on_deadline(now);
}

std::optional<wire::Instant> Subscriptions::deadline() const {
    auto earliest = one_shots_.deadline();
    for (const auto& subscription : subscriptions_)
        if (const auto due = subscription.deadline(); due && (!earliest || *due < *earliest))
            earliest = due;
    return earliest;
}

}  // namespace twinline::phone
