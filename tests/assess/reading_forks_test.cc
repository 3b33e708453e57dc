// Every case once: what a run does not tell apart is not played again, and what the guards of
// expectations tell apart is.
#include "rig/assess/reading_forks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using assess::Asked;
using assess::ReadingForks;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

ReadingForks::Known known() {
    ReadingForks::Known all;
    const auto add = [&](std::string id, std::vector<std::string> values) {
        auto& reading = all[id];
        reading.id = id;
        reading.fallback = values.front();
        for (auto& value : values) reading.values.push_back({std::move(value), ""});
    };
    add("colour", {"red", "green", "blue"});
    add("size", {"small", "big"});
    return all;
}

using Run = std::vector<Asked> (*)(const shadow::Readings&);

std::vector<std::string> played(Run run) {
    const auto all = known();
    ReadingForks forks(all);
    std::vector<std::string> runs;
    while (const auto answers = forks.next()) {
        forks.ran(run(*answers));
        runs.push_back(answers->at("colour") + ' ' + answers->at("size"));
        if (runs.size() > 20) break;
    }
    return runs;
}

TEST(ReadingForks, PlayOnceWhereNothingIsAsked) {
    EXPECT_THAT(played([](const auto&) { return std::vector<Asked>{}; }), ElementsAre("red small"));
}

TEST(ReadingForks, PlayOneOfTheAnswersThatARunDoesNotTellApart) {
    EXPECT_THAT(played([](const auto&) {
                    return std::vector<Asked>{{"colour", {"green"}}};
                }),
                ElementsAre("red small", "green small"));
}

TEST(ReadingForks, PlayThemAllWhereItDoes) {
    EXPECT_THAT(played([](const auto&) {
                    return std::vector<Asked>{{"colour", {"green"}}, {"colour", {"blue"}}};
                }),
                UnorderedElementsAre("red small", "green small", "blue small"));
}

TEST(ReadingForks, FollowQuestionsThatComeUpUnderOneAnswerOnly) {
    EXPECT_THAT(played([](const shadow::Readings& answers) {
                    std::vector<Asked> asked{{"colour", {"blue"}}};
                    if (answers.at("colour") == "blue") asked.push_back({"size", {"big"}});
                    return asked;
                }),
                UnorderedElementsAre("red small", "blue small", "blue big"));
}

TEST(ReadingForks, TellWhatTheCaseThatRanComprises) {
    const auto all = known();
    ReadingForks forks(all);
    forks.next();
    const auto first = forks.ran({{"colour", {"green"}}, {"size", {"small", "big"}}});
    EXPECT_THAT(first.at("colour"), ElementsAre("blue", "red"));
    EXPECT_THAT(first.at("size"), ElementsAre("big", "small"));
    forks.next();
    EXPECT_THAT(forks.ran({{"colour", {"green"}}}).at("colour"), ElementsAre("green"));
}

TEST(ReadingForks, StayWithinTheCaseThatTheyAreGiven) {
    const auto all = known();
    ReadingForks forks(all, {{"colour", {"green", "blue"}}});
    std::vector<std::string> colours;
    while (const auto answers = forks.next()) {
        forks.ran({{"colour", {"red"}}, {"colour", {"blue"}}});
        colours.push_back(answers->at("colour"));
    }
    EXPECT_THAT(colours, UnorderedElementsAre("green", "blue"));
}

TEST(ReadingForks, LetGuardsAskOnlyWhatThePhoneAsked) {
    scenario::Scenario scenario;
    scenario.expectations.resize(2);
    scenario.expectations[0].when["colour"] = {"red", "blue"};
    scenario.expectations[1].when["size"] = {"big"};
    const auto guards = assess::guards_of(scenario, {{"colour", {"green"}}});
    ASSERT_EQ(guards.size(), 1U);
    EXPECT_EQ(guards.front().id, "colour");
    EXPECT_THAT(guards.front().among, ElementsAre("blue", "red"));
}

}  // namespace
}  // namespace twinline::test
