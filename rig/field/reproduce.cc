// First the expectation, in all that was met; then less and less of it, as long as it shows.
#include "rig/field/reproduce.hh"

#include "rig/field/anonymise.hh"
#include "rig/field/draft.hh"
#include "rig/field/minimise.hh"
#include "rig/field/proposals.hh"
#include "rig/field/scenario_file.hh"
#include "rig/field/showing.hh"
#include "rig/world/world.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace twinline::field {

namespace {

using scenario::Scenario;

constexpr unsigned seeds = 4;

Scenario with(const Scenario& draft, const Proposal& proposal) {
    auto scenario = draft;
    scenario.expectations = {proposal.expectation};
    for (const auto& [name, pattern] : proposal.events) scenario.events[name] = pattern;
    return scenario;
}

// What was asked, answered as the scenario is to be played.
void only_by_default(Scenario& scenario, const Showing& showing) {
    for (const auto& event : showing.reference(scenario, 1)) {
        if (event.kind != "rig.reading") continue;
        const std::string id(event.field("id"));
        const auto known = showing.catalogue().readings.find(id);
        if (known == showing.catalogue().readings.end()) continue;
        for (auto& expectation : scenario.expectations)
            expectation.when[id] = {known->second.fallback};
    }
}

// Nothing where the phone sends without end.
std::optional<timeline::Timeline> other(const Scenario& draft, const Showing& showing) {
    try {
        return showing.culprit(draft, 1);
    } catch (const world::TimeStandsStill&) {
        return std::nullopt;
    }
}

// The first statement that tells the two apart, near where the phone was seen to part if one does;
// better one that is true under every answer to the open questions.
std::optional<Scenario> expecting(const Scenario& draft, const std::string& clause,
                                  timeline::Instant parting, const Showing& showing) {
    std::vector<timeline::Timeline> references;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        references.push_back(showing.reference(draft, seed));
    std::optional<Scenario> by_default;
    const auto seen = other(draft, showing);
    if (!seen) return std::nullopt;
    const auto manners = showing.is_recorded() ? Manners::its_own : Manners::shared;
    auto all = proposals(draft, references, *seen, manners, clause);
    constexpr timeline::Duration close = std::chrono::seconds{2};
    const auto far = std::stable_partition(all.begin(), all.end(), [&](const Proposal& proposal) {
        return std::chrono::abs(proposal.at - parting) < close;
    });
    for (auto proposal = all.begin(); proposal != all.end() && !showing.is_spent(); ++proposal) {
        if (by_default && proposal == far) break;
        auto scenario = with(draft, *proposal);
        prune(scenario);
        if (!showing.shows(scenario, seeds)) continue;
        if (showing.passes_every_reading(scenario)) return scenario;
        if (by_default) continue;
        only_by_default(scenario, showing);
        if (showing.shows(scenario, seeds)) by_default = std::move(scenario);
    }
    return by_default;
}

Extent extent_of(const Scenario& scenario) {
    Extent extent;
    for (const auto& step : scenario.steps) {
        extent.stimuli += step.action == scenario::ActionKind::end ? 0 : 1;
        extent.faults += step.action == scenario::ActionKind::treat ? 1 : 0;
    }
    const auto lines = [](const std::string& text) {
        return static_cast<std::size_t>(std::ranges::count(text, '\n'));
    };
    extent.records = lines(scenario.topology.zone);
    for (const auto& [name, zone] : scenario.topology.zones) extent.records += lines(zone);
    extent.hosts = scenario.topology.hosts.size();
    extent.accounts = shadow::configuration_of(scenario).config.accounts.size();
    extent.parameters = lines(scenario.config);
    return extent;
}

timeline::Duration lasts(const Scenario& scenario, const Showing& showing) {
    const auto played = showing.reference(scenario, 1);
    return played.empty() ? timeline::Duration{} : played.back().at - timeline::Instant{};
}

// What was seen may hold names that nothing else in the scenario does.
void describe(Scenario& scenario, const Divergence& divergence, Names names) {
    scenario.title = divergence.document + " in the field";
    scenario.story = "Made of a capture. ";
    if (names == Names::kept)
        scenario.story += "The phone and the reference: " + divergence.text + ". ";
    scenario.story += "The clause asks: " + divergence.asked;
}

// False where nothing but the end comes after power-on.
bool drop_last_stimulus(Scenario& scenario) {
    const auto last = std::find_if(
        scenario.steps.rbegin(), scenario.steps.rend(),
        [](const scenario::Step& step) { return step.action != scenario::ActionKind::end; });
    if (last == scenario.steps.rend() || last->action == scenario::ActionKind::power_on)
        return false;
    scenario.steps.erase(std::next(last).base());
    prune(scenario);
    return true;
}

// In all that was met; or without what came after, where the reference, which went another way,
// never comes to what it hangs on.
std::optional<Scenario> expecting(const Scenario& draft, const Divergence& divergence,
                                  timeline::Instant parting, const Showing& showing) {
    auto found = expecting(with_early_faults(draft), divergence.clause, parting, showing);
    if (!found) found = expecting(draft, divergence.clause, parting, showing);
    for (auto less = draft; !found && !showing.is_spent() && drop_last_stimulus(less);)
        found = expecting(with_early_faults(less), divergence.clause, parting, showing);
    return found;
}

// Each phone with that defect, until one shows it.
std::vector<Culprit> culprits(const Explanation& told) {
    std::vector<Culprit> all;
    for (const auto& id : told.divergence->mutants) all.push_back({mutants::find(id), nullptr});
    if (all.empty()) all.push_back({nullptr, &told.stage->seen});
    return all;
}

Reproduction finished(Scenario scenario, const Showing& showing, const Scenario& draft,
                      const ReproductionWanted& wanted) {
    Reproduction result;
    result.found = extent_of(draft);
    result.found.lasts = lasts(draft, showing);
    if (wanted.names == Names::replaced) scenario = anonymised(scenario, showing);
    result.left = extent_of(scenario);
    result.left.lasts = lasts(scenario, showing);
    result.expected = scenario.expectations.front().says;
    result.plays = showing.played();
    const std::string comment = "Made of a field capture by twinline reproduce.";
    result.scenario = scenario_text(scenario, comment);
    result.topology = topology_text(scenario.topology, comment);
    return result;
}

Reproduction reproduced(const Explanation& told, const scenario::Catalogue& catalogue,
                        const ReproductionWanted& wanted) {
    const auto& divergence = *told.divergence;
    if (divergence.level == scenario::Level::observed)
        throw CannotReproduce("nothing can be expected by " + divergence.clause +
                              ", which only observes");
    auto draft = draft_of(*told.stage, told.settings, wanted.name);
    describe(draft, divergence, wanted.names);
    const auto parting = divergence.at + told.stage->shift;
    bool is_spent = false;
    for (const auto& culprit : culprits(told)) {
        Showing showing(catalogue, culprit, wanted.budget);
        const auto full = expecting(draft, divergence, parting, showing);
        is_spent = is_spent || showing.is_spent();
        if (!full) continue;
        showing.keep_course(*full);
        auto least = minimised(*full, showing);
        const bool is_least = !showing.is_spent();
        auto result = finished(std::move(least), showing, draft, wanted);
        result.is_least = is_least;
        if (culprit.mutant != nullptr) result.mutant = culprit.mutant->id;
        return result;
    }
    throw CannotReproduce(
        std::string("no statement was found that holds for the reference and not for the phone") +
        (is_spent ? ", and the search was ended before all had been tried" : ""));
}

}  // namespace

Reproduction reproduce(const Explanation& told, const scenario::Catalogue& catalogue,
                       const ReproductionWanted& wanted) {
    try {
        return reproduced(told, catalogue, wanted);
    } catch (const world::TimeStandsStill& why) {  // of the reference itself, in all that was met
        throw CannotReproduce(std::string("too much for a scenario: ") + why.what());
    }
}

}  // namespace twinline::field
