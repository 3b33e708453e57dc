// A finding counts when the expectation itself is broken, by its own clause and with its weight:
// what the comparison with the reference finds besides would be found anywhere.
#include "rig/field/showing.hh"

#include "rig/assess/every_reading.hh"
#include "rig/assess/rehearsal.hh"
#include "rig/judge/expectations.hh"
#include "rig/judge/weigh.hh"
#include "rig/world/world.hh"

#include <algorithm>
#include <stdexcept>

namespace twinline::field {

namespace {

constexpr std::size_t most_combinations = 100;
constexpr std::size_t most_frames = 100'000;  // of one world: a scenario is a person's to read

std::vector<judge::Outcome> outcomes_of(const scenario::Scenario& scenario,
                                        const scenario::Catalogue& catalogue,
                                        const timeline::Timeline& timeline) {
    const judge::Evidence evidence{.scenario = scenario,
                                   .clauses = catalogue.clauses,
                                   .device = "device",
                                   .observed = timeline,
                                   .expected_device = timeline,
                                   .readings = assess::with_defaults({}, catalogue)};
    return judge::check_expectations(evidence, judge::Story(scenario, timeline, "device"), {});
}

template <typename Check>
bool is_sound(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
              const Check& check) {
    try {
        return scenario::lint(scenario, catalogue).empty() && check();
    } catch (const scenario::BadInput&) {  // less of it is no configuration
        return false;
    } catch (const std::invalid_argument&) {  // or no zone
        return false;
    } catch (const world::TimeStandsStill&) {
        return false;
    }
}

}  // namespace

timeline::Timeline Showing::played(const scenario::Scenario& scenario,
                                   const mutants::Defect& defect, std::uint64_t seed) const {
    std::size_t frames = 0;
    const shadow::Frames count = [&](const timeline::Frame&) {
        if (++frames > most_frames) throw world::TimeStandsStill("a phone sends without end");
    };
    try {
        auto timeline = shadow::play(shadow::scene_of(scenario), {{"device", defect}}, seed,
                                     assess::with_defaults({}, catalogue_), count);
        spending_.play(timeline.size());
        return timeline;
    } catch (const world::TimeStandsStill&) {
        spending_.play(frames);
        throw;
    }
}

timeline::Timeline Showing::reference(const scenario::Scenario& scenario,
                                      std::uint64_t seed) const {
    return played(scenario, {}, seed);
}

timeline::Timeline Showing::culprit(const scenario::Scenario& scenario, std::uint64_t seed) const {
    if (is_recorded()) return *culprit_.recorded;
    return played(scenario, culprit_.mutant->defect, seed);
}

bool Showing::is_broken(const scenario::Scenario& scenario,
                        const timeline::Timeline& timeline) const {
    return std::ranges::any_of(
        outcomes_of(scenario, catalogue_, timeline),
        [](const judge::Outcome& outcome) { return !outcome.holds && !outcome.not_reached; });
}

// Until the reference has done what the phone did not, or the phone what the reference does not.
std::vector<std::string> Showing::course(const scenario::Scenario& scenario,
                                         const timeline::Timeline& timeline) const {
    timeline::Instant until{};
    for (const auto* line : {&timeline, culprit_.recorded})
        for (const auto& outcome : outcomes_of(scenario, catalogue_, *line))
            for (const auto& event : *line)
                if (std::ranges::find(outcome.finding.events, event.id) !=
                    outcome.finding.events.end())
                    until = std::max(until, event.at);
    std::vector<std::string> steps;
    for (const auto& event : timeline)
        if (event.subject == "device" && event.at <= until && event.kind == "sip.request" &&
            event.direction == timeline::Direction::out)
            steps.push_back(std::string(event.field("method")) + ' ' + event.peer + ' ' +
                            std::string(event.field("auth")));
    return steps;
}

void Showing::keep_course(const scenario::Scenario& scenario) {
    if (is_recorded()) course_ = course(scenario, reference(scenario, 1));
}

bool Showing::holds_by(const scenario::Scenario& scenario, std::uint64_t seed,
                       timeline::Timeline& observed) const {
    const assess::Rehearsal rehearsal(scenario, catalogue_, seed);
    auto played = rehearsal.play({});
    spending_.play(played.observed.size());
    const auto passed = rehearsal.judged(played, {}, judge::Strictness::strict);
    observed = std::move(played.observed);
    return passed.verdict == judge::Verdict::pass &&
           std::ranges::none_of(outcomes_of(scenario, catalogue_, observed),
                                [](const judge::Outcome& outcome) { return !outcome.holds; });
}

bool Showing::shows_by(const scenario::Scenario& scenario, std::uint64_t seed) const {
    timeline::Timeline observed;
    if (!holds_by(scenario, seed, observed)) return false;
    if (is_recorded())
        return is_broken(scenario, *culprit_.recorded) &&
               (course_.empty() || course(scenario, observed) == course_);
    return is_broken(scenario, culprit(scenario, seed));
}

bool Showing::passes(const scenario::Scenario& scenario) const {
    timeline::Timeline observed;
    return is_sound(scenario, catalogue_, [&] { return holds_by(scenario, 1, observed); });
}

bool Showing::passes_every_reading(const scenario::Scenario& scenario) const {
    return is_sound(scenario, catalogue_, [&] {
        const auto every = assess::under_every_reading(
            scenario, catalogue_, judge::Strictness::strict, 1, most_combinations);
        spending_.play_again(every.combinations);
        return every.worst.verdict == judge::Verdict::pass;
    });
}

bool Showing::shows(const scenario::Scenario& scenario, unsigned seeds) const {
    return is_sound(scenario, catalogue_, [&] {
        for (std::uint64_t seed = 1; seed <= seeds; ++seed)
            if (!shows_by(scenario, seed)) return false;
        return true;
    });
}

}  // namespace twinline::field
