// The forms of expectation that look for events and times, on timelines told by hand, each window
// just inside and just outside its edges.
#include "rig/judge/expectations.hh"

#include "tests/judge/outcome.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using judge::Weight;
using scenario::Expectation;
using scenario::ExpectationForm;
using ::testing::HasSubstr;

scenario::Pattern register_to(std::string peer) {
    scenario::Pattern p;
    p.kind = "sip.request";
    p.peer = std::move(peer);
    p.fields = {{"method", "REGISTER"}};
    return p;
}

// `next` comes 3 s after `first` in the good tale; this one moves it.
Tale next_after(Duration offset) {
    Tale tale;
    return tale.power_on()
        .send(1s, "primary")
        .send(1s + offset, "secondary", {{"branch", "b2"}})
        .end(20s);
}

TEST(See, HoldsAtBothEdgesOfTheWindowAndNotBeyond) {
    const auto e = see("next", 2s, 3s);
    EXPECT_TRUE(broken(e, next_after(2s - uncertainty - 1ns)));
    EXPECT_TRUE(holds(e, next_after(2s - uncertainty)));
    EXPECT_TRUE(holds(e, next_after(2s)));
    EXPECT_TRUE(holds(e, next_after(3s)));
    EXPECT_TRUE(holds(e, next_after(3s + uncertainty)));
    EXPECT_TRUE(broken(e, next_after(3s + uncertainty + 1ns)));
}

TEST(See, SaysHowMuchTooLateOrTooEarly) {
    EXPECT_THAT(outcome_of(see("next", 2s, 3s), next_after(3500ms)).finding.text,
                HasSubstr("came after 3.5 s, 0.5 s too late"));
    EXPECT_THAT(outcome_of(see("next", 2s, 3s), next_after(500ms)).finding.text,
                HasSubstr("1.5 s too early"));
}

TEST(See, WithoutAWindowOnlyAsksForTheEvent) {
    auto e = see("next", 0s, 0s);
    e.within.reset();
    EXPECT_TRUE(holds(e, next_after(15s)));
    e.event = "never-seen";
    EXPECT_TRUE(broken(e, next_after(15s)));
}

TEST(See, IsBrokenWhenTheEventIsMissing) {
    EXPECT_TRUE(broken(see("never-seen", 0s, 3s), good_tale()));
    EXPECT_THAT(outcome_of(see("never-seen", 0s, 3s), good_tale()).finding.text,
                HasSubstr("did not happen within 3 s after first"));
}

TEST(See, SaysNothingWhenThePartEndedInsideTheWindow) {
    Tale tale;
    tale.power_on().send(1s, "primary").end(3s);
    EXPECT_TRUE(not_reached(see("next", 0s, 5s), tale));
    EXPECT_TRUE(broken(see("next", 0s, 2s), tale)) << "the window was over at the end";
}

TEST(See, SaysNothingWhenWhatItHangsOnNeverHappened) {
    EXPECT_TRUE(not_reached(see("home", 0s, 5s, "never-seen"), good_tale()));
}

TEST(See, IsBrokenWhenTheEventCameBefore) {
    auto e = see("first", 0s, 5s, "next");
    EXPECT_TRUE(broken(e, good_tale()));
    e.within.reset();
    EXPECT_TRUE(broken(e, good_tale()));
    EXPECT_THAT(outcome_of(e, good_tale()).finding.text, HasSubstr("came before next"));
}

TEST(See, TakesAPatternInsteadOfAName) {
    auto e = see("", 0s, 1200ms, "power-on");
    e.pattern = register_to("primary");
    EXPECT_TRUE(holds(e, good_tale()));
    e.pattern = register_to("fallback");
    EXPECT_TRUE(broken(e, good_tale()));
}

TEST(See, DoesNotCountWhatCameAfterTheEnd) {
    Tale tale;
    tale.power_on().send(1s, "primary").end(2s).send(3s, "secondary", {{"branch", "b2"}});
    EXPECT_FALSE(holds(see("next", 0s, 30s), tale));
}

