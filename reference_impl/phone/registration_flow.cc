// The flow of a registration with SIP outbound: begun by its 2xx, replaced when it fails (RFC 5626
// sections 4.2 to 4.5).
#include "reference_impl/phone/registration.hh"
#include "reference_impl/wire/option_tags.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

std::optional<std::chrono::seconds> flow_timer(const wire::SipMessage& response) {
    const auto* header = response.find("Flow-Timer");
    if (header == nullptr) return std::nullopt;
    const auto seconds = wire::parse_number(wire::trim(header->value));
    return seconds && *seconds > 0 ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

}  // namespace

// Pings go only to who has said that he answers them, or where the configuration wants them (RFC
// 5626 section 4.4; EXT-AA-OUT-06).
void Registration::keep_flow(wire::Instant now, const Target& target,
                             const wire::SipMessage& response) {
    lost_flow_ = false;
    const Flow::Interval interval{flow_timer(response), account_.keep_alive};
    const bool wanted = (request_->is_outbound() || account_.persistent_connection) &&
                        (interval.flow_timer || interval.configured || context_.is_aastra() ||
                         wire::has_option(response, "Require", "outbound"));
    if (!wanted)
        flow_.reset();
    else if (flow_ && flow_->target().is_same(target))
        flow_->set(interval);
    else
        flow_.emplace(context_, target, interval, now);
}

// The first hop does without SIP outbound: so does the phone.
void Registration::on_no_outbound(wire::Instant now) {
    const auto target = attempt_->target;
    request_->refuse_outbound();
    send_new(now, target, 0,
             {.what = "register",
              .text = target_name(target) + " has no SIP outbound; registers without it",
              .clauses = {"RFC-5626-07", "RFC-3261-102"},
              .keys = {}});
}

void Registration::on_pong(wire::Instant now, const wire::Endpoint& server) {
    if (flow_) flow_->on_pong(now, server);
}

void Registration::on_stun(wire::Instant now, const wire::StunMessage& answer,
                           const wire::Endpoint& server) {
    if (flow_) flow_->on_stun(now, answer, server);
    watch_flow(now);
}

void Registration::watch_flow(wire::Instant now) {
    if (!flow_ || !flow_->failure()) return;
    const auto failure = *flow_->failure();
    flow_failed(now, failure);
}

// RFC-5626-06 in its first step: a new flow at once, then after growing waits.
void Registration::flow_failed(wire::Instant now, const Flow::Failure& failure) {
    const auto target = flow_->target();
    flow_.reset();
    if (attempt_ && attempt_->target.is_same(target) && attempt_->transaction.waits_for_answer()) {
        attempt_->transaction.on_transport_error();
        lost_flow_ = true;
        return try_next(now, failure.reason, failure.clauses);
    }
    if (state_ != State::registered) return;
    lost_flow_ = true;
    home_.reset();
    failback_.lost();
    context_.say(Decided{{.what = "flow-failed",
                          .text = failure.reason + "; its flow there has failed",
                          .clauses = context_.cite({.aastra = "AA-OBP-04"}, failure.clauses),
                          .keys = {}}});
    begin_round(now);
}

}  // namespace twinline::phone
