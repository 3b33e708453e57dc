// What a call or the line asks of a registration: to go home, to register somewhere before a call,
// to move to what stands in for its server, or to speak of another user; and what is only looked
// up. And the same request by another transport.
#include "reference_impl/phone/registration.hh"
#include "reference_impl/wire/endpoint.hh"

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

void Registration::send_datagram(wire::Instant now, const std::string& reason) {
    request_->make_datagram();
    begin_attempt(now, attempt_->target, attempt_->answers);
    transmit({.what = "retry",
              .text = reason + "; sends the request as a datagram",
              .clauses = {"RFC-3261-1811-UDP"},
              .keys = {}});
}

void Registration::speak_of(wire::Instant now, const config::Server& server) {
    for (auto& request : requests_) request.speak_of(server);
    if (state_ == State::registered) begin_round(now, {home_leg_}, Candidates::First::home);
}

std::optional<Target> Registration::met_at(unsigned place) const {
    const auto met = met_.find(place);
    return met != met_.end() ? std::optional(met->second) : std::nullopt;
}

void Registration::move_to(wire::Instant now, unsigned place) {
    std::vector<Route::Leg> legs;
    std::ranges::copy_if(legs_, std::back_inserter(legs),
                         [place](const Route::Leg& leg) { return leg.place == place; });
    begin_round(now, legs, Candidates::First::primary);
}

// Proxy and outbound proxy both ask for SRV, where the page has one or the other (AC-PAR-05):
// reading both-ports-65535.
void Registration::look_up_beside(wire::Instant now) {
    const auto& leg = legs_.front();
    beside_.reset();
    if (!context_.is_audiocodes() || leg.proxy == nullptr || leg.proxy->port != 0 ||
        leg.server->port != 0 || wire::parse_ipv4(leg.server->host) ||
        context_.oracle->reading("both-ports-65535") != "both")
        return;
    beside_.emplace(context_, resolver_, account_, *leg.server);
    beside_->begin(now, std::nullopt, Candidates::First::primary);
}

}  // namespace twinline::phone
