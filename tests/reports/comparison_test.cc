// What a night says against an earlier one: worse, better, unsteady, and clause by clause.
#include "reports/comparison.hh"

#include <gtest/gtest.h>

namespace twinline::reports {
namespace {

using judge::Verdict;
using judge::Weight;

judge::Assessment played(std::string scenario, Verdict verdict, Weight weight = Weight::ok) {
    judge::Assessment a;
    a.scenario = std::move(scenario);
    a.verdict = verdict;
    judge::Finding finding;
    finding.clause = "AA-01";
    finding.weight = weight;
    a.findings.push_back(finding);
    return a;
}

EarlierRun earlier(std::string firmware, std::vector<judge::Assessment> assessments) {
    return {"phone", std::move(firmware), "2031-05-04T10:00:00Z", std::move(assessments)};
}

TEST(Comparison, TellsWorseFromBetter) {
    const std::vector now{played("a", Verdict::pass),   played("b", Verdict::fail),
                          played("c", Verdict::pass),   played("d", Verdict::inconc),
                          played("new", Verdict::pass), played("idle", Verdict::not_applicable)};
    const auto told =
        compare(now, "87",
                earlier("86", {played("a", Verdict::fail), played("b", Verdict::pass),
                               played("c", Verdict::pass), played("d", Verdict::pass),
                               played("old", Verdict::pass), played("idle", Verdict::pass)}));
    ASSERT_EQ(told.scenarios.size(), 3U);
    EXPECT_EQ(told.scenarios[0].scenario, "b");
    EXPECT_TRUE(told.scenarios[0].is_worse);
    EXPECT_EQ(told.scenarios[1].scenario, "d");
    EXPECT_TRUE(told.scenarios[1].is_worse);
    EXPECT_EQ(told.scenarios[2].scenario, "a");
    EXPECT_FALSE(told.scenarios[2].is_worse);
    for (const auto& change : told.scenarios) EXPECT_FALSE(change.is_unsteady) << change.scenario;
    EXPECT_EQ(told.same, 1U);
    EXPECT_EQ(told.fresh, std::vector<std::string>{"new"});
    EXPECT_EQ(told.gone, (std::vector<std::string>{"idle", "old"}));
    EXPECT_EQ(told.with, "the run of 2031-05-04T10:00:00Z with firmware 86");
}

TEST(Comparison, AFlipOfTheSameFirmwareIsUnsteady) {
    const std::vector now{played("a", Verdict::fail)};
    EXPECT_TRUE(compare(now, "86", earlier("86", {played("a", Verdict::pass)}))
                    .scenarios.at(0)
                    .is_unsteady);
    EXPECT_FALSE(compare(now, "86", earlier("86", {played("a", Verdict::inconc)}))
                     .scenarios.at(0)
                     .is_unsteady);
}

TEST(Comparison, ADeviationMoreIsWorse) {
    const std::vector now{played("a", Verdict::pass, Weight::deviation)};
    const auto told = compare(now, "87", earlier("86", {played("a", Verdict::pass)}));
    ASSERT_EQ(told.scenarios.size(), 1U);
    EXPECT_TRUE(told.scenarios[0].is_worse);
    ASSERT_EQ(told.clauses.size(), 1U);
    EXPECT_EQ(told.clauses[0].clause, "AA-01");
    EXPECT_EQ(told.clauses[0].now, Weight::deviation);
    EXPECT_TRUE(told.clauses[0].is_worse);
    EXPECT_EQ(told.clauses[0].scenarios, std::vector<std::string>{"a"});
}

TEST(Comparison, AnotherObservedValueIsNotWorse) {
    const auto other = [] { return played("a", Verdict::pass, Weight::observation); };
    const auto same = [] { return played("a", Verdict::pass); };
    EXPECT_TRUE(compare(std::vector{other()}, "87", earlier("86", {same()})).clauses.empty());
    EXPECT_TRUE(compare(std::vector{same()}, "87", earlier("86", {other()})).clauses.empty());
    const auto broke = compare(std::vector{played("a", Verdict::pass, Weight::deviation)}, "87",
                               earlier("86", {other()}));
    ASSERT_EQ(broke.clauses.size(), 1U);
    EXPECT_TRUE(broke.clauses[0].is_worse);
}

TEST(Comparison, WhatWasInconclusiveSaysNothingOfAClause) {
    const std::vector now{played("a", Verdict::inconc, Weight::fail)};
    EXPECT_TRUE(compare(now, "", earlier("", {played("a", Verdict::pass)})).clauses.empty());
}

TEST(Unsteady, AreAttemptsAndRepeatsThatDiffer) {
    const std::vector now{played("a", Verdict::inconc),
                          played("a", Verdict::pass),
                          played("b[repeat=1]", Verdict::pass),
                          played("b[repeat=2]", Verdict::fail),
                          played("c[count=3,repeat=1]", Verdict::pass),
                          played("c[count=3,repeat=2]", Verdict::pass),
                          played("d", Verdict::not_applicable),
                          played("d", Verdict::pass)};
    const auto found = unsteady(now);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].scenario, "a");
    EXPECT_EQ(found[1].scenario, "b");
    EXPECT_EQ(without_repeat("c[count=3,repeat=2]"), "c[count=3]");
    EXPECT_EQ(without_repeat("c[count=3]"), "c[count=3]");
    EXPECT_EQ(without_repeat("generic/repeat=1"), "generic/repeat=1");
}

}  // namespace
}  // namespace twinline::reports
