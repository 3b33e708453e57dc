// Every transition of a registration, with the clause that asks for it.
#include "reference_impl/phone/registration.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <utility>

namespace twinline::phone {

namespace {

constexpr unsigned most_answers = 4;          // challenges and 423s one server may answer in a row
constexpr std::uint16_t default_port = 5060;  // of a sent-by without one (RFC 3261 18.1.1)
constexpr std::chrono::seconds first_pause{30};      // RFC-5626-06
constexpr std::chrono::seconds longest_pause{1800};  // RFC-5626-06

const config::Server& first_hop(const config::Account& account) {
    return account.outbound_proxies.empty() ? account.servers.front()
                                            : account.outbound_proxies.front();
}

std::string name_of(const Target& target) { return wire::to_string(target.endpoint); }

// The key of a silence that is kept: how long.
std::pair<std::string, std::string> until(wire::Instant instant) {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch());
    return {"until_ms", std::to_string(ms.count())};
}

}  // namespace

Registration::Registration(Context& context, Resolver& resolver, const config::Account& account)
    : context_(context),
      account_(account),
      candidates_(context, resolver, first_hop(account)),
      request_(context, account),
      expires_(account.servers.front().expires) {}

void Registration::start(wire::Instant now) {
    leaving_ = false;
    if (state_ != State::off) return;
    begin_round(now);
}

void Registration::begin_round(wire::Instant now) {
    wake_.reset();
    attempt_.reset();
    first_of_round_ = true;
    state_ = State::locating;
    if (!home_) show("registering");
    candidates_.begin(now, home_);
    if (candidates_.state() != Candidates::State::locating) candidates_known(now);
}

void Registration::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (state_ == State::locating && candidates_.learn(now, result)) candidates_known(now);
}

void Registration::candidates_known(wire::Instant now) {
    if (candidates_.state() == Candidates::State::nowhere) {
        round_failed(now, candidates_.nowhere().reason, candidates_.nowhere().clauses);
        return;
    }
    try_next(now, {}, {});
}

