// What each answer to the INVITE leads to, those that come late among them, and how it is taken
// back (RFC 3261 sections 9.1, 13.2.2, 17.1.1.3).
#include "reference_impl/phone/outgoing_invite.hh"
#include "reference_impl/phone/stand_ins.hh"

#include <algorithm>

namespace twinline::phone {

namespace {}  // namespace

void OutgoingInvite::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!attempt_ || !is_answer(context_, response, attempt_->request))
        return on_past(now, response);
    if (!attempt_->transaction.on_response(now, response.status)) return;
    if (response.status < 200) {
        provisional_ = true;
        ringing_ = ringing_ || response.status == 180 || response.status == 183;
        if (hung_up_) cancel(now);
        return;
    }
    on_final(now, response);
}

void OutgoingInvite::on_final(wire::Instant now, const wire::SipMessage& response) {
    const auto what =
        target_name(attempt_->hop.target) + " answers " + std::to_string(response.status);
    if (response.status < 300) {
        if (hung_up_) {
            end_stray(now, {attempt_->hop.target, attempt_->request, now, {}}, response);
            remember(now, std::string(response.tag_of_to()));
            return fail("hung up");
        }
        answer_ = response;
        state_ = State::answered;
        remember(now, std::string(response.tag_of_to()));
        return;
    }
    acknowledge(attempt_->hop.target, attempt_->request, response);
    if (hung_up_) {
        remember(now);
        return fail("hung up");
    }
    if (response.status == 401 || response.status == 407) return on_challenge(now, response);
    if (response.status == 503 && response.retry_after)  // RFC-3261-2154
        context_.left_alone.insert_or_assign(attempt_->hop.target.endpoint,
                                             now + std::chrono::seconds(*response.retry_after));
    if (response.status == 503 && context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what))
        return;
    Clauses clauses;
    if (moves_on(response, clauses)) return go_on(now, what, clauses);
    remember(now);
    fail(what);
}

// Whether another server is asked: no where a living server has said no (RFC-3261-21x).
bool OutgoingInvite::moves_on(const wire::SipMessage& response, Clauses& clauses) const {
    if (response.status == 503) {
        if (!unavailable_moves(context_, account_, attempt_->hop.leg)) return false;
        clauses = {"RFC-3261-2154", "RFC-3263-07"};
        return true;
    }
    if (response.status == 408) {
        clauses = {"RFC-3263-07"};
        return true;
    }
    if (response.status == 430 && account_.outbound) {  // another flow may carry it
        clauses = {"RFC-5626-07"};
        return true;
    }
    if (response.status / 100 != 5 || !context_.is_yealink()) return false;
    clauses = {"YL-FO-TRG-01"};
    return context_.oracle->reading("invite-5xx") == "next-at-once";
}

bool OutgoingInvite::retry_counted(wire::Instant now, const std::string& reason) {
    if (refusals_ >= attempt_->hop.leg.server->invite_retry_counts) return false;
    ++refusals_;
    remember(now);
    invite(now, 0,
           {.what = "retry",
            .text = reason + "; asks it again",
            .clauses = {"YL-PAR-25"},
            .keys = {}});
    return true;
}

void OutgoingInvite::on_challenge(wire::Instant now, const wire::SipMessage& response) {
    const auto answers = attempt_->answers + 1;
    const auto target = attempt_->hop.target;
    remember(now);
    if (answers > most_answers ||
        !authenticator_.answer(target.endpoint, attempt_->request, response.challenges))
        return fail(target_name(target) + " does not accept the credentials");
    invite(now, answers,
           {.what = "authenticate",
            .text = "answers the challenge of " + target_name(target),
            .clauses = {"RFC-3261-22", "RFC-3261-0811"},
            .keys = {}});
}

void OutgoingInvite::acknowledge(const Target& target, const wire::SipMessage& request,
                                 const wire::SipMessage& response) {
    transmit(context_, target, ack_of(request, response), 1,
             {.what = "acknowledge",
              .text = "acknowledges " + std::to_string(response.status),
              .clauses = {"RFC-3261-B2"},
              .keys = {}});
}

void OutgoingInvite::on_past(wire::Instant now, const wire::SipMessage& response) {
    if (response.status < 200) return;
    const auto past = std::ranges::find_if(
        past_, [&](const Past& p) { return is_answer(context_, response, p.request); });
    if (past == past_.end()) return;
    if (response.status >= 300) return acknowledge(past->target, past->request, response);
    if (past->tag == response.tag_of_to()) {  // the 200 again: its ACK was lost
        const auto dialog = Dialog::of_caller(past->request, response, past->target);
        auto ack = dialog.ack(past->request.cseq);
        address_to(context_, dialog.next_hop(), new_branch(context_), ack);
        return transmit(context_, dialog.next_hop(), ack, 1,
                        {.what = "acknowledge",
                         .text = "acknowledges the answer again",
                         .clauses = {"RFC-3261-1221"},
                         .keys = {}});
    }
    end_stray(now, *past, response);
}

// A 2xx that nobody waits for any more: acknowledged and ended at once (RFC 3261 13.2.2.4, 15).
void OutgoingInvite::end_stray(wire::Instant now, const Past& past,
                               const wire::SipMessage& response) {
    auto dialog = Dialog::of_caller(past.request, response, past.target);
    const auto hop = dialog.next_hop();
    auto ack = dialog.ack(past.request.cseq);
    address_to(context_, hop, new_branch(context_), ack);
    transmit(context_, hop, ack, 1,
             {.what = "acknowledge",
              .text = "acknowledges an answer that comes too late",
              .clauses = {"RFC-3261-1221"},
              .keys = {}});
    auto bye = dialog.request("BYE");
    address_to(context_, hop, new_branch(context_), bye);
    one_shots_.send(now, hop, std::move(bye),
                    {.what = "bye",
                     .text = "ends the call that was answered too late",
                     .clauses = {"RFC-3261-1221"},
                     .keys = {}});
}

void OutgoingInvite::hang_up(wire::Instant now) {
    hung_up_ = true;
    if (state_ != State::inviting) return fail("hung up");
    if (provisional_ || !context_.rules.cancel_waits) cancel(now);
}

// RFC 3261 9.1: only after a provisional response, with the branch of the INVITE.
void OutgoingInvite::cancel(wire::Instant now) {
    if (cancel_ends_) return;
    cancel_ends_ = now + 64 * context_.config.timers.t1;
    auto request = attempt_->request;
    request.method = request.cseq_method = "CANCEL";
    request.contact.clear();
    request.content_type.clear();
    request.body.clear();
    one_shots_.send(now, attempt_->hop.target, std::move(request),
                    {.what = "cancel",
                     .text = "takes the call back",
                     .clauses = {"RFC-3261-1221"},
                     .keys = {}});
}

}  // namespace twinline::phone
