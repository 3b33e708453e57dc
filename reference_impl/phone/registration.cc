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

const config::Server& first_hop(const config::Account& account, const config::Server& server) {
    return account.outbound_proxies.empty() ? server : account.outbound_proxies.front();
}

std::string name_of(const Target& target) { return wire::to_string(target.endpoint); }

// The key of a silence that is kept: how long.
std::pair<std::string, std::string> until(wire::Instant instant) {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch());
    return {"until_ms", std::to_string(ms.count())};
}

}  // namespace

Registration::Registration(Context& context, Resolver& resolver, const config::Account& account,
                           const config::Server& server)
    : context_(context),
      account_(account),
      server_(server),
      failback_(context, server),
      candidates_(context, resolver, account, first_hop(account, server)),
      request_(context, account, server),
      expires_(server.expires) {}

Registration::Clauses Registration::because(const std::string& vendor_clause, Clauses rfc) const {
    if (context_.is_yealink()) rfc.insert(rfc.begin(), vendor_clause);
    return rfc;
}

void Registration::start(wire::Instant now) {
    leaving_ = false;
    if (state_ != State::off) return;
    begin_round(now);
}

void Registration::begin_round(wire::Instant now) {
    wake_.reset();
    attempt_.reset();
    first_of_round_ = true;
    refusals_ = 0;
    state_ = State::locating;
    round_begun_ = now;
    if (!home_) show("registering");
    candidates_.begin(now, failback_.stays(now) ? home_ : std::nullopt);
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
        const bool refresh = home_.has_value();
        auto clauses_of_first =
            refresh ? failback_.clauses(now) : because("YL-REG-01", {"RFC-3261-812"});
        clauses_of_first.emplace_back("RFC-3261-102");
        send_new(now, *target, 0,
                 {.what = refresh ? "refresh" : "register",
                  .text = (refresh ? "refreshes its registration at " : "registers at ") +
                          name_of(*target),
                  .clauses = std::move(clauses_of_first),
                  .keys = {}});
        return;
    }
    Decision why{
        .what = "next-target",
        .text = reason + "; turns to " + name_of(*target),
        .clauses = because("YL-FO-REG-02", {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811"}),
        .keys = {}};
    for (const auto& clause : clauses)
        if (std::ranges::find(why.clauses, clause) == why.clauses.end())
            why.clauses.push_back(clause);
    refusals_ = 0;
    request_.redirect(*target);
    begin_attempt(now, *target, 0);
    transmit(std::move(why));
}

void Registration::begin_attempt(wire::Instant now, const Target& target, unsigned answers) {
    const bool last = candidates_.left() == 0;
    auto patience = register_patience(
        context_, server_, {.last_of_name = last, .last_of_chain = last && !probe_interval_});
    if (probe_interval_ && failed_rounds_ > 0) patience = probe_patience(context_, patience);
    attempt_.emplace(Attempt{target, NonInviteTransaction(now, context_.config.timers, patience),
                             answers, patience.requests - 1});
}

void Registration::send_new(wire::Instant now, const Target& target, unsigned answers,
                            Decision why) {
    state_ = State::trying;
    request_.renew(target, leaving_ ? std::chrono::seconds{0} : expires_);
    begin_attempt(now, target, answers);
    transmit(std::move(why));
}

// The same server once more, as a new request (YL-REG-02, reading retry-form and
// unavailable-server).
bool Registration::try_again(wire::Instant now, const std::string& reason, const Clauses& clauses) {
    if (!attempt_ || attempt_->repeats == 0) return false;
    const auto repeats = attempt_->repeats - 1;
    const auto target = attempt_->target;
    send_new(now, target, 0,
             {.what = "retry",
              .text = reason + "; asks it again",
              .clauses = because("YL-REG-02", clauses),
              .keys = {}});
    attempt_->repeats = repeats;
    return true;
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
    if (context_.is_yealink() && response.status / 100 == 5) {
        const auto reading = context_.oracle->reading("register-5xx");
        if (reading == "retries-then-next" && retry_counted(now, what, {"YL-PAR-11"})) return;
        if (reading == "retries-then-next" || reading == "next-at-once")
            return try_next(now, what, {"YL-FO-TRG-01"});
    }
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
    binding_ends_ = now + lifetime;
    failback_.registered(now, candidates_.is_primary(target), ttl_end(now));
    // RFC-3261-1024: before the granted time is over; when exactly is free.
    const auto permille = context_.oracle->choice("refresh-permille", 800, 900);
    wake_ = now + std::chrono::milliseconds(lifetime.count() * static_cast<std::int64_t>(permille));
    if (const auto own = failback_.own_instant()) wake_ = std::min(*wake_, std::max(*own, now));
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
    const auto what = name_of(target) + " answers 503";
    const bool ignored = context_.is_yealink() &&
                         server_.failback_mode == config::FailbackMode::new_requests &&
                         context_.oracle->reading("retry-after-in-mode-0") != "honoured";
    if (response.retry_after && !ignored)  // RFC-3261-2154
        candidates_.leave_alone(target.endpoint, now + std::chrono::seconds(*response.retry_after));
    if (context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what, {"RFC-3261-2154"}))
        return;
    try_next(now, what, {"RFC-3261-2154"});
}

