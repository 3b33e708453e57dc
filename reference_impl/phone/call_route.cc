// Yealink's two parameters register_on_enable and only_signal_with_registered stand between a
// server and its request.
#include "reference_impl/phone/call_route.hh"

#include "reference_impl/phone/registration.hh"
#include "reference_impl/phone/request_form.hh"

#include <utility>

namespace twinline::phone {

CallRoute::Step CallRoute::go_on(wire::Instant now, std::string reason,
                                 std::vector<std::string> clauses) {
    reason_ = std::move(reason);
    why_ = std::move(clauses);
    advance(now);
    return arrive(now);
}

CallRoute::Step CallRoute::on_resolved(wire::Instant now, const Resolver::Result& result) {
    learn(now, result);
    return state() == State::locating ? Step::locating : arrive(now);
}

CallRoute::Step CallRoute::arrive(wire::Instant now) {
    while (state() == State::at_hop && is_barred()) {
        if (reason_.empty()) reason_ = "no registration at " + target_name(hop().target);
        why_ = {"YL-OSR-01"};
        advance(now);
    }
    if (state() == State::locating) return Step::locating;
    if (state() == State::exhausted) return Step::nobody;
    if (!wants_registration()) return Step::send;
    register_asked_ = false;
    return on_registration(now);
}

std::vector<wire::NameAddr> CallRoute::pre_loaded() const {
    const auto& leg = hop().leg;
    const auto& rules = context_.rules;
    std::vector<wire::NameAddr> route;
    if (leg.proxy != nullptr) route.push_back(route_over(*leg.proxy));
    if (leg.registration == nullptr || !rules.follows_service_route) return route;
    if (!leg.registration->is_registered_at(hop().target.endpoint) && rules.service_route_of_each)
        return route;
    const auto& told = leg.registration->service_route();
    route.insert(route.end(), told.begin(), told.end());
    return route;
}

CallRoute::Step CallRoute::on_registration(wire::Instant now) {
    auto& registration = *hop().leg.registration;
    if (registration.is_registered_at(hop().target.endpoint)) return Step::send;
    if (registration.is_under_way()) return Step::registering;  // RFC-3261-102
    if (!std::exchange(register_asked_, true)) {
        if (returns_home())
            registration.go_home(now);
        else
            registration.register_at(now, hop().target);
        return context_.rules.awaits_registration ? Step::registering : Step::send;
    }
    const auto what = target_name(hop().target) + " does not register the phone";
    if (returns_home()) return go_on(now, what, {"YL-FB-TTL-02"});
    const auto reading = context_.oracle->reading("register-on-refused");
    if (reading == "request-sent") return Step::send;
    if (reading == "next-server") return go_on(now, what, {"YL-ROE-02"});
    reason_ = what;
    why_ = {"YL-ROE-02"};
    return Step::nobody;
}

Decision CallRoute::turn(const std::string& words, std::vector<std::string> clauses) const {
    Decision why{.what = "next-target",
                 .text = reason_ + "; " + words + " " + target_name(hop().target),
                 .clauses = std::move(clauses),
                 .keys = {}};
    why.also_by(why_);
    return why;
}

// The request is the first that goes back to the primary, and has to wait for its registration.
bool CallRoute::returns_home() const { return hop().is_first && start_ == Start::with_register; }

// YL-ROE-02: the phone registers at the current server before the request goes there.
bool CallRoute::wants_registration() const {
    if (!context_.is_yealink() || hop().leg.registration->is_registered_at(hop().target.endpoint))
        return false;
    if (hop().is_first) return returns_home();
    return hop().leg.proxy == nullptr && hop().leg.server->register_on_enable;
}

// YL-OSR-01: no request other than REGISTER goes to the current server, for it holds no
// registration and will hold none.
bool CallRoute::is_barred() const {
    const auto& registration = *hop().leg.registration;
    const bool is_registered = context_.rules.registration_counts_there
                                   ? registration.is_registered_at(hop().target.endpoint)
                                   : registration.is_registered();
    if (!context_.is_yealink() || !hop().leg.server->only_signal_with_registered || is_registered)
        return false;
    if (wants_registration()) return false;
    return hop().leg.server->register_on_enable ||
           context_.oracle->reading("only-signal-without-register-on") != "inert";
}

}  // namespace twinline::phone
