// The kill matrix: each mutant, played in virtual time in the device's place, is caught by the
// clause that it breaks, and the reference itself never is.
#include "reference_impl/mutants/mutants.hh"

#include "rig/assess/assess.hh"
#include "rig/assess/kill_matrix.hh"

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

scenario::Level level_of(const mutants::Mutant& mutant) {
    return catalogue().clauses.at(std::string(mutant.clause)).level;
}

std::vector<assess::Kill> kills() {
    std::vector<const mutants::Mutant*> library;
    for (const auto& mutant : mutants::all()) library.push_back(&mutant);
    std::vector<const scenario::Scenario*> scenarios;
    for (const auto& [id, scenario] : catalogue().scenarios) scenarios.push_back(&scenario);
    return assess::kill_matrix(library, scenarios, catalogue(), assess::Scope::own_clause, 1);
}

// What a mutant of the lab's report is: named with its weight, beside a twin that is healthy.
void expect_caught(const assess::Kill& kill, std::uint64_t seed) {
    SCOPED_TRACE(seed);
    const auto& mutant = *kill.mutant;
    const auto& scenario = catalogue().scenarios.at(kill.named_by);
    const auto a = judged(scenario, &mutant.defect, Strictness::strict, seed);
    if (level_of(mutant) == scenario::Level::observed) {
        EXPECT_TRUE(names(a, mutant.clause, Weight::observation)) << told(a);
    } else {
        EXPECT_EQ(a.verdict, Verdict::fail) << told(a);
        EXPECT_TRUE(names(a, mutant.clause, Weight::fail)) << told(a);
    }
    EXPECT_TRUE(a.control.healthy) << "the twin is the reference: " << a.control.text;
}

TEST(Mutants, AreCaughtByTheirClause) {
    constexpr std::size_t sampled = 8;  // one in so many is tried under other seeds too
    std::size_t number = 0;
    for (const auto& kill : kills()) {
        SCOPED_TRACE(kill.mutant->id);
        ASSERT_TRUE(catalogue().clauses.contains(kill.mutant->clause));
        if (kill.named_by.empty()) {
            ADD_FAILURE() << "it survives, or another clause is named";
            continue;
        }
        if (kill.mutant->defect.fickle != nullptr || number++ % sampled != 0) continue;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) expect_caught(kill, seed);
    }
}

TEST(Mutants, AreFoundByTheirIdAndSayWhatTheyDo) {
    for (const auto& mutant : mutants::all()) {
        EXPECT_EQ(mutants::find(mutant.id), &mutant) << mutant.id << " is there twice";
        EXPECT_FALSE(mutant.title.empty()) << mutant.id;
    }
}

TEST(TheReference, PassesEveryGenericScenarioWithoutAnyRemark) {
    for (const auto& [id, scenario] : catalogue().scenarios) {
        if (scenario.vendor != "generic") continue;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
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
