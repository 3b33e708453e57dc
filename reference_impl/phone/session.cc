// A request inside the dialog that gets no answer, 408 or 481 ends the call; no other server is
// asked (RFC-3261-1221, RFC-3261-1222).
#include "reference_impl/phone/session.hh"

#include <algorithm>

namespace twinline::phone {

Session::Session(Context& context, const config::Account& account, Dialog dialog,
                 wire::SessionDescription local, wire::SessionDescription remote,
                 Responder& responder, OneShots& one_shots)
    : context_(context),
      account_(account),
      dialog_(std::move(dialog)),
      local_(std::move(local)),
      remote_(std::move(remote)),
      responder_(responder),
      one_shots_(one_shots),
      authenticator_(context, account) {}

void Session::acknowledge(std::uint32_t cseq) {
    auto ack = dialog_.ack(cseq);
    address_to(context_, dialog_.next_hop(), new_branch(context_), ack);
    transmit(context_, dialog_.next_hop(), ack, 1,
             {.what = "acknowledge",
              .text = "acknowledges the answer",
              .clauses = {"RFC-3261-1221"},
              .keys = {}});
}

void Session::await_ack(wire::Instant now, Received invite, wire::SipMessage response) {
    const auto t1 = context_.config.timers.t1;
    unacknowledged_ =
        Unacknowledged{std::move(invite), std::move(response), now + t1, now + 64 * t1, t1};
}

void Session::hang_up(wire::Instant now) {
    if (over_) return;
    auto bye = dialog_.request("BYE");
    address_to(context_, dialog_.next_hop(), new_branch(context_), bye);
    one_shots_.send(
        now, dialog_.next_hop(), std::move(bye),
        {.what = "bye", .text = "ends the call", .clauses = {"RFC-3261-1221"}, .keys = {}});
    end(now, "");
}

void Session::reoffer(wire::Instant now, wire::Direction direction) {
    if (over_ || reoffer_ || local_.direction == direction) return;
    auto offer = local_;
    ++offer.version;
    offer.direction = direction;
    send_reoffer(now, std::move(offer), false);
}

void Session::send_reoffer(wire::Instant now, wire::SessionDescription offer,
                           bool has_credentials) {
    auto request = dialog_.request("INVITE");
    const auto target = dialog_.next_hop();
    request.contact = {{"", dialog_contact_uri(context_, account_, target.transport), {}}};
    request.content_type = "application/sdp";
    request.body = wire::serialise(offer);
    address_to(context_, target, new_branch(context_), request);
    authenticator_.apply(target.endpoint, request);
    const bool holds = offer.direction != wire::Direction::sendrecv;
    transmit(context_, target, request, 1,
             {.what = holds ? "hold" : "resume",
              .text = holds ? "holds the call" : "takes the call back",
              .clauses = {"RFC-3261-1221"},
              .keys = {}});
    const bool reliable = is_reliable(request);
    reoffer_ = Reoffer{
        target, std::move(request), std::move(offer),
        ClientTransaction(ClientTransaction::Kind::invite, now, context_.config.timers, reliable),
        has_credentials};
}

bool Session::on_request(wire::Instant now, const Received& request) {
    const auto& message = request.message;
    if (over_ || !dialog_.owns(message)) return false;
    if (message.method == "ACK") {
        if (unacknowledged_ && message.cseq == unacknowledged_->response.cseq)
            unacknowledged_.reset();
        return true;
    }
    if (!dialog_.accept(message)) {
        responder_.answer(now, request, 500);  // RFC 3261 12.2.2
        return true;
    }
    if (message.method == "BYE") {
        responder_.answer(now, request, 200);
        end(now, "");
        return true;
    }
    if (message.method != "INVITE") return false;
    on_reinvite(now, request);
    return true;
}

void Session::on_reinvite(wire::Instant now, const Received& request) {
    if (reoffer_) return responder_.answer(now, request, 491);  // RFC 3261 14.2
    const auto offer = request.message.body.empty()
                           ? wire::Parsed<wire::SessionDescription>(remote_)
                           : wire::parse_sdp(request.message.body);
    auto own = local_;
    ++own.version;
    const auto answer = offer ? wire::answer(*offer, own) : std::nullopt;
    if (!answer) return responder_.answer(now, request, 488);
    remote_ = *offer;
    local_.version = own.version;
    dialog_.refresh_target(request.message);
    auto response = responder_.form(request, 200);
    response.record_route = request.message.record_route;
    response.contact = {{"", dialog_contact_uri(context_, account_, request.source.transport), {}}};
    response.content_type = "application/sdp";
    response.body = wire::serialise(*answer);
    responder_.send(now, request, response);
    await_ack(now, request, std::move(response));
}

void Session::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!reoffer_ || !is_answer(context_, response, reoffer_->request)) return;
    if (!reoffer_->transaction.on_response(now, response.status)) return;
    if (response.status < 200) return;
    const auto done = std::move(*reoffer_);
    reoffer_.reset();
    one_shots_.acknowledge_answers(now, done.target, done.request);  // its ACK may be lost
    if (response.status < 300) {
        if (const auto answer = wire::parse_sdp(response.body)) remote_ = *answer;
        local_ = done.offer;
        dialog_.refresh_target(response);
        return acknowledge(done.request.cseq);
    }
    transmit(context_, done.target, ack_of(done.request, response), 1,
             {.what = "acknowledge",
              .text = "acknowledges " + std::to_string(response.status),
              .clauses = {"RFC-3261-B2"},
              .keys = {}});
    const bool challenged = response.status == 401 || response.status == 407;
    if (challenged && !done.has_credentials &&
        authenticator_.answer(done.target.endpoint, done.request, response.challenges))
        return send_reoffer(now, done.offer, true);
    if (response.status == 481 || response.status == 408) end(now, "the call is gone");
}