TEST(See, DoesNotTakeTheEventsOfAnotherSubject) {
    Tale tale;
    tale.power_on().send(1s, "primary").end(20s);
    tale.events().push_back(next_after(1s).for_subject("twin").events()[2]);
    EXPECT_TRUE(broken(see("next", 0s, 3s), tale));
}

struct Never : ::testing::Test {
    Expectation e = form(ExpectationForm::never);
    void SetUp() override { e.pattern = register_to("secondary"); }
};

TEST_F(Never, IsBrokenByOneEventAndTellsWhenAndHowMany) {
    EXPECT_TRUE(broken(e, good_tale()));
    const auto outcome = outcome_of(e, good_tale());
    EXPECT_THAT(outcome.finding.text, HasSubstr("at 4 s after power-on, 2 in all"));
    EXPECT_EQ(outcome.finding.events.size(), 2U);
    EXPECT_EQ(outcome.finding.frames.size(), 2U);
    e.pattern = register_to("fallback");
    EXPECT_TRUE(holds(e, good_tale()));
}

TEST_F(Never, LooksOnlyAfterTheOneAndBeforeTheOther) {
    e.until = "next";
    EXPECT_TRUE(holds(e, good_tale())) << "the end is outside";
    e.until = "authorised";
    EXPECT_TRUE(broken(e, good_tale()));
    e.after = "next";
    EXPECT_TRUE(holds(e, good_tale())) << "the beginning is outside too";
    e.until = "end";
    EXPECT_TRUE(broken(e, good_tale())) << "authorised comes after next";
    e.after = "authorised";
    EXPECT_TRUE(holds(e, good_tale()));
}

TEST_F(Never, LooksToTheEndWhenTheOtherNeverHappened) {
    e.until = "never-seen";
    EXPECT_TRUE(broken(e, good_tale()));
}

TEST_F(Never, TakesEventsOfTheSameInstantByTheirOrder) {
    Tale before, after;
    before.power_on().send(1s, "secondary", {{"branch", "b2"}}).send(1s, "primary").end(9s);
    after.power_on().send(1s, "primary").send(1s, "secondary", {{"branch", "b2"}}).end(9s);
    e.until = "first";
    EXPECT_TRUE(broken(e, before)) << "it came before, if only by a packet";
    EXPECT_TRUE(holds(e, after));
    e.until.clear();
    e.after = "first";
    EXPECT_TRUE(holds(e, before));
    EXPECT_TRUE(broken(e, after));
}

TEST_F(Never, SaysNothingWhenWhatItHangsOnNeverHappened) {
    e.after = "never-seen";
    EXPECT_TRUE(not_reached(e, good_tale()));
}

TEST(Count, HoldsBetweenItsBoundsAndNotBeyond) {
    auto e = form(ExpectationForm::count);
    e.pattern = register_to("primary");  // three in the good tale
    const auto with = [&](std::optional<unsigned> least, std::optional<unsigned> most) {
        e.at_least = least;
        e.at_most = most;
        return e;
    };
    EXPECT_TRUE(holds(with(3, 3), good_tale()));
    EXPECT_TRUE(holds(with(3, {}), good_tale()));
    EXPECT_TRUE(holds(with({}, 3), good_tale()));
    EXPECT_TRUE(broken(with(4, {}), good_tale()));
    EXPECT_TRUE(broken(with({}, 2), good_tale()));
    EXPECT_TRUE(holds(with({}, 3), good_tale()));
    e.after = "first";
    EXPECT_TRUE(holds(with(2, 2), good_tale())) << "the mark itself is not counted";
    e.after = "never-seen";
    EXPECT_TRUE(not_reached(with(2, 2), good_tale()));
}

struct Schedule : ::testing::Test {
    Expectation e = form(ExpectationForm::schedule);

