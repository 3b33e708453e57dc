// What the reference never comes to is told of, at its line and with the reason; what it comes to
// under other answers only is not.
#include "rig/assess/reach.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Reach : ::testing::Test {
    const scenario::Catalogue catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    scenario::Scenario scenario =
        catalogue.scenarios.at("yealink/register/failover-silent-primary");

    // After the request that makes the phone come home there is no third one of this name.
    scenario::Expectation after_a_third_try() {
        auto third = scenario.events.at("next-try");
        third.nth = 99;
        scenario.events["third-try"] = third;
        scenario::Expectation expectation;
        expectation.clause = "YL-REG-02";
        expectation.says = "the phone tries again";
        expectation.event = "home";
        expectation.after = "third-try";
        expectation.place = {"own.yaml", 7};
        return expectation;
    }
};

TEST_F(Reach, SaysNothingOfWhatTheReferenceComesTo) {
    EXPECT_THAT(assess::unreached(scenario, catalogue), IsEmpty());
}

TEST_F(Reach, TellsWhichEventNeverHappensAndWhere) {
    scenario.expectations.push_back(after_a_third_try());
    const auto faults = assess::unreached(scenario, catalogue);
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults.front().place.to_string(), "own.yaml:7");
    EXPECT_THAT(faults.front().text, HasSubstr("\"third-try\" never happened"));
}

// By default the second REGISTER is the first one, sent again; a new one there is only where a
// retry is a request of its own.
TEST_F(Reach, TriesTheAnswersThatAGuardWants) {
    auto retry = scenario.events.at("first-try");
    retry.fields["send"] = "1";
    retry.nth = 2;
    scenario.events["new-retry"] = retry;
    auto after_it = after_a_third_try();
    after_it.after = "new-retry";
    scenario.expectations.push_back(after_it);
    EXPECT_THAT(assess::unreached(scenario, catalogue), SizeIs(1));
    scenario.expectations.back().when["retry-form"] = {"new-request"};
    EXPECT_THAT(assess::unreached(scenario, catalogue), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
