// The kill matrix: each mutant, played in virtual time in the device's place, is caught by the
// clause that it breaks, and the reference itself never is.
#include "reference_impl/mutants/mutants.hh"

#include "rig/assess/assess.hh"
#include "rig/judge/weigh.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using judge::Strictness;
using judge::Verdict;
using judge::Weight;

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

judge::Assessment judged(const scenario::Scenario& scenario, const mutants::Defect* defect,
                         Strictness strictness, std::uint64_t seed = 1) {
    return assess::simulate(scenario, catalogue(), defect, "a phone", strictness, seed).assessment;
}

std::string told(const judge::Assessment& a) {
    std::string text =
        a.scenario + ": " + std::string(to_string(a.verdict)) + ", " + a.reason + '\n';
    for (const auto& f : a.findings)
        if (f.weight != Weight::ok)
            text += "  " + std::string(to_string(f.weight)) + " " + f.clause + " " + f.text + '\n';
    return text;
}

bool names(const judge::Assessment& a, std::string_view clause, Weight weight) {
    return std::ranges::any_of(a.findings, [&](const judge::Finding& f) {
        return f.clause == clause && f.weight == weight;
    });
}

std::vector<const scenario::Scenario*> scenarios_of(std::string_view clause) {
    std::vector<const scenario::Scenario*> some;
    for (const auto& [id, scenario] : catalogue().scenarios)
        if (std::ranges::any_of(
                scenario.expectations,
                [&](const scenario::Expectation& wanted) { return wanted.clause == clause; }))
            some.push_back(&scenario);
    return some;
}

scenario::Level level_of(const mutants::Mutant& mutant) {
    return catalogue().clauses.at(std::string(mutant.clause)).level;
}

// A scenario in which the mutant's own clause is named as broken; null: the mutant survives.
const scenario::Scenario* killer(const mutants::Mutant& mutant) {
    auto tried = scenarios_of(mutant.clause);
    tried.push_back(&catalogue().scenarios.at("generic/register/boot-failover-silent-primary"));
    for (const auto* scenario : tried)
        if (names(judged(*scenario, &mutant.defect, Strictness::lenient), mutant.clause,
                  judge::breach_of(level_of(mutant))))
            return scenario;
    return nullptr;
}

TEST(Mutants, AreCaughtByTheirClauseWhateverTheSeed) {
    for (const auto& mutant : mutants::all()) {
        SCOPED_TRACE(mutant.id);
        ASSERT_TRUE(catalogue().clauses.contains(mutant.clause));
        const auto* scenario = killer(mutant);
        ASSERT_NE(scenario, nullptr) << "it survives";
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            SCOPED_TRACE(seed);
            const auto a = judged(*scenario, &mutant.defect, Strictness::strict, seed);
            if (level_of(mutant) == scenario::Level::observed) {
                EXPECT_TRUE(names(a, mutant.clause, Weight::observation)) << told(a);
                const auto reference = judged(*scenario, nullptr, Strictness::strict, seed);
                EXPECT_FALSE(names(reference, mutant.clause, Weight::observation))
                    << told(reference);
            } else {
                EXPECT_EQ(a.verdict, Verdict::fail) << told(a);
                EXPECT_TRUE(names(a, mutant.clause, Weight::fail)) << told(a);
            }
            EXPECT_TRUE(a.control.healthy)
                << "the twin beside it is the reference: " << a.control.text;
        }
    }
}

TEST(Mutants, AreFoundByTheirIdAndSayWhatTheyDo) {
    for (const auto& mutant : mutants::all()) {
        EXPECT_EQ(mutants::find(mutant.id), &mutant) << mutant.id << " is there twice";
        EXPECT_FALSE(mutant.title.empty()) << mutant.id;
    }
}

TEST(TheReference, PassesEveryGenericScenarioUnderTwentySeeds) {
    for (const auto& [id, scenario] : catalogue().scenarios) {
        if (scenario.vendor != "generic") continue;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto a = judged(scenario, nullptr, Strictness::strict, seed);
            ASSERT_EQ(a.verdict, Verdict::pass) << "seed " << seed << '\n' << told(a);
            ASSERT_TRUE(std::ranges::all_of(a.findings,
                                            [](const auto& f) { return f.weight == Weight::ok; }))
                << "seed " << seed << '\n'
                << told(a);
        }
    }
}

TEST(TheLibrary, KnowsNoStrangers) {
    EXPECT_EQ(mutants::find("nobody"), nullptr);
    EXPECT_EQ(mutants::find(""), nullptr);
}

}  // namespace
}  // namespace twinline::test
