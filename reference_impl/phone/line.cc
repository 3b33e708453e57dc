// The working server's registration rules; the fallback's starts and ends by what becomes of it.
#include "reference_impl/phone/line.hh"

#include <algorithm>

namespace twinline::phone {

Line::Line(Context& context, Resolver& resolver, const config::Account& account)
    : context_(context),
      account_(account),
      stand_ins_(stand_ins(context, account)),
      second_(second()),
      used_(context, account.servers.front()) {
    const auto& servers = account.servers;
    const auto* proxy = account.outbound_proxies.empty() ? nullptr : &account.outbound_proxies[0];
    switch (second_) {
        case Second::none:
            add(resolver, stand_ins_.registrars, "YL-REG-01");
            break;
        case Second::beside:
            add(resolver, servers[0], nullptr, "YL-REG-04");
            add(resolver, servers[1], nullptr, "YL-REG-04");
            registrations_.front().keep_schedule();  // YL-FBK-INV-04
            break;
        case Second::instead:
            add(resolver, servers[0], nullptr, "YL-REG-08");
            add(resolver, servers[1], nullptr, "YL-FBK-REG-03");
            registrations_.front().probe_every(account.fallback_timeout, "YL-FBK-REG-05");
            registrations_.front().give_way_to_fallback();
            break;
        case Second::over_other_proxy:
            add(resolver, servers[0], proxy, "YL-UI-03");
            registrations_.emplace_back(
                context_, resolver, account_,
                std::vector{Way{{.server = &servers[0], .proxy = &account.outbound_proxies[1]},
                                sequences_.front()}},
                "YL-UI-03");
            if (account.outbound_proxy_fallback_interval.count() > 0)
                registrations_.front().probe_every(account.outbound_proxy_fallback_interval,
                                                   "YL-PAR-22");
            break;
        case Second::flow_beside:
        case Second::flow_instead:
            add_flows(resolver);
            break;
    }
    if (account.redundant) {
        watch_.emplace(context, account, account.redundant->keep_alive);
        begin_redundant();
    }
}

Line::Second Line::second() const {
    if (account_.keeps_flows() && context_.is_aastra()) return Second::flow_instead;
    if (account_.outbound && stand_ins_.registrars.size() > 1) return Second::flow_beside;
    if (!context_.is_yealink()) return Second::none;
    if (account_.outbound_proxies.size() > 1) return Second::over_other_proxy;  // YL-UI-03
    const bool two = account_.servers.size() > 1 && !account_.servers[1].host.empty();
    if (!two || !account_.outbound_proxies.empty()) return Second::none;  // YL-REG-06
    return account_.redundancy == config::Redundancy::successive ? Second::instead : Second::beside;
}

void Line::add(Resolver& resolver, const config::Server& server, const config::Server* proxy,
               std::string role_clause) {
    add(resolver, {{.server = &server, .proxy = proxy}}, std::move(role_clause));
}

// Ways to one registrar share what they have to (RFC-3261-102-CALLID).
void Line::add(Resolver& resolver, const std::vector<Route::Leg>& legs, std::string role_clause) {
    std::vector<Way> ways;
    for (const auto& leg : legs) {
        const auto same =
            std::ranges::find(ways, leg.server, [](const Way& way) { return way.leg.server; });
        // A registrar is replaced by itself, unless everything moves as one.
        const auto user_place = stand_ins_.move_together ? leg.place : 0;
        ways.push_back({leg,
                        same != ways.end() ? same->sequence : sequences_.emplace_back(context_),
                        context_.is_aastra() ? &user_at(user_place) : nullptr,
                        account_.outbound ? static_cast<unsigned>(registrations_.size()) + 1 : 0});
    }
    registrations_.emplace_back(context_, resolver, account_, ways, std::move(role_clause));
    for (auto& leg : stand_ins_.proxies)
        if (leg.registration == nullptr) leg.registration = &registrations_.front();
}

void Line::start(wire::Instant now) {
    if (!account_.registers) return;
    wanted_ = true;
    first_try_ = now;
    was_registered_ = false;
    fallback_at_.reset();
    registrations_.front().start(now);
    if (second_ == Second::beside && context_.oracle->reading("concurrent-start") != "after-answer")
        for (auto& registration : registrations_)
            registration.start(now);  // YL-REG-04: at the same time
    if (second_ == Second::over_other_proxy && !context_.rules.registers_one_proxy)
        registrations_.back().start(now);
    if (second_ == Second::flow_beside) registrations_.back().start(now);  // RFC-5626-02
    if (!proxy_flows_.empty()) proxy_flows_.front().open(now);             // EXT-AA-OUT-01
    settle(now);
}

void Line::leave(wire::Instant now) {
    if (!account_.registers) return;
    wanted_ = false;
    fallback_at_.reset();
    for (auto& registration : registrations_) registration.leave(now);
    for (auto& flow : proxy_flows_) flow.close();
    if (watch_) watch_->stop();
}

// When the fallback server gets its REGISTER after the working server was given up (YL-FBK-REG-03).
wire::Instant Line::fallback_due(wire::Instant now) const {
    if (second_ == Second::over_other_proxy) return now;  // YL-PAR-22
    const auto& working = registrations_.front();
    const auto transaction_end = working.round_begun() + 64 * context_.config.timers.t1;
    if (was_registered_) {
        const auto reading = context_.oracle->reading("fallback-wait-registered");
        if (reading == "after-retries") return now;
        if (reading == "transaction-timer") return std::max(now, transaction_end);
        return std::max(now, working.binding_ends().value_or(now));
    }
    // Nobody is asked of a wait that is over.
    const auto reading = context_.oracle->reading("fallback-wait-at-boot");
    if (transaction_end > now && reading == "transaction-timer") return transaction_end;
    const auto expiry = first_try_ + account_.servers.front().expires;
    return expiry > now && reading == "expiry" ? expiry : now;
}

void Line::turn_to_fallback(wire::Instant now) {
    fallback_at_.reset();
    Decision why{.what = "fallback",
                 .text = "the working server is given up; registers at the fallback server",
                 .clauses = {"YL-REG-09", "YL-FBK-REG-03"},
                 .keys = {}};
    if (second_ == Second::over_other_proxy) {
        why.text = "outbound proxy 1 is given up; registers over outbound proxy 2";
        why.clauses = {"YL-UI-03", "YL-PAR-22"};
    }
    context_.say(Decided{std::move(why)});
    registrations_.back().start(now);
}

// YL-FBK-REG-06, YL-PAR-22: what the fallback held is no longer used.
void Line::working_is_back(wire::Instant now) {
    auto& fallback = registrations_.back();
    was_registered_ = true;
    fallback_at_.reset();
    if (fallback.is_off() || awaits_next_register() || !context_.rules.leaves_fallback) return;
    answered_probe_.reset();
    // Over another proxy it is the same binding.
    if (second_ == Second::instead &&
        context_.oracle->reading("fallback-return-cleanup") == "removed")
        fallback.leave(now, Registration::Farewell::quiet);
    else
        fallback.drop();
}

// Whether the probe that was answered is not the return itself: reading fallback-return-request.
bool Line::awaits_next_register() {
    if (second_ != Second::instead) return false;
    const auto bindings = registrations_.front().bindings();
    if (!answered_probe_) answered_probe_ = bindings;
    return *answered_probe_ == bindings &&
           context_.oracle->reading("fallback-return-request") == "next-register";
}

void Line::settle(wire::Instant now) {
    note_binding(now);
    if (wanted_ && watch_) return redundant_settled(now);
    if (!wanted_ || second_ == Second::none || second_ == Second::flow_beside) return;
    if (second_ == Second::flow_instead) return flows_settled(now);
    auto& working = registrations_.front();
    auto& fallback = registrations_.back();
    if (second_ == Second::beside) {  // reading concurrent-start: after the working server has
                                      // answered, or was given up
        if (fallback.is_off() && (working.is_registered() || working.has_failed()))
            fallback.start(now);
        return;
    }
    if (working.is_registered()) return working_is_back(now);
    answered_probe_.reset();
    if (!fallback.is_off()) {
        if (fallback.has_failed()) working.go_on_after_fallback(now);
        return;
    }
    if (!fallback_at_) {
        if (!working.has_failed()) return;
        fallback_at_ = fallback_due(now);
    }
    if (now >= *fallback_at_) {
        was_registered_ = false;
        turn_to_fallback(now);
    }
}

void Line::on_response(wire::Instant now, const wire::SipMessage& response) {
    for (auto& registration : registrations_) registration.on_response(now, response);
    if (watch_) watch_->on_response(now, response);
    settle(now);
}

void Line::on_unreachable(wire::Instant now, wire::Transport transport,
                          const wire::Endpoint& server, const std::string& reason) {
    for (auto& registration : registrations_)
        registration.on_unreachable(now, transport, server, reason);
    for (auto& flow : proxy_flows_) flow.on_unreachable(now, transport, server, reason);
    if (watch_) watch_->on_unreachable(transport, server);
    settle(now);
}

void Line::on_pong(wire::Instant now, const wire::Endpoint& server) {
    for (auto& registration : registrations_) registration.on_pong(now, server);
    for (auto& flow : proxy_flows_) flow.on_pong(now, server);
    settle(now);
}

void Line::on_stun(wire::Instant now, const wire::StunMessage& answer,
                   const wire::Endpoint& server) {
    for (auto& registration : registrations_) registration.on_stun(now, answer, server);
    for (auto& flow : proxy_flows_) flow.on_stun(now, answer, server);
    settle(now);
}

void Line::on_resolved(wire::Instant now, const Resolver::Result& result) {
    for (auto& registration : registrations_) registration.on_resolved(now, result);
    for (auto& flow : proxy_flows_) flow.on_resolved(now, result);
    settle(now);
}

void Line::on_deadline(wire::Instant now) {
    for (auto& registration : registrations_) registration.on_deadline(now);
    for (auto& flow : proxy_flows_) flow.on_deadline(now);
    if (watch_) watch_->on_deadline(now);
    settle(now);
}

std::optional<wire::Instant> Line::deadline() const {
    auto earliest = fallback_at_;
    const auto consider = [&](std::optional<wire::Instant> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    for (const auto& registration : registrations_) consider(registration.deadline());
    for (const auto& flow : proxy_flows_) consider(flow.deadline());
    if (watch_) consider(watch_->deadline());
    return earliest;
}

}  // namespace twinline::phone
