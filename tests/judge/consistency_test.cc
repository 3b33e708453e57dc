// One set of answers must explain a whole campaign; the fewest scenarios that none explains are
// named, with the question.
#include "rig/judge/consistency.hh"

#include "rig/judge/datasheet.hh"
#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using judge::Case;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

judge::Assessment explained(std::string scenario, std::vector<Case> by,
                            std::vector<Case> excluded = {}) {
    judge::Assessment a;
    a.scenario = std::move(scenario);
    a.explanations = std::move(by);
    a.excluded = std::move(excluded);
    return a;
}

judge::Consistency join(const std::vector<judge::Assessment>& assessments) {
    std::vector<const judge::Assessment*> all;
    for (const auto& a : assessments) all.push_back(&a);
    return judge::join(all);
}

const judge::Answered& question(const judge::Consistency& joined, std::string_view id) {
    return *std::ranges::find(joined.questions, id, &judge::Answered::question);
}

const Case three{{"count", {"three"}}}, four{{"count", {"four"}}};

TEST(Consistency, OneScenarioDecidesWhatAnotherLeavesOpen) {
    const auto joined = join(
        {explained("open", {{{"count", {"three", "four"}}}}), explained("shut", {four}, {three})});
    EXPECT_THAT(joined.conflict, IsEmpty());
    EXPECT_THAT(question(joined, "count").fitting, ElementsAre("four"));
    EXPECT_THAT(question(joined, "count").ruled_out.at("three"), ElementsAre("shut"));
}

TEST(Consistency, WhatNothingTellsApartStaysOpen) {
    const auto joined = join({explained("open", {three, four})});
    EXPECT_THAT(question(joined, "count").fitting, UnorderedElementsAre("three", "four"));
    EXPECT_THAT(question(joined, "count").ruled_out, IsEmpty());
}

TEST(Consistency, TwoAnswersToOneQuestionAreAConflictOfThoseTwo) {
    const auto joined = join({explained("a", {three}, {four}), explained("b", {three, four}),
                              explained("c", {four}, {three}), explained("d", {Case{}})});
    EXPECT_THAT(joined.conflict, UnorderedElementsAre("a", "c"));
    EXPECT_THAT(joined.disputed, ElementsAre("count"));
}

TEST(Consistency, IsFoundAcrossQuestions) {  // no two contradict each other, all three do
    const auto joined =
        join({explained("a", {{{"x", {"1"}}, {"y", {"1"}}}, {{"x", {"2"}}, {"y", {"2"}}}}),
              explained("b", {{{"y", {"1"}}, {"z", {"1"}}}, {{"y", {"2"}}, {"z", {"2"}}}}),
              explained("c", {{{"x", {"1"}}, {"z", {"2"}}}, {{"x", {"2"}}, {"z", {"1"}}}})});
    EXPECT_THAT(joined.conflict, UnorderedElementsAre("a", "b", "c"));
}

TEST(Consistency, OneScenariosChoiceBindsTheOthers) {
    const auto joined =
        join({explained("a", {{{"x", {"1"}}, {"y", {"1"}}}, {{"x", {"2"}}, {"y", {"2"}}}}),
              explained("b", {{{"x", {"2"}}}}, {{{"x", {"1"}}}})});
    EXPECT_THAT(question(joined, "y").fitting, ElementsAre("2"));
    EXPECT_THAT(question(joined, "y").ruled_out.at("1"), IsEmpty()) << "by no scenario alone";
}

TEST(Consistency, HoldsNothingAgainstADeviceByCasesThatWereNotAllTried) {
    auto cut = explained("a", {three}, {four});
    cut.all_explanations = false;
    const auto joined = join({cut, explained("b", {four}, {three})});
    EXPECT_THAT(joined.conflict, IsEmpty());
    EXPECT_FALSE(joined.complete);
}

TEST(Consistency, WhoWasNotPutToTheTestSaysNothing) {
    EXPECT_THAT(join({explained("inconc", {})}).questions, IsEmpty());
    EXPECT_THAT(join({}).conflict, IsEmpty());
}

TEST(Datasheet, TakesWhatIsObservedAndParametersEachValueOnce) {
    auto known = clauses();
    known.at("MUST-1").kind = "parameter";
    judge::Assessment a = explained("one", {}), b = explained("two", {});
    const auto told = [](std::string clause, std::string text) {
        judge::Finding f;
        f.clause = std::move(clause);
        f.text = std::move(text);
        return f;
    };
    a.findings = {told("SEEN-1", "waits 30 s"), told("SHOULD-1", "a rule"),
                  told("MUST-1", "sends 3")};
    b.findings = {told("SEEN-1", "waits 30 s"), told("SEEN-1", "waits 60 s")};
    a.findings.back().voice = judge::Voice::expectation;
    const auto sheet = judge::datasheet({&a, &b}, known, {});
    ASSERT_EQ(sheet.measured.size(), 3U);
    EXPECT_EQ(sheet.measured[0].clause, "MUST-1");
    EXPECT_EQ(sheet.measured[1].text, "waits 30 s");
    EXPECT_EQ(sheet.measured[1].scenario, "one");
    EXPECT_EQ(sheet.measured[2].text, "waits 60 s");
}

TEST(Judging, NeedsNoTwin) {
    Trial trial;
    trial.has_twin = false;
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, judge::Verdict::pass) << a.reason;
    EXPECT_TRUE(std::ranges::none_of(a.proofs, [](const auto& p) { return p.subject == "twin"; }));
    EXPECT_EQ(a.control.text, "no twin stands beside the device");
}

}  // namespace
}  // namespace twinline::test
