// What each answer to SUBSCRIBE leads to (RFC 6665 section 4.1.2).
#include "reference_impl/phone/stand_ins.hh"
#include "reference_impl/phone/subscription.hh"

#include <algorithm>
#include <array>

namespace twinline::phone {

namespace {

// RFC-6665-01: these end a subscription that is refreshed.
bool ends_subscription(int status) {
    constexpr std::array<int, 8> others{404, 405, 410, 416, 489, 501, 604, 408};
    return (status >= 480 && status <= 485) || std::ranges::find(others, status) != others.end();
}

}  // namespace

void Subscription::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!attempt_ || !is_answer(context_, response, attempt_->request)) return;
    if (!attempt_->transaction.on_response(now, response.status)) return;
    if (response.status >= 200) on_final(now, response);
}

void Subscription::on_final(wire::Instant now, const wire::SipMessage& response) {
    if (response.status < 300) return on_accepted(now, response);
    if (response.status == 401 || response.status == 407) return on_challenge(now, response);
    if (response.status == 423) return on_brief(now, response);
    if (response.status == 503 && response.retry_after)  // RFC-3261-2154
        context_.left_alone.insert_or_assign(attempt_->target.endpoint,
                                             now + std::chrono::seconds(*response.retry_after));
    if (attempt_->purpose == Purpose::begin) return on_refused(now, response);
    on_refresh_refused(now, response);
}

void Subscription::on_accepted(wire::Instant now, const wire::SipMessage& response) {
    const auto done = std::move(*attempt_);
    attempt_.reset();
    const std::chrono::seconds granted(response.expires.value_or(done.request.expires.value_or(0)));
    if (granted.count() == 0)
        return fail(now, target_name(done.target) + " grants no time", {"RFC-6665-01"});
    state_ = State::active;
    if (done.purpose == Purpose::refresh) {
        dialog_->refresh_target(response);
    } else {
        line_.used(now, *route_);
        dialog_ = Dialog::of_caller(done.request, response, done.target);
        notify_until_ = now + 64 * context_.config.timers.t1;
    }
    lasts(now, std::min(granted, expires_));
}

// Refreshed as a registration is: before the granted time is over; when exactly is free.
void Subscription::lasts(wire::Instant now, std::chrono::seconds lifetime) {
    const auto ppm = static_cast<std::int64_t>(
        context_.oracle->choice({"subscription-refresh-ppm", name()}, 800'000, 900'000));
    ends_ = now + lifetime;
    refresh_due_ = now + std::chrono::microseconds(lifetime.count() * ppm);
    context_.say(Decided{
        {.what = "subscribed",
         .text = "subscribed to " + name() + " for " + std::to_string(lifetime.count()) + " s",
         .clauses = {"RFC-6665-01"},
         .keys = {until_key(*refresh_due_)}}});
}

void Subscription::on_challenge(wire::Instant now, const wire::SipMessage& response) {
    const auto done = std::move(*attempt_);
    attempt_.reset();
    const auto answers = done.answers + 1;
    if (answers > most_answers ||
        !authenticator_.answer(done.target.endpoint, done.request, response.challenges))
        return fail(now, target_name(done.target) + " does not accept the credentials",
                    {"RFC-3261-22"});
    Decision why{.what = "authenticate",
                 .text = "answers the challenge of " + target_name(done.target),
                 .clauses = {"RFC-3261-22", "RFC-3261-0811"},
                 .keys = {}};
    if (done.purpose == Purpose::begin) return subscribe(now, answers, std::move(why));
    refresh_at(now, done.target, answers, std::move(why));
}

void Subscription::on_brief(wire::Instant now, const wire::SipMessage& response) {
    const auto done = std::move(*attempt_);
    attempt_.reset();
    const auto answers = done.answers + 1;
    const std::chrono::seconds least(response.min_expires.value_or(0));
    if (answers > most_answers || least <= expires_)
        return fail(now, target_name(done.target) + " finds the expiry too brief", {"RFC-6665-02"});
    expires_ = least;
    Decision why{.what = "lengthen",
                 .text = target_name(done.target) + " asks for at least " +
                         std::to_string(least.count()) + " s",
                 .clauses = {"RFC-6665-02"},
                 .keys = {}};
    if (done.purpose == Purpose::begin) return subscribe(now, answers, std::move(why));
    refresh_at(now, done.target, answers, std::move(why));
}

// A server that is not available is left for the next; what a living one says no to is asked again
// later (RFC-3261-21x).
void Subscription::on_refused(wire::Instant now, const wire::SipMessage& response) {
    const auto what = target_name(attempt_->target) + " answers " + std::to_string(response.status);
    if (response.status == 503) {
        if (retry_counted(now, what)) return;
        if (unavailable_moves(context_, line_.account(), route_->hop().leg))
            return go_on(now, what, {"RFC-3261-2154", "RFC-3263-07"});
    }
    if (response.status == 408) return go_on(now, what, {"RFC-3263-07"});
    std::optional<std::chrono::seconds> wait;
    if (response.retry_after)
        wait = std::min(std::chrono::seconds(*response.retry_after), longest_retry_after);
    fail(now, what, {"RFC-3261-21x"}, wait);
}

void Subscription::on_refresh_refused(wire::Instant now, const wire::SipMessage& response) {
    const auto what = target_name(attempt_->target) + " answers the refresh with " +
                      std::to_string(response.status);
    attempt_.reset();
    if (ends_subscription(response.status))
        return begin_again(now, what, {"RFC-6665-01", "RFC-3261-1222"});
    context_.say(Decided{{.what = "wait",
                          .text = what + "; the subscription lives on until its end",
                          .clauses = {"RFC-6665-01"},
                          .keys = {until_key(ends_.value_or(now))}}});
}

// A refresh without an answer ends the dialog; no other server hears of it (RFC-3261-1222, reading
// subscription-after-dead-refresh).
void Subscription::on_silence(wire::Instant now, const std::string& reason,
                              const Clauses& clauses) {
    if (attempt_->purpose == Purpose::begin) return go_on(now, reason, clauses);
    attempt_.reset();
    if (ends_ && context_.oracle->reading("subscription-after-dead-refresh") == "at-expiry") {
        context_.say(Decided{{.what = "wait",
                              .text = reason + "; waits for the end of the subscription",
                              .clauses = {"RFC-6665-01"},
                              .keys = {until_key(*ends_)}}});
        return;
    }
    begin_again(now, reason, {"RFC-6665-01", "RFC-3261-1222"});
}

bool Subscription::retry_counted(wire::Instant now, const std::string& reason) {
    if (!context_.is_yealink() || refusals_ >= route_->hop().leg.server->retry_counts ||
        context_.oracle->reading("unavailable-server") != "retries-then-next")
        return false;
    ++refusals_;
    return send_again(now, reason, "YL-PAR-11");
}

}  // namespace twinline::phone