// `reason` and `clauses`: why the server before was given up; empty for the first of a round.
void Registration::try_next(wire::Instant now, const std::string& reason, const Clauses& clauses) {
    const bool first = std::exchange(first_of_round_, false);
    const auto target =
        first || context_.rules.next_target_after_failure ? candidates_.next(now) : std::nullopt;
    if (!target) {
        round_failed(now, reason.empty() ? "every server asked to be left alone" : reason, clauses);
        return;
    }
    if (first) {
        const bool refresh = home_ && home_->endpoint == target->endpoint;
        send_new(
            now, *target, 0,
            {.what = refresh ? "refresh" : "register",
             .text = (refresh ? "refreshes its binding at " : "registers at ") + name_of(*target),
             .clauses = {refresh ? "RFC-3261-1024" : "RFC-3261-812", "RFC-3261-102"},
             .keys = {}});
        return;
    }
    Decision why{.what = "next-target",
                 .text = reason + "; turns to " + name_of(*target),
                 .clauses = {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811"},
                 .keys = {}};
    for (const auto& clause : clauses)
        if (std::ranges::find(why.clauses, clause) == why.clauses.end())
            why.clauses.push_back(clause);
    request_.redirect(*target);
    attempt_.emplace(
        Attempt{*target, NonInviteTransaction(now, context_.config.timers,
                                              context_.rules.sends_per_transaction_limit)});
    transmit(std::move(why));
}

void Registration::send_new(wire::Instant now, const Target& target, unsigned answers,
                            Decision why) {
    state_ = State::trying;
    request_.renew(target, leaving_ ? std::chrono::seconds{0} : expires_);
    attempt_.emplace(Attempt{target,
                             NonInviteTransaction(now, context_.config.timers,
                                                  context_.rules.sends_per_transaction_limit),
                             answers});
    transmit(std::move(why));
}

void Registration::transmit(Decision why) {
    why.keys = {{"method", "REGISTER"},
                {"branch", request_.branch()},
                {"cseq", std::to_string(request_.cseq())},
                {"send", std::to_string(attempt_->transaction.sends())}};
    context_.say(Transmit{attempt_->target.transport, context_.sip_endpoint(),
                          attempt_->target.endpoint, request_.bytes(), std::move(why)});
}

void Registration::on_response(wire::Instant now, const wire::SipMessage& response) {
    // RFC-3261-1812: by top Via and CSeq method; anything else is dropped, and so is what carries
    // the Via of somebody else below its own (8.1.3.3).
    if (!attempt_ || response.cseq_method != "REGISTER" || response.via.size() != 1) return;
    const auto& via = response.via.front();
    const wire::Endpoint self = context_.sip_endpoint();
    if (via.branch != request_.branch() || via.host != wire::to_string(self.address) ||
        (via.port != 0 ? via.port : default_port) != self.port)
        return;
    if (!attempt_->transaction.on_response(now, response.status)) return;
    if (response.status >= 200) on_final(now, response);
}

void Registration::on_final(wire::Instant now, const wire::SipMessage& response) {
    if (response.status < 300) return on_success(now, response);
    if (response.status == 401 || response.status == 407) return on_challenge(now, response);
    if (response.status == 423) return on_brief(now, response);
    if (response.status == 503) return on_unavailable(now, response);
    const auto what = name_of(attempt_->target) + " answers " + std::to_string(response.status);
    if (response.status == 408) return try_next(now, what, {"RFC-3263-07"});
    // RFC-3261-21x, RFC-3261-5xx: a living server said no; no other server is asked for that.
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
        if (contact.uri == request_.contact_uri())
            if (const auto own = number(contact.param("expires").value_or(""))) return *own;
    if (response.expires) return std::chrono::seconds(*response.expires);
    return expires_;
}

void Registration::on_success(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    if (request_.leaves()) {  // RFC 3261 10.2.2: it took the binding away, whatever is wanted since
        if (leaving_) return switched_off("binding removed");
        home_.reset();
        return begin_round(now);
    }
    const auto lifetime = granted(response);
    if (lifetime <= std::chrono::seconds{0})
        return round_failed(now, name_of(target) + " grants no binding", {"RFC-3261-1024"});
    failed_rounds_ = 0;
    home_ = target;
    state_ = State::registered;
    // RFC-3261-1024: before the granted time is over; when exactly is free.
    const auto permille = context_.oracle->choice("refresh-permille", 800, 900);
    wake_ = now + std::chrono::milliseconds(lifetime.count() * static_cast<std::int64_t>(permille));
    context_.say(Decided{{.what = "registered",
                          .text = "registered at " + name_of(target) + " for " +
                                  std::to_string(lifetime.count()) + " s",
                          .clauses = {"RFC-3261-1024"},
                          .keys = {until(*wake_)}}});
    show("registered");
    if (leaving_) leave(now);
}

void Registration::on_challenge(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    const auto answers = attempt_->answers + 1;
    if (answers > most_answers || !request_.answer(target.endpoint, response.challenges))
        return round_failed(now, name_of(target) + " does not accept the credentials",
                            {"RFC-3261-22"});
    if (!context_.rules.credentials_to_challenger) {
        home_.reset();
        return begin_round(now);
    }
    send_new(now, target, answers,
             {.what = "authenticate",
              .text = "answers the challenge of " + name_of(target),
              .clauses = {"RFC-3261-22", "RFC-3261-102", "RFC-3261-0811"},
              .keys = {}});
}

void Registration::on_brief(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    const auto answers = attempt_->answers + 1;
    const std::chrono::seconds least(response.min_expires.value_or(0));
    if (answers > most_answers || least <= expires_)
        return round_failed(now, name_of(target) + " finds the expiry too brief",
                            {"RFC-3261-1028"});
    expires_ = least;
    send_new(
        now, target, answers,
        {.what = "lengthen",
         .text = name_of(target) + " asks for at least " + std::to_string(least.count()) + " s",
         .clauses = {"RFC-3261-1028", "RFC-3261-102"},
         .keys = {}});
}

void Registration::on_unavailable(wire::Instant now, const wire::SipMessage& response) {
    const auto target = attempt_->target;
    if (response.retry_after)  // RFC-3261-2154
        candidates_.leave_alone(target.endpoint, now + std::chrono::seconds(*response.retry_after));
    try_next(now, name_of(target) + " answers 503", {"RFC-3261-2154"});
}

void Registration::on_refused(wire::Instant now, const wire::Endpoint& server, unsigned code) {
    if (code > 3 || !attempt_ || attempt_->target.endpoint != server ||
        !attempt_->transaction.waits_for_answer())
        return;
    attempt_->transaction.on_transport_error();
    try_next(now, wire::to_string(server) + " is unreachable (ICMP)", {"RFC-3261-1714"});
}

void Registration::on_deadline(wire::Instant now) {
    if (attempt_) {
        const bool answered =
            attempt_->transaction.state() == NonInviteTransaction::State::proceeding;
        switch (attempt_->transaction.on_deadline(now)) {
            case NonInviteTransaction::Act::send_again:
                transmit({.what = "retransmit",
                          .text = "no answer from " + name_of(attempt_->target) + ", sends again",
                          .clauses = {"RFC-3261-E"},
                          .keys = {}});
                break;
            case NonInviteTransaction::Act::time_out:
                if (answered)  // RFC-3263-07: only a server that said nothing at all is left
                    round_failed(now, name_of(attempt_->target) + " gave no final answer in 64*T1",
                                 {"RFC-3261-F", "RFC-3263-07"});
                else
                    try_next(now, name_of(attempt_->target) + " did not answer for 64*T1",
                             {"RFC-3261-F"});
                break;
            case NonInviteTransaction::Act::none:
                break;
        }
        if (attempt_ && attempt_->transaction.state() == NonInviteTransaction::State::terminated)
            attempt_.reset();
    }
    if (wake_ && now >= *wake_) begin_round(now);
}

std::optional<wire::Instant> Registration::deadline() const {
    auto earliest = wake_;
    if (attempt_)
        if (const auto due = attempt_->transaction.deadline();
            due && (!earliest || *due < *earliest))
            earliest = due;
    return earliest;
}

void Registration::round_failed(wire::Instant now, const std::string& reason,
                                const Clauses& clauses,
                                std::optional<std::chrono::seconds> asked_wait) {
    attempt_.reset();
    candidates_.abandon();
    home_.reset();
    if (leaving_) return switched_off(reason);
    // RFC-3261-1027: no immediate new attempt. RFC-5626-06 says how long: doubled each time, half
    // of it by chance.
    const auto bound =
        std::min(longest_pause, first_pause * (1U << std::min(failed_rounds_, 6U)) * 2);
    const auto permille = context_.oracle->choice("pause-permille", 500, 1000);
    auto pause = wire::Duration(bound) * static_cast<std::int64_t>(permille) / 1000;
    if (asked_wait) pause = std::max<wire::Duration>(pause, std::min(*asked_wait, longest_pause));
    ++failed_rounds_;
    state_ = State::waiting;
    wake_ = now + pause;
    Decision why{.what = "wait",
                 .text = reason + "; waits before it tries again",
                 .clauses = clauses,
                 .keys = {until(*wake_)}};
    why.clauses.insert(why.clauses.end(), {"RFC-3261-1027", "RFC-5626-06"});
    context_.say(Decided{std::move(why)});
    show("failed", reason);
}

void Registration::leave(wire::Instant now) {
    if (state_ == State::off) return;
    leaving_ = true;
    if (state_ == State::trying && attempt_)
        return;  // RFC-3261-102: first the answer to what is under way
    if (!home_) return switched_off("not registered");
    wake_.reset();
    const auto target = *home_;
    send_new(now, target, 0,
             {.what = "unregister",
              .text = "removes its binding at " + name_of(target),
              .clauses = {"RFC-3261-102"},
              .keys = {}});
}

void Registration::switched_off(const std::string& reason) {
    state_ = State::off;
    leaving_ = false;
    home_.reset();
    wake_.reset();
    candidates_.abandon();
    show("off", reason);
}

void Registration::show(const std::string& line_state, const std::string& notice) {
    context_.say(
        Display{account_.index, line_state, home_ ? name_of(*home_) : std::string(), notice});
}

}  // namespace twinline::phone