void Session::on_deadline(wire::Instant now) {
    if (unacknowledged_ && now >= unacknowledged_->until) {  // RFC 3261 13.3.1.4
        unacknowledged_.reset();
        hang_up(now);
        reason_ = "the answer was never acknowledged";
    } else if (unacknowledged_ && now >= unacknowledged_->next) {
        unacknowledged_->interval =
            std::min<wire::Duration>(2 * unacknowledged_->interval, context_.config.timers.t2);
        unacknowledged_->next += unacknowledged_->interval;
        responder_.send(now, unacknowledged_->invite, unacknowledged_->response, "RFC-3261-13314");
    }
    if (!reoffer_) return;
    if (reoffer_->transaction.wants_limit(now)) reoffer_->transaction.limit(now, {});
    switch (reoffer_->transaction.on_deadline(now)) {
        case ClientTransaction::Act::send_again:
            transmit(context_, reoffer_->target, reoffer_->request, reoffer_->transaction.sends(),
                     {.what = "retransmit",
                      .text = "no answer inside the call, sends again",
                      .clauses = {"RFC-3261-A", "RFC-3261-1221"},
                      .keys = {}});
            break;
        case ClientTransaction::Act::time_out:
            reoffer_.reset();
            hang_up(now);
            reason_ = "the call's server does not answer";
            break;
        case ClientTransaction::Act::none:
            break;
    }
}

std::optional<wire::Instant> Session::deadline() const {
    std::optional<wire::Instant> earliest;
    if (reoffer_) earliest = reoffer_->transaction.deadline();
    if (earliest == wire::Instant::max()) earliest.reset();
    if (unacknowledged_) {
        const auto next = std::min(unacknowledged_->next, unacknowledged_->until);
        if (!earliest || next < *earliest) earliest = next;
    }
    return earliest;
}

void Session::end(wire::Instant now, std::string reason) {
    if (reoffer_) one_shots_.acknowledge_answers(now, reoffer_->target, reoffer_->request);
    over_ = true;
    reason_ = std::move(reason);
    reoffer_.reset();
    unacknowledged_.reset();
}

}  // namespace twinline::phone
