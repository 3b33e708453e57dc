// Every part sees every response; a request goes to the first part that knows it.
#include "reference_impl/phone/telephony.hh"

namespace twinline::phone {

Telephony::Telephony(Context& context, Resolver& resolver)
    : responder_(context),
      call_(context, resolver, responder_),
      subscriptions_(context, resolver, responder_) {
    for (const auto& account : context.config.accounts)
        if (account.enabled) subscriptions_.add(lines_.emplace_back(context, resolver, account));
}

void Telephony::take(wire::Instant now, const Register&) {
    for (auto& line : lines_) line.start(now);
}

void Telephony::take(wire::Instant now, const Unregister&) {
    subscriptions_.leave(now);
    for (auto& line : lines_) line.leave(now);
}

void Telephony::take(wire::Instant now, const Dial& dial) {
    for (auto& line : lines_)
        if (line.account().index == dial.account) call_.dial(now, line, dial.number);
}

void Telephony::take(wire::Instant now, const Answer&) { call_.answer(now); }
void Telephony::take(wire::Instant now, const HangUp&) { call_.hang_up(now); }
void Telephony::take(wire::Instant now, const Hold&) { call_.hold(now); }
void Telephony::take(wire::Instant now, const Resume&) { call_.resume(now); }

void Telephony::take_message(wire::Instant now, wire::Transport transport,
                             const wire::Endpoint& source, const std::string& bytes) {
    const auto message = wire::parse_sip(bytes);
    if (!message) return;  // RFC 3261 18.1.2, 18.2.1: what is no message is dropped
    if (message->is_request()) {
        serve(now, {*message, {transport, source, {}, {}}});
        return;
    }
    for (auto& line : lines_) line.on_response(now, *message);
    call_.on_response(now, *message);
    subscriptions_.on_response(now, *message);
    registration_may_have_changed(now);
}

void Telephony::serve(wire::Instant now, const Received& request) {
    if (request.message.via.empty() || responder_.repeats(now, request)) return;
    if (!subscriptions_.on_request(now, request) && !call_.on_request(now, request, lines_))
        responder_.answer_outside_calls(now, request);
}

void Telephony::take_pong(wire::Instant now, const Connections::Peer& peer) {
    for (auto& line : lines_) line.on_pong(now, peer.remote);
    registration_may_have_changed(now);
}

void Telephony::take_stun(wire::Instant now, const wire::Endpoint& source,
                          const wire::StunMessage& message) {
    for (auto& line : lines_) line.on_stun(now, message, source);
    registration_may_have_changed(now);
}

void Telephony::unreachable(wire::Instant now, const Connections::Peer& peer,
                            const std::string& reason) {
    for (auto& line : lines_) line.on_unreachable(now, peer.transport, peer.remote, reason);
    call_.on_unreachable(now, peer.transport, peer.remote, reason);
    subscriptions_.on_unreachable(now, peer.transport, peer.remote, reason);
    registration_may_have_changed(now);
}

void Telephony::resolved(wire::Instant now, const Resolver::Result& result) {
    for (auto& line : lines_) line.on_resolved(now, result);
    call_.on_resolved(now, result);
    subscriptions_.on_resolved(now, result);
    registration_may_have_changed(now);
}

void Telephony::on_deadline(wire::Instant now) {
    for (auto& line : lines_) line.on_deadline(now);
    registration_may_have_changed(now);
    call_.on_deadline(now);
    subscriptions_.on_deadline(now);
}

std::optional<wire::Instant> Telephony::deadline() const {
    auto earliest = call_.deadline();
    const auto consider = [&](std::optional<wire::Instant> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    for (const auto& line : lines_) consider(line.deadline());
    consider(subscriptions_.deadline());
    return earliest;
}

void Telephony::registration_may_have_changed(wire::Instant now) {
    call_.on_registration(now);
    subscriptions_.on_registration(now);
}

}  // namespace twinline::phone
