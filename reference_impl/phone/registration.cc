// Every transition of a registration, with the clause that asks for it.
#include "reference_impl/phone/registration.hh"

#include "reference_impl/phone/stand_ins.hh"
#include "reference_impl/wire/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinline::phone {

Registration::Registration(Context& context, Resolver& resolver, const config::Account& account,
                           const std::vector<Way>& ways, std::string role_clause)
    : context_(context),
      account_(account),
      name_(fmt::format("{} at {}", account.index, ways.front().leg.server->host)),
      server_(*ways.front().leg.server),
      failback_(context, server_),
      resolver_(resolver),
      role_clause_(std::move(role_clause)),
      expires_(server_.expires) {
    for (const auto& way : ways) {
        legs_.push_back(way.leg);
        requests_.emplace_back(context, account, way);
    }
    request_ = &requests_.front();
}

RegisterRequest& Registration::request_of(const Route::Leg& leg) {
    return *std::ranges::find_if(requests_, [&](const RegisterRequest& request) {
        return request.leg().server == leg.server && request.leg().proxy == leg.proxy;
    });
}

void Registration::start(wire::Instant now) {
    leaving_ = false;
    if (state_ != State::off) return;
    begin_round(now);
}

void Registration::begin_round(wire::Instant now) {
    if (preferred_place_) {
        auto legs = legs_;
        std::ranges::stable_partition(
            legs, [this](const Route::Leg& leg) { return leg.place == *preferred_place_; });
        return begin_round(now, legs, Candidates::First::home);
    }
    const bool stays = !std::exchange(goes_home_, false) && failback_.stays(now);
    if (!stays) failback_.tries_primary();
    begin_round(now, legs_, stays ? Candidates::First::home : Candidates::First::primary);
}

void Registration::begin_round(wire::Instant now, const std::vector<Route::Leg>& legs,
                               Candidates::First first) {
    wake_.reset();
    attempt_.reset();
    directed_ = gave_way_ = false;
    refusals_ = 0;
    refused_ = false;
    state_ = State::locating;
    round_begun_ = now;
    reason_.clear();
    clauses_.clear();
    if (!home_) show("registering");
    route_.emplace(context_, resolver_, account_, legs, Candidates::Purpose::registration,
                   Route::Known{home_, home_leg_.place, first});
    look_up_beside(now);
    route_->advance(now);
    take_hop(now);
}

void Registration::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (beside_) beside_->learn(now, result);
    if (state_ != State::locating) return;
    route_->learn(now, result);
    take_hop(now);
}

// `reason` and `clauses`: why the server before was given up.
void Registration::try_next(wire::Instant now, const std::string& reason, const Clauses& clauses) {
    if (directed_ || !context_.rules.next_target_after_failure || gives_way())
        return round_failed(now, reason, clauses);
    reason_ = reason;
    clauses_ = clauses;
    route_->advance(now);
    take_hop(now);
}

void Registration::take_hop(wire::Instant now) {
    if (route_->state() == Route::State::locating) {
        attempt_.reset();
        state_ = State::locating;
        return;
    }
    if (route_->state() == Route::State::exhausted)
        return reason_.empty() ? round_failed(now, route_->reason(), route_->clauses())
                               : round_failed(now, reason_, clauses_);
    const auto& hop = route_->hop();
    met_.insert_or_assign(hop.leg.place, hop.target);
    auto* const former = std::exchange(request_, &request_of(hop.leg));
    if (hop.is_first) return begin_first(now, hop.target);
    Decision why{.what = "next-target",
                 .text = reason_ + "; turns to " + target_name(hop.target),
                 .clauses = context_.cite({.yealink = "YL-FO-REG-02",
                                           .aastra = hop.leg.place == 0 ? "AA-SRV-03" : "AA-BPR-02",
                                           .audiocodes = "AC-REG-06"},
                                          {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811"}),
                 .keys = {}};
    why.also_by(clauses_);
    refusals_ = 0;
    if (request_ != former) return send_new(now, hop.target, 0, std::move(why));
    state_ = State::trying;
    request_->redirect(hop.target);
    begin_attempt(now, hop.target, 0);
    transmit(std::move(why));
}

void Registration::begin_first(wire::Instant now, const Target& target) {
    const bool refresh = home_.has_value();
    auto clauses = refresh ? failback_.clauses(now)
                           : context_.cite({.yealink = first_clause().c_str(),
                                            .aastra = "AA-BPR-02",
                                            .audiocodes = "AC-REG-05"},
                                           {"RFC-3261-812"});
    clauses.emplace_back("RFC-3261-102");
    send_new(now, target, 0,
             {.what = refresh ? "refresh" : "register",
              .text = (refresh ? "refreshes its registration at " : "registers at ") +
                      target_name(target),
              .clauses = std::move(clauses),
              .keys = {}});
}

void Registration::begin_attempt(wire::Instant now, const Target& target, unsigned answers) {
    attempt_.emplace(
        Attempt{target,
                ClientTransaction(ClientTransaction::Kind::non_invite, now, context_.config.timers,
                                  is_reliable(request_->message())),
                answers,
                {}});
}

// Asked only when a server is silent: what is open about silence does not matter before.
Patience Registration::patience() const {
    const bool last = route_->left_of_name() == 0;
    const auto over_udp = [&] {
        const auto usual = [&] {
            return register_patience(context_, account_, server_,
                                     {.last_of_name = last,
                                      .last_of_chain = last && route_->is_on_last_leg() && !probe_,
                                      .over_proxy = request_->leg().proxy != nullptr});
        };
        return probe_ && failed_rounds_ > 0 ? probe_patience(context_, usual) : usual();
    };
    return is_reliable(request_->message()) ? stream_patience(context_, over_udp) : over_udp();
}

void Registration::send_new(wire::Instant now, const Target& target, unsigned answers,
                            Decision why) {
    state_ = State::trying;
    request_->renew(target, leaving_ ? std::chrono::seconds{0} : expires_);
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
              .clauses = context_.cite({.yealink = "YL-REG-02"}, clauses),
              .keys = {}});
    attempt_->repeats = repeats;
    return true;
}