    void SetUp() override {
        e.event = "first";
        e.at = {0s, 500ms, 1500ms};
        e.tolerance = 50ms;
        e.tolerance_ratio = 0.1;
    }
    static Tale sends(const std::vector<Duration>& offsets, Duration end = 20s) {
        Tale tale;
        tale.power_on();
        for (const auto& offset : offsets) tale.send(1s + offset, "primary");
        return tale.end(end);
    }
};

TEST_F(Schedule, HoldsAtTheEdgesOfItsToleranceAndNotBeyond) {
    const Duration slack = uncertainty + 50ms + 50ms;  // absolute, and a tenth of 500 ms
    EXPECT_TRUE(holds(e, sends({0s, 500ms, 1500ms})));
    EXPECT_TRUE(holds(e, sends({0s, 500ms + slack, 1500ms})));
    EXPECT_TRUE(broken(e, sends({0s, 500ms + slack + 1ns, 1500ms})));
    EXPECT_TRUE(holds(e, sends({0s, 500ms - slack, 1500ms})));
    EXPECT_TRUE(broken(e, sends({0s, 500ms - slack - 1ns, 1500ms})));
}

TEST_F(Schedule, IsBrokenByOneSendTooFewOrTooMany) {
    EXPECT_TRUE(broken(e, sends({0s, 500ms})));
    EXPECT_THAT(
        outcome_of(e, sends({0s, 500ms})).finding.text,
        HasSubstr("sent 2 of 3 REGISTER to primary: at 0, 0.5 s; the next was due at 1.5 s"));
    EXPECT_TRUE(broken(e, sends({0s, 500ms, 1500ms, 3500ms})));
    EXPECT_THAT(outcome_of(e, sends({0s, 500ms, 1500ms, 3500ms})).finding.text,
                HasSubstr("the first too many at 3.5 s"));
}

TEST_F(Schedule, EndsWithTheAnswerOrWithThePart) {
    auto answered = sends({0s, 500ms});
    answered.hear(1600ms, "primary", "200");
    EXPECT_TRUE(holds(e, answered)) << "nothing is due after the answer";
    auto provisional = sends({0s, 500ms});
    provisional.hear(1600ms, "primary", "100");
    EXPECT_TRUE(broken(e, provisional)) << "100 is no final answer";
    EXPECT_TRUE(holds(e, sends({0s, 500ms}, 2400ms)));
}

TEST_F(Schedule, OfATransactionThatNeverBeganSaysNothing) {
    e.event = "never-seen";
    EXPECT_TRUE(not_reached(e, good_tale()));
}

TEST_F(Schedule, DoesNotCountAnotherTransactionWithTheSameServer) {
    auto tale = sends({0s, 500ms, 1500ms});
    tale.send(4s, "primary", {{"branch", "b9"}, {"cseq", "2"}});
    EXPECT_TRUE(holds(e, tale));
}

TEST(Levels, DecideWhatABreachWeighs) {
    const auto weight = [](const std::string& clause) {
        return outcome_of(see("never-seen", 0s, 1s, "first", clause), good_tale()).finding.weight;
    };
    EXPECT_EQ(weight("MUST-1"), Weight::fail);
    EXPECT_EQ(weight("SHOULD-1"), Weight::deviation);
    EXPECT_EQ(weight("SEEN-1"), Weight::observation);
    EXPECT_EQ(weight("NOWHERE-1"), Weight::observation) << "an unknown clause condemns nobody";
    EXPECT_EQ(outcome_of(see("home", 3s, 4s), good_tale()).finding.weight, Weight::ok);
}

TEST(Conditions, ChooseTheExpectationsOfAReading) {
    auto e = see("home", 3s, 4s);
    e.when = {{"retry-counts", {"four", "five"}}};
    EXPECT_TRUE(outcome_of(e, good_tale(), {{"retry-counts", "four"}}).holds);
    EXPECT_TRUE(outcome_of(e, good_tale(), {{"retry-counts", "three"}}).finding.text.empty());
    EXPECT_TRUE(outcome_of(e, good_tale()).finding.text.empty()) << "and none when nobody asked";
}

}  // namespace
}  // namespace twinline::test