void Registration::on_refused(wire::Instant now, const wire::Endpoint& server, unsigned code) {
    if (code > 3 || !attempt_ || attempt_->target.endpoint != server ||
        !attempt_->transaction.waits_for_answer())
        return;
    if (context_.is_yealink() && context_.oracle->reading("icmp-error") == "ignored") return;
    attempt_->transaction.on_transport_error();
    try_next(now, wire::to_string(server) + " is unreachable (ICMP)", {"RFC-3261-1714"});
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

// From when the DNSTTL counts (reading dnsttl-start).
wire::Instant Registration::ttl_end(wire::Instant now) const {
    const auto answer_ends = candidates_.good_until();
    if (context_.oracle->reading("dnsttl-start") != "from-failover") return answer_ends;
    return now + std::max<wire::Duration>(answer_ends - round_begun_, wire::Duration{});
}

void Registration::on_deadline(wire::Instant now) {
    if (attempt_) {
        const bool answered =
            attempt_->transaction.state() == NonInviteTransaction::State::proceeding;
        switch (attempt_->transaction.on_deadline(now)) {
            case NonInviteTransaction::Act::send_again:
                transmit({.what = "retransmit",
                          .text = "no answer from " + name_of(attempt_->target) + ", sends again",
                          .clauses = because("YL-REG-02", {"RFC-3261-E"}),
                          .keys = {}});
                break;
            case NonInviteTransaction::Act::time_out:
                if (answered)  // RFC-3263-07: only a server that said nothing at all is left
                    round_failed(now, name_of(attempt_->target) + " gave no final answer in 64*T1",
                                 {"RFC-3261-F", "RFC-3263-07"});
                else
                    unanswered(now);
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
    failback_.lost();
    state_ = State::waiting;
    wake_ = now + pause(now, asked_wait);
    ++failed_rounds_;
    Decision why{.what = "wait",
                 .text = reason + "; waits before it tries again",
                 .clauses = clauses,
                 .keys = {until(*wake_)}};
    why.clauses.insert(why.clauses.end(), {"RFC-3261-1027", "RFC-5626-06"});
    context_.say(Decided{std::move(why)});
    show("failed", reason);
}

// RFC-3261-1027: no immediate new attempt. RFC-5626-06 says how long: doubled each time, half of it
// by chance. A probe of the working server comes at its interval (YL-PAR-21), counted by reading
// fallback-probe-origin.
wire::Duration Registration::pause(wire::Instant now,
                                   std::optional<std::chrono::seconds> asked_wait) {
    if (probe_interval_) {
        const bool from_end = context_.oracle->reading("fallback-probe-origin") == "from-end";
        const auto next = (from_end ? now : round_begun_) + *probe_interval_;
        return std::max<wire::Duration>(next - now, std::chrono::milliseconds{500});
    }
    if (context_.is_yealink()) {
        const auto reading = context_.oracle->reading("all-servers-failed");
        if (reading == "round-at-once") return std::chrono::milliseconds{500};
        if (reading == "wait-for-expiry")
            return std::max<wire::Duration>(round_begun_ + expires_ - now, std::chrono::seconds{1});
    }
    const auto bound =
        std::min(longest_pause, first_pause * (1U << std::min(failed_rounds_, 6U)) * 2);
    const auto permille = context_.oracle->choice("pause-permille", 500, 1000);
    const auto chosen = wire::Duration(bound) * static_cast<std::int64_t>(permille) / 1000;
    return asked_wait ? std::max<wire::Duration>(chosen, std::min(*asked_wait, longest_pause))
                      : chosen;
}

void Registration::drop() {
    leaving_ = false;
    attempt_.reset();
    if (state_ != State::off) switched_off("left to run out");
}

void Registration::unanswered(wire::Instant now) {
    const auto reason = name_of(attempt_->target) + " did not answer";
    if (!try_again(now, reason, {"RFC-3261-F"})) try_next(now, reason, {"RFC-3261-F"});
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
    failback_.lost();
    wake_.reset();
    candidates_.abandon();
    show("off", reason);
}

void Registration::show(const std::string& line_state, const std::string& notice) {
    context_.say(
        Display{account_.index, line_state, home_ ? name_of(*home_) : std::string(), notice});
}

}  // namespace twinline::phone
