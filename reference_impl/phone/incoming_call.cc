// The called side: an INVITE rings, is answered, taken back or refused (RFC 3261 sections 9.2 and
// 13.3).
#include "reference_impl/phone/call.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

bool Call::on_request(wire::Instant now, const Received& request, std::list<Line>& lines) {
    const auto& message = request.message;
    if (session_ && session_->on_request(now, request)) {
        settle(now);
        return true;
    }
    if (message.method == "ACK") return true;  // of a final answer, which is repeated no more
    if (message.method == "CANCEL" && ringing_ &&
        message.call_id == ringing_->invite.message.call_id) {
        cancelled(now, request);
        return true;
    }
    if (message.method != "INVITE") return false;
    if (!message.tag_of_to().empty()) {  // of a dialog that is not there
        responder_.answer(now, request, 481);
        return true;
    }
    const auto line = std::ranges::find_if(lines, [&](const Line& l) {
        return l.account().user == wire::user_of(message.request_uri);
    });
    if (line == lines.end()) return false;
    const auto home = line->home();
    if (!context_.rules.takes_calls_of_any_server &&  // RFC-3261-82
        !(home && home->target.is_same(request.source))) {
        responder_.answer(now, request, 403);
        return true;
    }
    // Its caller may have been cut off and never have said so: nobody sits at such a phone.
    if (context_.config.answers_after) end(now, "idle", "another call came");
    if (line_ != nullptr)
        responder_.answer(now, request, 486);
    else
        ring(now, request, *line);
    return true;
}

void Call::ring(wire::Instant now, const Received& request, Line& line) {
    Ringing ringing{request, context_.token("tag"), {}, !request.message.body.empty()};
    if (ringing.has_offer) {
        const auto offered = wire::parse_sdp(request.message.body);
        if (!offered || !wire::answer(*offered, offer()))
            return responder_.answer(now, request, 488);
        ringing.offer = *offered;
    }
    begin(now, line);
    ringing_ = std::move(ringing);
    show("incoming", std::string(wire::user_of(request.message.from.uri)));
    auto response = responder_.form(request, 180, ringing_->tag);
    response.record_route = request.message.record_route;
    response.contact = {
        {"", dialog_contact_uri(context_, line.account(), request.source.transport), {}}};
    responder_.send(now, request, response);
    if (const auto after = context_.config.answers_after) ringing_->answer_at = now + *after;
}

void Call::answer(wire::Instant now) {
    if (!ringing_) return;
    const auto ringing = std::move(*ringing_);
    ringing_.reset();
    auto local = offer();
    if (ringing.has_offer) local = wire::answer(ringing.offer, local).value_or(local);
    auto response = responder_.form(ringing.invite, 200, ringing.tag);
    response.record_route = ringing.invite.message.record_route;
    response.contact = {
        {"", dialog_contact_uri(context_, line_->account(), ringing.invite.source.transport), {}}};
    response.content_type = "application/sdp";
    response.body = wire::serialise(local);
    session_.emplace(context_, line_->account(),
                     Dialog::of_callee(ringing.invite.message, response, ringing.invite.source),
                     local, ringing.offer, responder_, one_shots_);
    responder_.send(now, ringing.invite, response);
    session_->await_ack(now, ringing.invite, std::move(response));
    show("talking");
}

void Call::cancelled(wire::Instant now, const Received& request) {
    const auto ringing = std::move(*ringing_);
    responder_.answer(now, request, 200);
    responder_.send(now, ringing.invite, responder_.form(ringing.invite, 487, ringing.tag),
                    "RFC-3261-92");
    end(now, "idle", "taken back");
}

}  // namespace twinline::phone
