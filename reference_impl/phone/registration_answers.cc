// What each final answer to a REGISTER leads to, with the clause that asks for it.
#include "reference_impl/phone/registration.hh"
#include "reference_impl/phone/stand_ins.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

void Registration::on_final(wire::Instant now, const wire::SipMessage& response) {
    if (response.status < 300) return on_success(now, response);
    if (response.status == 401 || response.status == 407) return on_challenge(now, response);
    if (response.status == 423) return on_brief(now, response);
    if (response.status == 439 && request_->is_outbound()) return on_no_outbound(now);
    if (response.status == 503) return on_unavailable(now, response);
    const auto what = target_name(attempt_->target) + " answers " + std::to_string(response.status);
    const bool moves = response.status == 408 || !context_.rules.refusal_is_final;
    if (moves) return try_next(now, what, {"RFC-3263-07"});
    if (context_.is_yealink() && response.status / 100 == 5) {
        const auto reading = context_.oracle->reading("register-5xx");
        if (reading == "retries-then-next" && retry_counted(now, what, {"YL-PAR-11"})) return;
        if (reading == "retries-then-next" || reading == "next-at-once")
            return try_next(now, what, {"YL-FO-TRG-01"});
    }
    // RFC-3261-21x, RFC-3261-5xx: a living server said no; no other server is asked for that.
    refused_ = true;
    std::optional<std::chrono::seconds> wait;
    if (response.retry_after) wait = std::chrono::seconds(*response.retry_after);
    round_failed(now, what, {response.status / 100 == 5 ? "RFC-3261-5xx" : "RFC-3261-21x"}, wait);
}

std::chrono::seconds Registration::granted(const wire::SipMessage& response) const {
    const auto number = [](const std::string& text) -> std::optional<std::chrono::seconds> {
        const auto value = wire::parse_number(text);  // RFC 3261 25.1: at most 2^32-1
        return value ? std::optional(std::chrono::seconds(*value)) : std::nullopt;
    };
    for (const auto& contact : response.contact)
        if (request_->is_own(contact))
            if (const auto own = number(contact.param("expires").value_or(""))) return *own;
    if (response.expires) return std::chrono::seconds(*response.expires);
    return expires_;
}

void Registration::on_success(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    if (request_
            ->leaves()) {  // RFC 3261 10.2.2: it took the binding away, whatever is wanted since
        if (leaving_) return switched_off("binding removed");
        home_.reset();
        return begin_round(now);
    }
    const auto lifetime = granted(response);
    if (lifetime <= std::chrono::seconds{0})
        return round_failed(now, target_name(target) + " grants no binding", {"RFC-3261-1024"});
    failed_rounds_ = 0;
    directed_ = false;
    ++bindings_;
    home_ = target;
    home_leg_ = request_->leg();
    home_is_primary_ = home_leg_.place == legs_.front().place && route_->is_primary(target);
    if (service_route_.empty() || context_.rules.service_route_of_each)  // RFC-3608-01
        service_route_ = wire::routes_in(response, "Service-Route");
    state_ = State::registered;
    lifetime_ = lifetime;
    binding_ends_ = now + lifetime;
    failback_.registered(now, preferred_place_ || is_at_primary(), good_until(now));
    // RFC-3261-1024: before the granted time is over; when exactly is free.
    refresh_at_ = now + until_refresh(lifetime);
    wake_ = refresh_at_;
    // Not at once, however short the time is: the primary has just been tried in vain.
    if (const auto own = own_return(now))
        wake_ = std::min<wire::Instant>(*wake_, std::max<wire::Instant>(*own, now + first_pause));
    keep_flow(now, target, response);
    context_.say(Decided{{.what = "registered",
                          .text = "registered at " + target_name(target) + " for " +
                                  std::to_string(lifetime.count()) + " s",
                          .clauses = {"RFC-3261-1024"},
                          .keys = {until_key(*wake_)}}});
    show("registered");
    if (leaving_) leave(now, farewell_);
}

void Registration::on_challenge(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    const auto answers = attempt_->answers + 1;
    if (answers > most_answers || !request_->answer(target.endpoint, response.challenges))
        return round_failed(now, target_name(target) + " does not accept the credentials",
                            {"RFC-3261-22"});
    if (!context_.rules.credentials_to_challenger) {
        home_.reset();
        return begin_round(now);
    }
    send_new(now, target, answers,
             {.what = "authenticate",
              .text = "answers the challenge of " + target_name(target),
              .clauses = {"RFC-3261-22", "RFC-3261-102", "RFC-3261-0811"},
              .keys = {}});
}

void Registration::on_brief(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    const auto answers = attempt_->answers + 1;
    const std::chrono::seconds least(response.min_expires.value_or(0));
    if (answers > most_answers || least <= expires_)
        return round_failed(now, target_name(target) + " finds the expiry too brief",
                            {"RFC-3261-1028"});
    expires_ = least;
    send_new(
        now, target, answers,
        {.what = "lengthen",
         .text = target_name(target) + " asks for at least " + std::to_string(least.count()) + " s",
         .clauses = {"RFC-3261-1028", "RFC-3261-102"},
         .keys = {}});
}

void Registration::on_unavailable(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    const auto what = target_name(target) + " answers 503";
    const bool ignored = context_.is_yealink() &&
                         server_.failback_mode == config::FailbackMode::new_requests &&
                         context_.oracle->reading("retry-after-in-mode-0") != "honoured";
    if (response.retry_after && !ignored)  // RFC-3261-2154
        context_.left_alone.insert_or_assign(target.endpoint,
                                             now + std::chrono::seconds(*response.retry_after));
    if (context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what, {"RFC-3261-2154"}))
        return;
    if (unavailable_moves(context_, account_, request_->leg()))
        return try_next(now, what, {"RFC-3261-2154"});
    refused_ = true;
    round_failed(now, what, {"RFC-3261-2154"});
}

// Where an answer that refuses counts as unavailability: as many more requests as configured
// (YL-PAR-11).
bool Registration::retry_counted(wire::Instant now, const std::string& reason,
                                 const Clauses& clauses) {
    if (refusals_ >= server_.retry_counts) return false;
    attempt_->repeats = 1;
    ++refusals_;
    return try_again(now, reason, clauses);
}

bool Registration::gives_way() {
    if (!yields_ || gave_way_ || route_->left_of_name() == 0 ||
        context_.oracle->reading("combined-order") != "fallback")
        return false;
    return gave_way_ = true;
}

void Registration::go_on_after_fallback(wire::Instant now) {
    if (!gave_way_ || state_ != State::waiting || route_->left_of_name() == 0) return;
    wake_.reset();
    state_ = State::trying;
    try_next(now, "the fallback server was given up too", {"YL-GEN-05"});
}

wire::Instant Registration::good_until(wire::Instant now) const {
    const bool by_ttl = server_.failback_mode == config::FailbackMode::dns_ttl;
    return by_ttl && !is_at_primary() ? route_->good_until(now) : wire::Instant{};
}

}  // namespace twinline::phone
