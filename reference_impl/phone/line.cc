// The working server's registration rules; the fallback's starts and ends by what becomes of it.
#include "reference_impl/phone/line.hh"

#include <algorithm>

namespace twinline::phone {

Line::Line(Context& context, Resolver& resolver, const config::Account& account)
    : context_(context), account_(account) {
    const bool two = context.is_yealink() && account.servers.size() > 1 &&
                     !account.servers[1].host.empty() &&
                     account.outbound_proxies.empty();  // YL-REG-06
    const bool successive = account.redundancy == config::Redundancy::successive;
    const auto role = [&](bool working) -> std::string {
        if (!two) return "YL-REG-01";
        if (!successive) return "YL-REG-04";
        return working ? "YL-REG-08" : "YL-FBK-REG-03";
    };
    registrations_.emplace_back(context, resolver, account, account.servers[0], role(true));
    if (two)
        registrations_.emplace_back(context, resolver, account, account.servers[1], role(false));
    if (is_successive()) registrations_.front().probe_every(account.fallback_timeout);  // YL-PAR-21
}

bool Line::is_successive() const {
    return registrations_.size() > 1 && account_.redundancy == config::Redundancy::successive;
}

void Line::start(wire::Instant now) {
    wanted_ = true;
    first_try_ = now;
    was_registered_ = false;
    fallback_at_.reset();
    registrations_.front().start(now);
    if (registrations_.size() > 1 && !is_successive() &&
        context_.oracle->reading("concurrent-start") != "after-answer")
        for (auto& registration : registrations_)
            registration.start(now);  // YL-REG-04: at the same time
    settle(now);
}

void Line::leave(wire::Instant now) {
    wanted_ = false;
    fallback_at_.reset();
    for (auto& registration : registrations_) registration.leave(now);
}

// When the fallback server gets its REGISTER after the working server was given up (YL-FBK-REG-03).
wire::Instant Line::fallback_due(wire::Instant now) const {
    const auto& working = registrations_.front();
    const auto transaction_end = working.round_begun() + 64 * context_.config.timers.t1;
    if (was_registered_) {
        const auto reading = context_.oracle->reading("fallback-wait-registered");
        if (reading == "after-retries") return now;
        if (reading == "transaction-timer") return std::max(now, transaction_end);
        return std::max(now, working.binding_ends().value_or(now));
    }
    const auto reading = context_.oracle->reading("fallback-wait-at-boot");
    if (reading == "transaction-timer") return std::max(now, transaction_end);
    if (reading == "expiry") return std::max(now, first_try_ + account_.servers.front().expires);
    return now;
}

void Line::turn_to_fallback(wire::Instant now) {
    fallback_at_.reset();
    context_.say(
        Decided{{.what = "fallback",
                 .text = "the working server is given up; registers at the fallback server",
                 .clauses = {"YL-REG-09", "YL-FBK-REG-03"},
                 .keys = {}}});
    registrations_.back().start(now);
}

void Line::settle(wire::Instant now) {
    if (!wanted_ || registrations_.size() < 2) return;
    auto& working = registrations_.front();
    auto& fallback = registrations_.back();
    if (!is_successive()) {  // reading concurrent-start: after the working server has answered, or
                             // was given up
        if (fallback.is_off() && (working.is_registered() || working.has_failed()))
            fallback.start(now);
        return;
    }
    if (working.is_registered()) {
        was_registered_ = true;
        fallback_at_.reset();
        if (fallback.is_off()) return;
        // YL-FBK-REG-06: the working server is back.
        if (context_.oracle->reading("fallback-return-cleanup") == "removed")
            fallback.leave(now);
        else
            fallback.drop();
        return;
    }
    if (!fallback.is_off()) return;
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
    settle(now);
}

void Line::on_refused(wire::Instant now, const wire::Endpoint& server, unsigned code) {
    for (auto& registration : registrations_) registration.on_refused(now, server, code);
    settle(now);
}

void Line::on_resolved(wire::Instant now, const Resolver::Result& result) {
    for (auto& registration : registrations_) registration.on_resolved(now, result);
    settle(now);
}

void Line::on_deadline(wire::Instant now) {
    for (auto& registration : registrations_) registration.on_deadline(now);
    settle(now);
}

std::optional<wire::Instant> Line::deadline() const {
    auto earliest = fallback_at_;
    for (const auto& registration : registrations_)
        if (const auto due = registration.deadline(); due && (!earliest || *due < *earliest))
            earliest = due;
    return earliest;
}

}  // namespace twinline::phone
