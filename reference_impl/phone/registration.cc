// Every transition of a registration, with the clause that asks for it.
#include "reference_impl/phone/registration.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <utility>

namespace twinline::phone {

namespace {

constexpr std::chrono::seconds longest_pause{1800};  // RFC-5626-06

}  // namespace

Registration::Registration(Context& context, Resolver& resolver, const config::Account& account,
                           const Way& way, std::string role_clause)
    : context_(context),
      account_(account),
      server_(way.server),
      failback_(context, way.server),
      candidates_(context, resolver, account, way.first_hop()),
      request_(context, account, way),
      role_clause_(std::move(role_clause)),
      expires_(way.server.expires),
      over_proxy_(way.proxy != nullptr) {}

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
    directed_ = gave_way_ = false;
    refusals_ = 0;
    refused_ = false;
    state_ = State::locating;
    round_begun_ = now;
    if (!home_) show("registering");
    const bool stays = !std::exchange(goes_home_, false) && failback_.stays(now);
    if (!stays) failback_.tries_primary();
    candidates_.begin(now, home_, stays ? Candidates::First::home : Candidates::First::primary);
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
    if (directed_) return round_failed(now, reason, clauses);
    const bool first = std::exchange(first_of_round_, false);
    if (!first && gives_way()) return round_failed(now, reason, clauses);
    const auto target =
        first || context_.rules.next_target_after_failure ? candidates_.next(now) : std::nullopt;
    if (!target) {
        round_failed(now, reason.empty() ? "every server asked to be left alone" : reason, clauses);
        return;
    }
    if (first) {
        const bool refresh = home_.has_value();
        auto clauses_of_first =
            refresh ? failback_.clauses(now) : because(first_clause(), {"RFC-3261-812"});
        clauses_of_first.emplace_back("RFC-3261-102");
        send_new(now, *target, 0,
                 {.what = refresh ? "refresh" : "register",
                  .text = (refresh ? "refreshes its registration at " : "registers at ") +
                          target_name(*target),
                  .clauses = std::move(clauses_of_first),
                  .keys = {}});
        return;
    }
    Decision why{
        .what = "next-target",
        .text = reason + "; turns to " + target_name(*target),
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
    attempt_.emplace(Attempt{target,
                             ClientTransaction(ClientTransaction::Kind::non_invite, now,
                                               context_.config.timers, target.is_reliable()),
                             answers,
                             {}});
}

// Asked only when a server is silent: what is open about silence does not matter before.
Patience Registration::patience() const {
    const bool last = candidates_.left() == 0;
    const auto usual = register_patience(
        context_, server_,
        {.last_of_name = last, .last_of_chain = last && !probe_, .over_proxy = over_proxy_});
    const auto patience = probe_ && failed_rounds_ > 0 ? probe_patience(context_, usual) : usual;
    return attempt_->target.is_reliable() ? stream_patience(context_, patience) : patience;
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
    if (!attempt_ || attempt_->repeats.value_or(0) == 0) return false;
    const auto repeats = *attempt_->repeats - 1;
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
    phone::transmit(context_, attempt_->target, request_.message(), attempt_->transaction.sends(),
                    std::move(why));
}

void Registration::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!attempt_ || !is_answer(context_, response, request_.message())) return;
    if (!attempt_->transaction.on_response(now, response.status)) return;
    if (response.status >= 200) on_final(now, response);
}

void Registration::on_unreachable(wire::Instant now, wire::Transport transport,
                                  const wire::Endpoint& server, const std::string& reason) {
    if (!attempt_ || attempt_->target.endpoint != server ||
        attempt_->target.transport != transport || !attempt_->transaction.waits_for_answer())
        return;
    const bool icmp = transport == wire::Transport::udp;
    if (icmp && context_.is_yealink() && context_.oracle->reading("icmp-error") == "ignored")
        return;
    attempt_->transaction.on_transport_error();
    const auto what = wire::to_string(server) + " " + reason;
    if (!icmp && context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what, {"RFC-3261-1714"}))
        return;
    try_next(now, what, {"RFC-3261-1714"});
}

