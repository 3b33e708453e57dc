// One stage for each leg; the readings combined-order and srv-list-with-backup may let the second
// stage come before the rest of the first.
#include "reference_impl/phone/route.hh"

namespace twinline::phone {

Route::Route(Context& context, Resolver& resolver, const config::Account& account,
             const std::vector<Leg>& legs, Candidates::Purpose purpose, Known known)
    : context_(context), known_(std::move(known)) {
    for (const auto& leg : legs)
        stages_.push_back({leg, Candidates(context, resolver, account, leg.first_hop(), purpose)});
    current_ = last_hop_ = stages_.begin();
}

// The primary has failed, its name has more servers, and there is one that stands in for it
// (YL-GEN-05, AA-SRV-03).
bool Route::leaves_early() const {
    if (current_ != stages_.begin() || was_interrupted_ || stages_.size() < 2 ||
        current_->given != 1 || current_->candidates.left() == 0)
        return false;
    if (context_.is_aastra())
        return context_.oracle->reading("srv-list-with-backup") == "backup-first";
    return context_.oracle->reading("combined-order") == "fallback";
}

void Route::turn_to_next_stage() {
    if (current_ == stages_.begin() && was_interrupted_) {
        current_ = stages_.end();  // the others came before the rest of the first
        return;
    }
    ++current_;
    if (current_ == stages_.end() && was_interrupted_) current_ = stages_.begin();
}

void Route::begin(wire::Instant now, Stage& stage) {
    stage.begun = true;
    const bool is_known = known_.target && known_.place == stage.leg.place;
    stage.candidates.begin(now, is_known ? known_.target : std::nullopt,
                           is_known ? known_.first : Candidates::First::primary);
}

bool Route::take(wire::Instant now, Stage& stage) {
    auto target = stage.candidates.next(now);
    const bool nobody_else = !any_given_ && std::next(Place(current_)) == stages_.end();
    if (!target && nobody_else && context_.is_aastra()) {  // EXT-AA-BL-01
        current_ = stages_.begin();
        target = current_->candidates.first();
        return target && give(*target, *current_);
    }
    if (!target && nobody_else) reason_ = "every server asked to be left alone";
    return target && give(*target, stage);
}

bool Route::give(const Target& target, Stage& stage) {
    const bool last_of_name = stage.candidates.left() == 0;
    ++stage.given;
    last_hop_ = current_;
    hop_ = Hop{target,
               stage.leg,
               {.last_of_name = last_of_name,
                .last_of_chain = last_of_name && is_on_last_leg(),
                .over_proxy = stage.leg.proxy != nullptr},
               !any_given_,
               stage.candidates.is_primary(target)};
    any_given_ = true;
    return true;
}

void Route::advance(wire::Instant now) {
    if (state_ == State::at_hop && leaves_early()) {
        was_interrupted_ = true;
        ++current_;
    }
    while (current_ != stages_.end()) {
        auto& stage = *current_;
        if (!stage.begun) begin(now, stage);
        if (stage.candidates.state() == Candidates::State::locating) {
            state_ = State::locating;
            return;
        }
        if (stage.candidates.state() == Candidates::State::nowhere) {
            reason_ = stage.candidates.nowhere().reason;
            clauses_ = stage.candidates.nowhere().clauses;
        } else if (take(now, stage)) {
            state_ = State::at_hop;
            return;
        }
        turn_to_next_stage();
    }
    state_ = State::exhausted;
}

void Route::learn(wire::Instant now, const Resolver::Result& result) {
    if (state_ == State::locating && current_->candidates.learn(now, result)) advance(now);
}

std::size_t Route::left_of_name() const { return last_hop_->candidates.left(); }

bool Route::is_on_last_leg() const { return std::next(Place(last_hop_)) == stages_.end(); }

wire::Instant Route::good_until(wire::Instant failed_over) const {
    return last_hop_->candidates.good_until(failed_over);
}

}  // namespace twinline::phone
