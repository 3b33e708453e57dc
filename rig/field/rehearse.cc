// Choices are adopted one after the other, for each moves all that follow.
#include "rig/field/rehearse.hh"

#include "rig/assess/led_along.hh"
#include "rig/world/world.hh"

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

constexpr unsigned most_adoptions = 60;
constexpr unsigned most_draws = 12;

bool has_drawn_servers(const timeline::Timeline& expected) {
    return std::ranges::any_of(expected, judge::draws_a_server);
}

Rehearsed with(Rehearsed rehearsed, Walked walked) {
    rehearsed.walked = std::move(walked);
    return rehearsed;
}

}  // namespace

// Leaves the phone clearly before the other one did, at which no choice of it can change anything.
bool falls_behind(const Walked& walked, const Walked& other) {
    constexpr timeline::Duration clearly = std::chrono::seconds{2};
    const auto* first = other.first();
    return walked.parting && walked.adoptions.empty() && first != nullptr &&
           walked.parting->at + clearly < first->at;
}

bool parts_alike(const Walked& a, const Walked& b) {
    const auto *first = a.first(), *other = b.first();
    return first != nullptr && other != nullptr && first->at == other->at &&
           first->did == other->did && first->wanted == other->wanted;
}

bool goes_further(const Walked& a, const Walked& b) {
    if (a.parting.has_value() != b.parting.has_value()) return !a.parting;
    if (a.parting && a.parting->at != b.parting->at) return a.parting->at > b.parting->at;
    return a.manners.size() < b.manners.size();
}

Rehearsals::Rehearsals(const Stage& stage, const Environment& met, const Phone& phone,
                       const Budget& budget)
    : stage_(stage),
      met_(met),
      questions_(met.saw_dns && !phone.shares_address && !met.late_start ? Questions::compared
                                                                         : Questions::left_out),
      seen_(*stage.scenario, stage.seen, "device"),
      spending_(budget) {}

Walked Rehearsals::walked(const timeline::Timeline& expected, Choices choices) const {
    const judge::Story story(*stage_.scenario, expected, "device");
    return walk({.seen = seen_,
                 .expected = story,
                 .visible_from = stage_.visible_from,
                 .questions = questions_,
                 .choices = choices,
                 .far_end_hangs_up = met_.far_end_hangs_up});
}

Rehearsed Rehearsals::once(const mutants::Defect& defect, const shadow::Readings& readings,
                           std::uint64_t seed, shadow::Choices choices) const {
    Rehearsed result;
    result.seed = seed;
    std::size_t frames = 0;
    try {
        const auto most = 3000 + 6 * stage_.seen.size();
        const shadow::Frames count = [&](const timeline::Frame&) {
            if (++frames > most) throw world::TimeStandsStill("far more than was seen");
        };
        result.expected =
            shadow::play(stage_.scene, {{"device", defect, choices}}, seed, readings, count);
    } catch (const world::TimeStandsStill&) {  // a defect that storms is not what was seen
        result.walked.parting = Difference{};
        result.walked.adoptions.clear();
        spending_.play(frames);
        return result;
    }
    spending_.play(result.expected.size() + stage_.seen.size());  // which are walked side by side
    result.walked = walked(result.expected, Choices::may_change);
    result.drew_servers = has_drawn_servers(result.expected);
    result.choices = std::move(choices);
    result.asked = assess::asked_by(result.expected, "device", *stage_.scenario);
    return result;
}

Rehearsed Rehearsals::play(const mutants::Defect& defect, const shadow::Readings& readings,
                           const Rehearsed* begin) const {
    const auto seed = begin == nullptr ? 1 : begin->seed;
    auto result =
        once(defect, readings, seed, begin == nullptr ? shadow::Choices{} : begin->choices);
    if (begin != nullptr && falls_behind(result.walked, begin->walked)) return result;
    if (begin != nullptr && begin->walked.first() != nullptr) {
        auto as_it_stands = walked(result.expected, Choices::stand);
        if (parts_alike(as_it_stands, begin->walked)) {
            // What was adopted under another answer may be what keeps it from going along.
            if (begin->choices.empty()) return with(std::move(result), std::move(as_it_stands));
            auto afresh = once(defect, readings, seed, {});
            if (!goes_further(walked(afresh.expected, Choices::stand), as_it_stands))
                return with(std::move(result), std::move(as_it_stands));
            result = std::move(afresh);
        }
    }
    std::set<shadow::Choices> tried;
    auto best = with(result, walked(result.expected, Choices::stand));
    for (unsigned i = 0; i < most_adoptions && !is_spent(); ++i) {
        std::optional<shadow::Choices> fresh;
        timeline::Instant meant{};
        for (const auto& adoption : result.walked.adoptions) {
            auto choices = assess::adopted(result.expected, adoption.choice, result.choices);
            if (!tried.insert(choices).second) continue;
            fresh = std::move(choices);
            meant = adoption.seen;
            break;
        }
        if (!fresh) break;
        auto next = once(defect, readings, seed, std::move(*fresh));
        if (auto stands = walked(next.expected, Choices::stand); goes_further(stands, best.walked))
            best = with(next, std::move(stands));
        // At the bounds of its choices the reference still does not come there.
        const bool cannot = next.walked.parting && next.walked.parting->at == meant;
        if (cannot || !goes_further(result.walked, next.walked)) result = std::move(next);
    }
    if (!result.walked.adoptions.empty())  // no choice leads it there
        result.walked = walked(result.expected, Choices::stand);
    // What led the one further may have been given up for another that came to nothing.
    return goes_further(best.walked, result.walked) ? best : result;
}

Rehearsed Rehearsals::draw(const mutants::Defect& defect, const shadow::Readings& readings,
                           Rehearsed first) const {
    auto best = std::move(first);
    for (unsigned i = 2; i < 2 + most_draws && !best.walked.is_clean(); ++i) {
        if (!best.drew_servers || is_spent()) break;
        Rehearsed begin;
        begin.seed = i;
        auto other = play(defect, readings, &begin);
        if (goes_further(other.walked, best.walked)) best = std::move(other);
    }
    return best;
}

}  // namespace twinline::field
