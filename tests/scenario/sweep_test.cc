// Sweeps: one text, several scenarios, each fault told once and at its own line.
#include "tests/scenario/scenario_loader_fixture.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using test::changed;
using test::scenario_name;
using test::scenario_text;
using ::testing::ElementsAre;

class Sweeps : public test::ScenarioLoader {
  protected:
    std::vector<Scenario> all(std::string_view text) {
        return load_scenarios(folder_.write(scenario_name, text), folder_.path() / "topologies");
    }
    static std::string swept(std::string_view sweep, std::string_view limit) {
        return changed(changed(scenario_text, "tier: 2\n", "tier: 2\n" + std::string(sweep) + "\n"),
                       "limit: 2 min", "limit: " + std::string(limit));
    }
};

TEST_F(Sweeps, MakeAScenarioOfEachValue) {
    const auto scenarios = all(swept("sweep: {time: [60, 90]}", "${time} s"));
    ASSERT_EQ(scenarios.size(), 2U);
    EXPECT_EQ(scenarios[0].id, "generic/register/move/time-60");
    EXPECT_EQ(scenarios[0].limit, 60s);
    EXPECT_EQ(scenarios[1].id, "generic/register/move/time-90");
    EXPECT_EQ(scenarios[1].limit, 90s);
}

TEST_F(Sweeps, MakeTheProductOfSeveralNames) {
    const auto scenarios = all(swept("sweep: {n: [6, 9], unit: [s, min]}", "${n} ${unit}"));
    std::vector<std::string> ids;
    for (const auto& scenario : scenarios) ids.push_back(scenario.id);
    EXPECT_THAT(
        ids, ElementsAre("generic/register/move/n-6/unit-s", "generic/register/move/n-6/unit-min",
                         "generic/register/move/n-9/unit-s", "generic/register/move/n-9/unit-min"));
}

TEST_F(Sweeps, AddAndSubtract) {
    EXPECT_EQ(all(swept("sweep: {n: [60, 61]}", "${n + 5} s"))[0].limit, 65s);
    EXPECT_EQ(all(swept("sweep: {n: [60, 61]}", "${n - 1} s"))[1].limit, 60s);
}

// What the configuration sets can be referred to, with a sweep or without.
struct References : Sweeps {
    static std::string with(std::string_view parameter, std::string_view limit,
                            std::string_view sweep = "") {
        return changed(swept(sweep, limit), "config: |\n",
                       "config: |\n  " + std::string(parameter) + "\n");
    }
};

TEST_F(References, AreTheNumbersOfTheConfiguration) {
    EXPECT_EQ(load(with("account.1.time = 300", "${account.1.time} s")).limit, 300s);
    EXPECT_EQ(load(with("account.1.time = 300", "${account.1.time + 10} s")).limit, 310s);
    EXPECT_EQ(load(with("account.1.time = 300", "${account.1.time - 10} s")).limit, 290s);
    EXPECT_EQ(load(with("account.1.time = 1\n  account.1.time = 2", "${account.1.time} s")).limit,
              2s)
        << "the last one counts, as for the phone";
}

TEST_F(References, FollowTheSweep) {
    const auto scenarios =
        all(with("account.1.time = ${n}", "${account.1.time + 1} s", "sweep: {n: [60, 90]}"));
    ASSERT_EQ(scenarios.size(), 2U);
    EXPECT_EQ(scenarios[1].limit, 91s);
}

TEST_F(References, AreToldWhereTheyLeadNowhere) {
    EXPECT_THAT(faults(with("account.1.time = 300", "${account.1.tim} s")),
                ElementsAre(::testing::AllOf(
                    ::testing::StartsWith(at(22, "\"${account.1.tim}\" has no value")),
                    ::testing::HasSubstr("did you mean \"account.1.time\"?"))));
    EXPECT_THAT(faults(with("account.1.time = soon", "${account.1.time} s")), ::testing::SizeIs(1));
    EXPECT_THAT(faults(with("a = ${b + 1}\n  b = ${a + 1}", "${a} s")),
                ::testing::Not(::testing::IsEmpty()));
}

TEST_F(Sweeps, KeepATextThatIsReadAsTheSameScenario) {
    const auto former = all(swept("sweep: {time: [60, 90]}", "${time} s"))[1];
    const auto again = all(former.text);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].id, former.id);
    EXPECT_EQ(again[0].limit, 90s);
}

TEST_F(Sweeps, AreNoSingleScenario) {
    EXPECT_THAT(faults(swept("sweep: {time: [60, 90]}", "${time} s")),
                ElementsAre(at(1, "a sweep of 2 scenarios; allowed is one here")));
}

TEST_F(Sweeps, AreToldWhatIsWrongWithThem) {
    const auto told = [&](std::string_view sweep, std::string_view limit = "${n} s") {
        return faults(swept(sweep, limit));
    };
    EXPECT_THAT(told("sweep: {n: [60, 61]}", "${m} s"),
                ElementsAre(at(7, "nothing uses ${n}; allowed are names that are used"),
                            at(21,
                               "\"${m}\" has no value, did you mean \"n\"?; allowed are n, "
                               "account.1.user")));
    EXPECT_THAT(told("sweep: {n: []}"),
                ElementsAre(at(7, "sweep of n is empty; allowed is at least one value")));
    EXPECT_THAT(told("sweep: {n: [60, 60]}"),
                ElementsAre(at(7, "sweep of n holds \"60\" twice; allowed is each value once")));
    EXPECT_THAT(told("sweep: {n: [\"6/0\"]}"),
                ElementsAre(at(7,
                               "sweep of n: \"6/0\" cannot be part of an id; allowed are "
                               "letters, digits, point, hyphen and underline")));
    EXPECT_THAT(told("sweep: {N: [60]}", "60 s"),
                ElementsAre(at(7,
                               "sweep of \"N\", which is no name; allowed are a-z, 0-9 and "
                               "hyphens")));
    EXPECT_THAT(told("sweep:\n  n: [60]"),
                ElementsAre(at(8,
                               "the sweep is not on one line; allowed is sweep: {name: [a, "
                               "b]}")));
    EXPECT_THAT(told("sweep: 5", "60 s"),
                ElementsAre(at(7, "sweep is no map; allowed is a map, as in {key: value}"),
                            at(7,
                               "the sweep is not on one line; allowed is sweep: {name: [a, "
                               "b]}")));
}

TEST_F(Sweeps, OfTooManyValuesAreRefused) {
    EXPECT_THAT(faults(swept("sweep: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9], b: [1, 2, 3, 4, 5, 6, 7, 8]}",
                             "60 s")),
                ElementsAre(at(7,
                               "the sweep makes more than 64 scenarios; allowed are up to that "
                               "many")));
}

TEST_F(Sweeps, TellAFaultOfEveryVariantOnce) {
    EXPECT_EQ(faults(swept("sweep: {n: [60, 61]}", "${n}")).size(), 2U);  // two texts, two values
    EXPECT_EQ(faults(changed(swept("sweep: {n: [60, 61]}", "${n} s"), "vendor: generic",
                             "vendor: genric"))
                  .size(),
              1U);
}

}  // namespace
}  // namespace twinline::scenario
