// Where it begins, how it goes from server to server and follows the registration, and what ends
// it.
#include "reference_impl/phone/subscription.hh"

#include "reference_impl/phone/registration.hh"

#include <algorithm>
#include <utility>

namespace twinline::phone {

Subscription::Subscription(Context& context, Resolver& resolver, Responder& responder,
                           OneShots& one_shots, Line& line,
                           const config::WantedSubscription& wanted)
    : context_(context),
      resolver_(resolver),
      responder_(responder),
      one_shots_(one_shots),
      line_(line),
      wanted_(wanted),
      authenticator_(context, line.account()),
      view_(context, line.account().index, wanted),
      expires_(wanted.expires) {}

std::string Subscription::name() const {
    return event_name(wanted_.package) + " of " + wanted_.user;
}

// What asks for it to be there.
Subscription::Clauses Subscription::usual_clauses() const {
    return context_.cite({.yealink = "EXT-YL-20", .aastra = "AA-BPR-05"}, {"RFC-6665-01"});
}

// A new subscription has a Call-ID and a From tag of its own (RFC-6665-01). `first`: the server
// that it must begin at.
void Subscription::begin(wire::Instant now, Clauses because, std::optional<Target> first,
                         std::optional<unsigned> place) {
    attempt_.reset();
    end_dialog();
    because_ = std::move(because);
    if (!line_.home()) {
        state_ = State::off;
        return;
    }
    begun_ = now;
    const auto& account = line_.account();
    const auto& domain = domain_of(account, line_.user_at(place.value_or(0)));
    request_ = {};
    request_.method = request_.cseq_method = "SUBSCRIBE";
    request_.request_uri = "sip:" + wanted_.user + "@" + domain;
    request_.from = {account.display_name,
                     "sip:" + account.user + "@" + domain,
                     {{"tag", context_.token("tag")}}};
    request_.to = {"", request_.request_uri, {}};
    request_.call_id = context_.token("call-id");
    request_.max_forwards = 70;
    auto start = line_.subscription_start(now);
    if (place) std::erase_if(start.legs, [&](const auto& leg) { return leg.place != *place; });
    const bool register_first = start.register_first && !first;
    route_.emplace(
        context_, resolver_, account, start.legs, first ? first : start.first,
        register_first ? CallRoute::Start::with_register : CallRoute::Start::with_request);
    go_on(now, {}, {});
}

// Not sooner than a failed one is tried again, whatever a notifier says.
void Subscription::begin_again(wire::Instant now, const std::string& reason,
                               const Clauses& because) {
    const auto soonest = begun_ + line_.account().subscription_retry;
    if (now >= soonest) return begin(now, because);
    wait_until(soonest, reason, because);
}

// To the next server; `reason` and `clauses` say why the one before was given up.
void Subscription::go_on(wire::Instant now, const std::string& reason, const Clauses& clauses) {
    attempt_.reset();
    refusals_ = 0;
    take(now, route_->go_on(now, reason, clauses));
}

void Subscription::take(wire::Instant now, CallRoute::Step step) {
    switch (step) {
        case CallRoute::Step::locating:
            state_ = State::locating;
            break;
        case CallRoute::Step::registering:
            state_ = State::registering;
            break;
        case CallRoute::Step::send:
            subscribe(now, 0, first_reason());
            break;
        case CallRoute::Step::nobody:
            line_.unused(now);
            fail(now, route_->nobody_reason(), route_->nobody_clauses());
            break;
    }
}

void Subscription::on_registration(wire::Instant now) {
    if (state_ == State::registering) take(now, route_->on_registration(now));
    const auto home = line_.home();
    if (!home) return;
    if (state_ == State::off)
        begin(now, because_.empty() ? usual_clauses() : because_);
    else if (context_.is_aastra())
        follow_proxy(now);
    else
        follow(now, *home);
    seen_home_ = home->target;
}

// AA-OBP-12, AA-OBP-14: the subscriptions move to the proxy in use, each as a new dialog.
void Subscription::follow_proxy(wire::Instant now) {
    const auto place = line_.proxy_place();
    if (std::exchange(seen_place_, place) == place || state_ != State::active ||
        route_->hop().leg.place == place)
        return;
    begin(now, {place == 0 ? "AA-OBP-14" : "AA-OBP-12", "RFC-6665-01"}, {}, place);
}

// YL-FSUB-01 to YL-FSUB-04, AC-REG-02: the registration has moved to a server with another address.
void Subscription::follow(wire::Instant now, const Line::Home& home) {
    const auto& server = line_.account().servers.front();
    const auto is_other = [&](const Target& there) {
        if (!context_.rules.tells_servers_by_address) return there.name != home.target.name;
        return there.endpoint.address != home.target.endpoint.address;
    };
    const bool stands_elsewhere =
        seen_home_ && is_other(*seen_home_) && dialog_ && is_other(dialog_->next_hop());
    if (!stands_elsewhere) return;
    if (context_.is_audiocodes()) return begin(now, {"AC-REG-02", "RFC-6665-01"}, home.target);
    const bool by_mode = server.failback_mode != config::FailbackMode::new_requests ||
                         context_.rules.resubscribes_in_mode_0;
    if (!context_.is_yealink() || !server.failback_subscribe || !by_mode) return;
    if (home.is_primary && context_.oracle->reading("resubscribe-on-return") != "both-ways") return;
    if (context_.oracle->reading("resubscribe-dialog") != "old-dialog")
        return begin(now, {"YL-FSUB-01", "RFC-6665-01"}, home.target);
    refresh_at(now, home.target, 0,
               {.what = "resubscribe",
                .text = "subscribes again to " + name() + ", at " + target_name(home.target),
                .clauses = {"YL-FSUB-01"},
                .keys = {}});
}

Decision Subscription::first_reason() const {
    if (route_->hop().is_first)
        return {.what = "subscribe",
                .text = "subscribes to " + name() + " at " + target_name(route_->hop().target),
                .clauses = because_,
                .keys = {}};
    return route_->turn(
        "subscribes to " + name() + " at",
        context_.cite({.yealink = route_->hop().rank.over_proxy ? "YL-PAR-22" : "YL-GEN-02",
                       .aastra = "AA-BPR-05",
                       .audiocodes = "AC-PAR-02"},
                      {"RFC-3263-07", "RFC-3263-08", "RFC-3261-0811"}));
}

void Subscription::fail(wire::Instant now, const std::string& reason, const Clauses& clauses,
                        std::optional<std::chrono::seconds> wait) {
    const auto pause =
        std::max(line_.account().subscription_retry, wait.value_or(std::chrono::seconds{0}));
    wait_until(now + pause, reason, clauses);
}

void Subscription::wait_until(wire::Instant then, const std::string& reason,
                              const Clauses& clauses) {
    attempt_.reset();
    end_dialog();
    state_ = State::waiting;
    wake_ = then;
    Decision why{.what = "wait",
                 .text = name() + ": " + reason + "; waits before it subscribes again",
                 .clauses = clauses,
                 .keys = {until_key(then)}};
    why.also_by(usual_clauses());
    context_.say(Decided{std::move(why)});
}

void Subscription::end_dialog() {
    if (dialog_) view_.forget();
    dialog_.reset();
    notify_until_.reset();
    ends_.reset();
    refresh_due_.reset();
    wake_.reset();
}

}  // namespace twinline::phone
