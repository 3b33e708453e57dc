// One stage for each configured server; the reading combined-order may let the second stage come
// before the rest of the first.
#include "reference_impl/phone/call_route.hh"

#include "reference_impl/phone/registration.hh"

namespace twinline::phone {

CallRoute::CallRoute(Context& context, Resolver& resolver, const config::Account& account,
                     std::vector<Leg> legs, std::optional<Target> first)
    : context_(context), first_(std::move(first)) {
    for (const auto& leg : legs) {
        const auto& server = leg.proxy != nullptr ? *leg.proxy : *leg.server;
        stages_.push_back(
            {leg, Candidates(context, resolver, account, server, Candidates::Purpose::call)});
    }
    current_ = stages_.begin();
}

// The primary has failed, its name has more servers, and there is a fallback server (YL-GEN-05).
bool CallRoute::leaves_for_fallback() const {
    return current_ == stages_.begin() && !was_interrupted_ && stages_.size() > 1 &&
           current_->given == 1 && current_->candidates.left() > 0 &&
           context_.oracle->reading("combined-order") == "fallback";
}

void CallRoute::turn_to_next_stage() {
    if (current_ == stages_.begin() && was_interrupted_) {
        current_ = stages_.end();  // the others came before the rest of the first
        return;
    }
    ++current_;
    if (current_ == stages_.end() && was_interrupted_) current_ = stages_.begin();
}

void CallRoute::advance(wire::Instant now) {
    if (state_ == State::at_hop && leaves_for_fallback()) {
        was_interrupted_ = true;
        ++current_;
    }
    while (current_ != stages_.end()) {
        auto& stage = *current_;
        if (!stage.begun) {
            stage.begun = true;
            const bool wanted = current_ == stages_.begin() && first_;
            stage.candidates.begin(now, wanted ? first_ : std::nullopt,
                                   wanted ? Candidates::First::home : Candidates::First::primary);
        }
        if (stage.candidates.state() == Candidates::State::locating) {
            state_ = State::locating;
            return;
        }
        if (stage.candidates.state() == Candidates::State::nowhere)
            reason_ = stage.candidates.nowhere().reason;
        else if (auto target = stage.candidates.next(now)) {
            const bool last_of_name = stage.candidates.left() == 0;
            const bool last_stage = std::next(current_) == stages_.end();
            ++stage.given;
            hop_ = Hop{*target,
                       stage.leg,
                       {.last_of_name = last_of_name,
                        .last_of_chain = last_of_name && last_stage,
                        .over_proxy = stage.leg.proxy != nullptr},
                       !any_given_,
                       stage.candidates.is_primary(*target)};
            any_given_ = true;
            state_ = State::at_hop;
            return;
        }
        turn_to_next_stage();
    }
    state_ = State::exhausted;
}

void CallRoute::learn(wire::Instant now, const Resolver::Result& result) {
    if (state_ == State::locating && current_->candidates.learn(now, result)) advance(now);
}

bool CallRoute::returns_home(Start start) const {
    return hop_->is_first && start == Start::with_register;
}

bool CallRoute::wants_registration(Start start) const {
    if (!context_.is_yealink() ||
        hop_->leg.registration->is_registered_at(hop_->target.endpoint))
        return false;
    if (hop_->is_first) return returns_home(start);
    return hop_->leg.proxy == nullptr && hop_->leg.server->register_on_enable;
}

void CallRoute::register_at_hop(wire::Instant now, Start start) {
    auto& registration = *hop_->leg.registration;
    if (returns_home(start))
        registration.go_home(now);
    else
        registration.register_at(now, hop_->target);
}

bool CallRoute::is_barred(Start start) const {
    if (!context_.is_yealink() || !hop_->leg.server->only_signal_with_registered ||
        hop_->leg.registration->is_registered_at(hop_->target.endpoint))
        return false;
    if (wants_registration(start)) return false;
    return hop_->leg.server->register_on_enable ||
           context_.oracle->reading("only-signal-without-register-on") != "inert";
}

wire::Instant CallRoute::good_until(wire::Instant failed_over) const {
    return current_->candidates.good_until(failed_over);
}

}  // namespace twinline::phone
