// How a line of Aastra's moves to what stands in for its servers, and back (AA-OBP-11 to
// AA-OBP-32).
#include "reference_impl/phone/line.hh"

namespace twinline::phone {

// AA-OBP-12 as printed: the address of record changes when the backup proxy fails too (reading
// proxy-failure-condition).
bool Line::moves_by_the_printed_condition() const {
    return !stand_ins_.move_together && stand_ins_.proxies.size() > 1 &&
           context_.oracle->reading("proxy-failure-condition") == "backup-proxy";
}

// A request has told which proxy works.
void Line::proxies_turned(wire::Instant now, unsigned place, const std::string& clause) {
    if (place == proxy_place_) return;
    proxy_place_ = place;
    auto& registration = registrations_.front();
    Decision why{.what = place == 0 ? "return" : "move",
                 .text = place == 0 ? "the primary proxy is back" : "the backup proxy is in use",
                 .clauses = {stand_ins_.move_together
                                 ? (place == 0 ? stand_ins_.return_clause : stand_ins_.move_clause)
                                 : clause},
                 .keys = {}};
    context_.say(Decided{std::move(why)});
    if (!stand_ins_.move_together && stand_ins_.renames_user)
        for (auto& each : registrations_) each.speak_of(now, user_at(place));
    if (second_ == Second::none && stand_ins_.move_together && wanted_ &&
        registration.home_place() != place)
        registration.move_to(now, place);
}

// Where everything moves as one, the registration takes calls and subscriptions along.
void Line::registration_turned() {
    const auto& registration = registrations_.front();
    if (registration.is_registered()) proxy_place_ = registration.home_place();
}

void Line::unused(wire::Instant now) {
    if (context_.is_aastra() && moves_by_the_printed_condition())
        proxies_turned(now, 1, "AA-OBP-12");
}

}  // namespace twinline::phone
