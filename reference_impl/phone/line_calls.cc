// Which server a call or a subscription of this account goes to first, and which follow (YL-PAR-26,
// YL-FB-NEW-01, YL-FBK-INV-01 to YL-FBK-INV-05).
#include "reference_impl/phone/line.hh"

#include <algorithm>
#include <iterator>

namespace twinline::phone {

using config::FailbackMode;

Line::CallStart Line::call_start(wire::Instant now) {
    CallStart start;
    const auto& servers = account_.servers;
    const auto& proxies = account_.outbound_proxies;
    auto& working = registrations_.front();
    auto& other = registrations_.back();
    start.legs = stand_ins_.proxies;
    bool turned = false;  // to the fallback server, or to the other proxy
    switch (second_) {
        case Second::none:
            turned = watch_ && proxy_place_ != 0;  // EXT-AC-01: where it is registered
            break;
        case Second::beside:
            start.legs.push_back({&other, &servers[1], nullptr, 1});
            turned = working.is_down() &&
                     context_.oracle->reading("concurrent-invite-while-down") != "working-first";
            break;
        case Second::instead:
            if (!other.is_off()) {  // YL-REG-07: registered at one only
                start.legs = {{&other, &servers[1], nullptr, 1}};
                return start;
            }
            break;
        case Second::over_other_proxy:
            start.legs.push_back({&other, &servers[0], &proxies[1], 1});
            turned = !other.is_off();
            break;
        case Second::flow_beside:  // RFC-5626-07: a flow that works
            turned = !working.is_registered() && other.is_registered();
            break;
        case Second::flow_instead:
            turned = proxy_place_ != 0;
            break;
    }
    if (turned) {
        std::ranges::rotate(start.legs, std::next(start.legs.begin()));
        return start;
    }
    start.first = first_for_call(now);
    start.register_first =
        !start.first && working.failback().is_over(now) && registers_before_return();
    return start;
}

// Whether the primary must hold a registration before a call goes back to it.
bool Line::registers_before_return() const {
    const auto& server = account_.servers.front();
    const bool held_back = server.only_signal_with_registered &&  // YL-OSR-01
                           (server.register_on_enable ||
                            context_.oracle->reading("only-signal-without-register-on") != "inert");
    return held_back || context_.oracle->reading("failback-first-request") == "register-first";
}

// In concurrent mode the fallback server has no shared lines and no MWI (YL-REG-05).
Line::CallStart Line::subscription_start(wire::Instant now) {
    if (second_ != Second::beside) return call_start(now);
    CallStart start;
    start.legs = stand_ins_.proxies;
    start.first = first_for_call(now);
    return start;
}

std::optional<Line::Home> Line::home() const {
    if (!wanted_) return std::nullopt;
    const auto& working = registrations_.front();
    if (const auto target = working.home()) return Home{*target, working.is_at_primary()};
    if (second_ == Second::none || second_ == Second::beside) return std::nullopt;
    const auto target = registrations_.back().home();
    return target ? std::optional(Home{*target}) : std::nullopt;
}

// Whether a call's own failover counts (readings last-server-modes-1-2, last-server-mode-3).
bool Line::last_used_counts() const {
    if (account_.servers.front().failback_mode == FailbackMode::duration)
        return context_.oracle->reading("last-server-mode-3") == "last-used";
    return context_.oracle->reading("last-server-modes-1-2") != "last-registered";
}

std::optional<Target> Line::first_for_call(wire::Instant now) const {
    const auto& registration = registrations_.front();
    const auto by_registration =
        registration.failback().call_stays(now) ? registration.home() : std::nullopt;
    if (!context_.is_yealink()) return by_registration;
    const auto by_use = used_.call_stays(now) ? last_used_ : std::nullopt;
    if (by_use == by_registration) return by_use;  // nobody need be asked
    return last_used_counts() ? by_use : by_registration;
}

void Line::used(wire::Instant now, const CallRoute& route) {
    const auto& hop = route.hop();
    if (second_ == Second::none && context_.is_aastra() &&
        (hop.leg.place == 0 || !moves_by_the_printed_condition()))
        proxies_turned(now, hop.leg.place, hop.leg.place == 0 ? "AA-OBP-14" : "AA-OBP-12");
    if (hop.leg.registration != &registrations_.front() || hop.leg.proxy != nullptr) return;
    last_used_ = hop.target;
    if (hop.is_first && hop.is_primary) used_.tries_primary();
    const bool by_ttl = account_.servers.front().failback_mode == FailbackMode::dns_ttl;
    used_.called(now, hop.is_primary,
                 by_ttl && !hop.is_primary ? route.good_until(now) : wire::Instant{});
}

// A REGISTER that was answered is a use of the server too.
void Line::note_binding(wire::Instant now) {
    const auto& registration = registrations_.front();
    if (registration.bindings() == bindings_seen_) return;
    bindings_seen_ = registration.bindings();
    if (second_ == Second::none && stand_ins_.move_together) registration_turned();
    last_used_ = registration.home();
    used_.registered(now, registration.is_at_primary(), registration.good_until(now));
}

void Line::on_busy(wire::Instant now) {
    used_.on_busy(now);
    for (auto& registration : registrations_) registration.on_busy(now);
}

void Line::on_idle(wire::Instant now) {
    used_.on_idle(now);
    for (auto& registration : registrations_) registration.on_idle(now);
    settle(now);
}

}  // namespace twinline::phone
