// The kill matrix: each mutant, played in virtual time in the device's place, is caught by the
// clause that it breaks, and the reference itself never is.
#include "reference_impl/mutants/mutants.hh"

#include "rig/assess/assess.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace twinline::mutants {

static void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.id; }

}  // namespace twinline::mutants

namespace twinline::test {
namespace {

using judge::Strictness;
using judge::Verdict;
using judge::Weight;

const scenario::Catalogue& catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

judge::Assessment judged(const scenario::Scenario& scenario, const phone::Rules& rules,
                         Strictness strictness, std::uint64_t seed = 1) {
    return assess::simulate(scenario, catalogue(), rules, "a phone", strictness, seed).assessment;
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

// The scenarios that speak of a clause, one of each sweep.
std::vector<const scenario::Scenario*> scenarios_of(std::string_view clause) {
    std::vector<const scenario::Scenario*> some;
    std::string file;
    for (const auto& [id, scenario] : catalogue().scenarios) {
        const bool speaks = std::ranges::any_of(
            scenario.expectations,
            [&](const scenario::Expectation& wanted) { return wanted.clause == clause; });
        if (!speaks || std::exchange(file, scenario.place.file) == scenario.place.file) continue;
        some.push_back(&scenario);
    }
    return some;
}

struct Mutants : ::testing::TestWithParam<mutants::Mutant> {
    scenario::Level level() const {
        return catalogue().clauses.at(std::string(GetParam().clause)).level;
    }
    bool catches(const judge::Assessment& a, Weight weight) const {
        return names(a, GetParam().clause, weight);
    }
    // One of which the mutant's own clause is named as broken; null: the mutant survives.
    const scenario::Scenario* killer() const {
        const auto weight = level() == scenario::Level::must ? Weight::fail : Weight::deviation;
        auto tried = scenarios_of(GetParam().clause);
        tried.push_back(&catalogue().scenarios.at("generic/register/boot-failover-silent-primary"));
        for (const auto* scenario : tried)
            if (catches(judged(*scenario, GetParam().rules, Strictness::lenient), weight))
                return scenario;
        return nullptr;
    }
};
INSTANTIATE_TEST_SUITE_P(OfTheLibrary, Mutants, ::testing::ValuesIn(mutants::all()),
                         [](const auto& p) {
                             std::string name(p.param.id);
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(Mutants, AreCaughtByTheirClause) {
    const auto* scenario = killer();
    ASSERT_NE(scenario, nullptr) << "it survives";
    const auto a = judged(*scenario, GetParam().rules, Strictness::lenient);
    if (level() == scenario::Level::must) {
        EXPECT_EQ(a.verdict, Verdict::fail) << told(a);
    }
    EXPECT_LE(a.verdict, Verdict::fail) << told(a);
    EXPECT_TRUE(a.control.healthy) << "the twin beside it is the reference: " << a.control.text;
    const auto strict = judged(*scenario, GetParam().rules, Strictness::strict);
    EXPECT_EQ(strict.verdict, Verdict::fail) << told(strict);
    EXPECT_TRUE(catches(strict, Weight::fail)) << told(strict);
    const auto reference = judged(*scenario, {}, Strictness::strict);
    EXPECT_EQ(reference.verdict, Verdict::pass) << told(reference);
}

TEST_P(Mutants, AreCaughtWhateverTheSeed) {
    const auto* scenario = killer();
    ASSERT_NE(scenario, nullptr) << "it survives";
    for (std::uint64_t seed = 2; seed <= 11; ++seed) {
        const auto a = judged(*scenario, GetParam().rules, Strictness::strict, seed);
        EXPECT_EQ(a.verdict, Verdict::fail) << "seed " << seed << '\n' << told(a);
    }
}

TEST_P(Mutants, AreFoundByTheirIdAndSayWhatTheyDo) {
    ASSERT_NE(mutants::find(GetParam().id), nullptr);
    EXPECT_EQ(mutants::find(GetParam().id)->clause, GetParam().clause);
    EXPECT_TRUE(catalogue().clauses.contains(GetParam().clause));
    EXPECT_FALSE(GetParam().title.empty());
}

TEST(TheReference, PassesEveryGenericScenarioUnderTwentySeeds) {
    for (const auto& [id, scenario] : catalogue().scenarios) {
        if (scenario.vendor != "generic") continue;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto a = judged(scenario, {}, Strictness::strict, seed);
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