void Registration::transmit(Decision why) {
    phone::transmit(context_, attempt_->target, request_->message(), attempt_->transaction.sends(),
                    std::move(why));
}

void Registration::on_response(wire::Instant now, const wire::SipMessage& response) {
    if (!attempt_ || !is_answer(context_, response, request_->message())) return;
    if (!attempt_->transaction.on_response(now, response.status)) {
        if (!context_.rules.absorbs_repeats) begin_round(now);
        return;
    }
    if (response.status >= 200) on_final(now, response);
}

void Registration::on_unreachable(wire::Instant now, wire::Transport transport,
                                  const wire::Endpoint& server, const std::string& reason) {
    const bool icmp = transport == wire::Transport::udp;
    const bool of_attempt = attempt_ && attempt_->target.endpoint == server &&
                            transport_of(request_->message()) == transport &&
                            attempt_->transaction.waits_for_answer();
    if (!of_attempt) {
        if (flow_ && flow_->target().endpoint == server && flow_->target().transport == transport)
            flow_failed(now, {wire::to_string(server) + " " + reason,
                              {icmp ? "RFC-5626-05" : "RFC-5626-04"}});
        return;
    }
    if (icmp && ignores_icmp(context_)) return;
    attempt_->transaction.on_transport_error();
    const auto what = wire::to_string(server) + " " + reason;
    if (may_be_datagram(context_, attempt_->target, transport)) return send_datagram(now, what);
    if (!icmp && context_.is_yealink() &&
        context_.oracle->reading("unavailable-server") == "retries-then-next" &&
        retry_counted(now, what, {"RFC-3261-1714"}))
        return;
    try_next(now, what, {"RFC-3261-1714"});
}

void Registration::on_deadline(wire::Instant now) {
    if (flow_) flow_->on_deadline(now);
    watch_flow(now);
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
                     .clauses = context_.cite({.yealink = "YL-REG-02"}, {"RFC-3261-E"}),
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
    if (for_failback && context_.rules.waits_for_idle && context_.calls > 0)
        wake_ = refresh_at_;  // YL-FB-IDLE-01
    else
        begin_round(now);
}

std::optional<wire::Instant> Registration::deadline() const {
    auto earliest = wake_;
    const auto consider = [&](std::optional<wire::Instant> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    if (attempt_) consider(attempt_->transaction.deadline());
    if (flow_) consider(flow_->deadline());
    return earliest;
}

void Registration::round_failed(wire::Instant now, const std::string& reason,
                                const Clauses& clauses,
                                std::optional<std::chrono::seconds> asked_wait) {
    attempt_.reset();
    flow_.reset();
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

// YL-FB-IDLE-01, reading idle-resume: what became due during the call comes now.
void Registration::on_idle(wire::Instant now) {
    failback_.on_idle(now);
    if (state_ == State::registered && failback_.own_instant(now)) begin_round(now);
}

void Registration::drop() {
    state_ = State::off;
    leaving_ = lost_flow_ = false;
    attempt_.reset();
    flow_.reset();
    home_.reset();
    failback_.lost();
    wake_.reset();
}

// Why an account that is not registered here sends its first REGISTER.
std::string Registration::first_clause() const {
    return probe_ && failed_rounds_ > 0 ? probe_->clause : role_clause_;
}

void Registration::unanswered(wire::Instant now) {
    const auto reason = target_name(attempt_->target) + " did not answer";
    avoid(context_, account_, attempt_->target, now);
    if (!try_again(now, reason, {"RFC-3261-F"})) try_next(now, reason, {"RFC-3261-F"});
}

void Registration::leave(wire::Instant now, Farewell farewell) {
    if (state_ == State::off) return;
    leaving_ = true;
    farewell_ = farewell;
    if (state_ == State::trying && attempt_)
        return;  // RFC-3261-102: first the answer to what is under way
    if (!home_) return switched_off("not registered");
    wake_.reset();
    request_ = &request_of(home_leg_);
    const auto target = *home_;
    send_new(now, target, 0,
             {.what = "unregister",
              .text = "removes its binding at " + target_name(target),
              .clauses = {"RFC-3261-102"},
              .keys = {}});
}

void Registration::switched_off(const std::string& reason) {
    drop();
    if (farewell_ == Farewell::told) show("off", reason);
}

void Registration::show(const std::string& line_state, const std::string& notice) {
    // A probe of a working server that stays away is no news for the user of the fallback server.
    const unsigned known_failures = line_state == "failed" ? 1 : 0;
    if (probe_ && failed_rounds_ > known_failures && line_state != "registered") return;
    context_.say(
        Display{account_.index, line_state, home_ ? target_name(*home_) : std::string(), notice});
}

}  // namespace twinline::phone
