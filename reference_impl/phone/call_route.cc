// Yealink's two parameters register_on_enable and only_signal_with_registered.
#include "reference_impl/phone/call_route.hh"

#include "reference_impl/phone/registration.hh"

namespace twinline::phone {

bool CallRoute::returns_home(Start start) const {
    return hop().is_first && start == Start::with_register;
}

bool CallRoute::wants_registration(Start start) const {
    if (!context_.is_yealink() || hop().leg.registration->is_registered_at(hop().target.endpoint))
        return false;
    if (hop().is_first) return returns_home(start);
    return hop().leg.proxy == nullptr && hop().leg.server->register_on_enable;
}

void CallRoute::register_at_hop(wire::Instant now, Start start) {
    auto& registration = *hop().leg.registration;
    if (returns_home(start))
        registration.go_home(now);
    else
        registration.register_at(now, hop().target);
}

bool CallRoute::is_barred(Start start) const {
    if (!context_.is_yealink() || !hop().leg.server->only_signal_with_registered ||
        hop().leg.registration->is_registered_at(hop().target.endpoint))
        return false;
    if (wants_registration(start)) return false;
    return hop().leg.server->register_on_enable ||
           context_.oracle->reading("only-signal-without-register-on") != "inert";
}

}  // namespace twinline::phone
