// The flows of a line with SIP outbound. Two outbound proxies of the generic profile have a flow
// each (RFC-5626-02); what stands in for Aastra's servers has one while the first has failed, and
// the first is tried in the background meanwhile (AA-OBP-04, EXT-AA-OUT-01 to EXT-AA-OUT-05).
#include "reference_impl/phone/line.hh"

namespace twinline::phone {

void Line::add_flows(Resolver& resolver) {
    const bool aastra = second_ == Second::flow_instead;
    std::vector<Route::Leg> first, other;
    for (const auto& leg : stand_ins_.registrars) (leg.place == 0 ? first : other).push_back(leg);
    add(resolver, first, aastra ? "EXT-AA-OUT-01" : "RFC-5626-02");
    if (!other.empty()) {
        add(resolver, other, aastra ? "EXT-AA-OUT-02" : "RFC-5626-02");
        registrations_.front().recover_beside(registrations_.back());
        registrations_.back().recover_beside(registrations_.front());
    }
    for (auto& leg : stand_ins_.proxies)
        if (leg.place != 0) leg.registration = &registrations_.back();
    const bool led_by_registrations =
        stand_ins_.shares_flow && (stand_ins_.proxies.size() == 1 || !other.empty());
    if (!aastra || led_by_registrations) return;
    for (const auto& leg : stand_ins_.proxies)
        proxy_flows_.emplace_back(context_, resolver, account_, leg);
}

void Line::registrations_settled(wire::Instant now) {
    auto& first = registrations_.front();
    auto& other = registrations_.back();
    if (registrations_.size() < 2) return;
    const auto say = [&](const char* what, const char* text) {
        context_.say(Decided{
            {.what = what, .text = text, .clauses = {"AA-OBP-04", "EXT-AA-OUT-02"}, .keys = {}}});
    };
    if (first.is_registered()) {
        if (other.has_failed()) other.drop();
        if (!other.is_registered()) return;
        say("return", "the first flow is back; removes the other registration");
        other.leave(now, Registration::Farewell::quiet);
    } else if (other.is_off() && (first.has_failed() || first.has_lost_flow())) {
        say("fallback", "the first flow has failed; opens one to what stands in");
        other.start(now);
    }
}

// Which of the proxies calls and subscriptions go over.
unsigned Line::place_that_works(wire::Instant now) {
    if (proxy_flows_.empty()) {
        if (registrations_.front().is_registered()) return 0;
        return registrations_.back().is_registered() ? registrations_.back().home_place()
                                                     : proxy_place_;
    }
    auto& first = proxy_flows_.front();
    auto& other = proxy_flows_.back();
    if (!first.has_failed()) {
        if (&other != &first && first.works()) other.close();
        return first.works() ? 0 : proxy_place_;
    }
    other.open(now);
    return other.works() ? other.place() : proxy_place_;
}

void Line::flows_settled(wire::Instant now) {
    registrations_settled(now);
    proxies_turned(now, place_that_works(now), "EXT-AA-OUT-03");
}

}  // namespace twinline::phone
