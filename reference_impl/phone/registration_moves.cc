// What a call or the line asks of a registration: to go home, to register somewhere before a call, to
// move to what stands in for its server, or to speak of another user.
#include "reference_impl/phone/registration.hh"

#include <algorithm>
#include <iterator>

namespace twinline::phone {

void Registration::go_home(wire::Instant now) {
    goes_home_ = true;
    begin_round(now);
}

void Registration::register_at(wire::Instant now, const Target& target) {
    wake_.reset();
    directed_ = true;
    request_ = &requests_.front();
    refusals_ = 0;
    refused_ = false;
    round_begun_ = now;
    send_new(now, target, 0,
             {.what = "register",
              .text = "registers at " + target_name(target) + " before the call goes there",
              .clauses = {"YL-ROE-02", "RFC-3261-102"},
              .keys = {}});
}

void Registration::speak_of(wire::Instant now, const config::Server& server) {
    for (auto& request : requests_) request.speak_of(server);
    if (state_ == State::registered) begin_round(now, {home_leg_}, Candidates::First::home);
}

void Registration::move_to(wire::Instant now, unsigned place) {
    std::vector<Route::Leg> legs;
    std::ranges::copy_if(legs_, std::back_inserter(legs),
                         [place](const Route::Leg& leg) { return leg.place == place; });
    begin_round(now, legs, Candidates::First::primary);
}

}  // namespace twinline::phone
