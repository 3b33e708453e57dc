// One run for all expectations that want the same answers.
#include "rig/assess/reach.hh"

#include "rig/assess/assess.hh"
#include "rig/judge/expectations.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <map>

namespace twinline::assess {

namespace {

constexpr std::uint64_t any_seed = 1;

shadow::Readings wanted_by(const scenario::Expectation& expectation,
                           const scenario::Catalogue& catalogue) {
    auto answers = with_defaults({}, catalogue);
    for (const auto& [id, values] : expectation.when) {
        auto& answer = answers[id];
        if (std::ranges::find(values, answer) == values.end()) answer = values.front();
    }
    return answers;
}

}  // namespace

std::vector<scenario::Fault> unreached(const scenario::Scenario& scenario,
                                       const scenario::Catalogue& catalogue) {
    const auto scene = shadow::scene_of(scenario);
    std::map<shadow::Readings, timeline::Timeline> played;
    std::vector<scenario::Fault> faults;
    auto alone = scenario;  // with one expectation at a time
    for (const auto& expectation : scenario.expectations) {
        const auto answers = wanted_by(expectation, catalogue);
        auto [run, is_new] = played.try_emplace(answers);
        if (is_new) run->second = shadow::play(scene, {{"device", {}}}, any_seed, answers);
        alone.expectations = {expectation};
        const judge::Story story(alone, run->second, "device");
        const judge::Evidence evidence{.scenario = alone,
                                       .clauses = catalogue.clauses,
                                       .device = "reference",
                                       .observed = run->second,
                                       .expected_device = run->second,
                                       .readings = answers};
        for (const auto& outcome : judge::check_expectations(evidence, story, {}))
            if (outcome.not_reached)
                faults.push_back(
                    {expectation.place, "the reference never comes to it (" + outcome.finding.text +
                                            "); allowed is what happens before the end"});
    }
    return faults;
}

}  // namespace twinline::assess