void Registration::on_deadline(wire::Instant now) {
    if (attempt_) {
        if (attempt_->transaction.wants_limit(now)) {
            const auto limit = patience();
            if (!attempt_->repeats) attempt_->repeats = limit.requests - 1;
            attempt_->transaction.limit(now, limit);
        }
        const bool answered = attempt_->transaction.state() == ClientTransaction::State::proceeding;
        switch (attempt_->transaction.on_deadline(now)) {
            case ClientTransaction::Act::send_again:
                transmit(
                    {.what = "retransmit",
                     .text = "no answer from " + target_name(attempt_->target) + ", sends again",
                     .clauses = because("YL-REG-02", {"RFC-3261-E"}),
                     .keys = {}});
                break;
            case ClientTransaction::Act::time_out:
                if (answered)  // RFC-3263-07: only a server that said nothing at all is left
                    round_failed(now,
                                 target_name(attempt_->target) + " gave no final answer in 64*T1",
                                 {"RFC-3261-F", "RFC-3263-07"});
                else
                    unanswered(now);
                break;
            case ClientTransaction::Act::none:
                break;
        }
        if (attempt_ && attempt_->transaction.state() == ClientTransaction::State::terminated)
            attempt_.reset();
    }
    if (!wake_ || now < *wake_) return;
    const bool for_failback = state_ == State::registered && now < refresh_at_;
    if (for_failback && context_.calls > 0)
        wake_ = refresh_at_;  // YL-FB-IDLE-01
    else
        begin_round(now);
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
                 .keys = {until_key(*wake_)}};
    why.clauses.insert(why.clauses.end(), {"RFC-3261-1027", "RFC-5626-06"});
    context_.say(Decided{std::move(why)});
    show("failed", reason);
}

// RFC-3261-1027: no immediate new attempt. RFC-5626-06 says how long: doubled each time, half of it
// by chance. A probe of the working server comes at its interval (YL-PAR-21), counted by reading
// fallback-probe-origin.
wire::Duration Registration::pause(wire::Instant now,
                                   std::optional<std::chrono::seconds> asked_wait) {
    if (probe_) {
        const bool from_end = context_.oracle->reading("fallback-probe-origin") == "from-end";
        const auto next = (from_end ? now : round_begun_) + probe_->interval;
        return std::max<wire::Duration>(next - now, std::chrono::milliseconds{500});
    }
    if (keeps_schedule_ && binding_ends_) {
        if (context_.oracle->reading("concurrent-probe-interval") != "fixed-retry")
            return std::max<wire::Duration>(round_begun_ + until_refresh(lifetime_) - now,
                                            std::chrono::seconds{1});
    } else if (context_.is_yealink()) {
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

// YL-FB-IDLE-01, reading idle-resume: what became due during the call comes now.
void Registration::on_idle(wire::Instant now) {
    failback_.on_idle(now);
    const auto own = failback_.own_instant();
    if (state_ == State::registered && own && now >= *own) begin_round(now);
}

void Registration::go_home(wire::Instant now) {
    goes_home_ = true;
    begin_round(now);
}

void Registration::register_at(wire::Instant now, const Target& target) {
    wake_.reset();
    directed_ = true;
    first_of_round_ = false;
    refusals_ = 0;
    refused_ = false;
    round_begun_ = now;
    send_new(now, target, 0,
             {.what = "register",
              .text = "registers at " + target_name(target) + " before the call goes there",
              .clauses = {"YL-ROE-02", "RFC-3261-102"},
              .keys = {}});
}

void Registration::drop() {
    state_ = State::off;
    leaving_ = false;
    attempt_.reset();
    home_.reset();
    failback_.lost();
    wake_.reset();
    candidates_.abandon();
}

// Why an account that is not registered here sends its first REGISTER.
std::string Registration::first_clause() const {
    return probe_ && failed_rounds_ > 0 ? probe_->clause : role_clause_;
}

void Registration::unanswered(wire::Instant now) {
    const auto reason = target_name(attempt_->target) + " did not answer";
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
              .text = "removes its binding at " + target_name(target),
              .clauses = {"RFC-3261-102"},
              .keys = {}});
}

void Registration::switched_off(const std::string& reason) {
    drop();
    show("off", reason);
}

void Registration::show(const std::string& line_state, const std::string& notice) {
    // A probe of a working server that stays away is no news for the user of the fallback server.
    const unsigned known_failures = line_state == "failed" ? 1 : 0;
    if (probe_ && failed_rounds_ > known_failures && line_state != "registered") return;
    context_.say(
        Display{account_.index, line_state, home_ ? target_name(*home_) : std::string(), notice});
}

}  // namespace twinline::phone
