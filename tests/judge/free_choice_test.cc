// From a choice that the reference made to the instant that it led to, and back.
#include "rig/judge/free_choices.hh"
#include "tests/judge/tale.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

// A refresh after 30 of 60 s, drawn as the first was granted; a keep-alive was drawn beside it.
struct Refreshed {
    Refreshed() {
        Tale tale;
        tale.power_on()
            .send(1s, "primary", {{"branch", "b1"}, {"cseq", "1"}})
            .hear(1100ms, "primary", "200", {{"branch", "b1"}, {"cseq", "1"}, {"expires", "60"}})
            .rig(1100ms, "rig.choice", choice("keep-alive-ms", "9000", "8000", "10000"))
            .rig(1100ms, "rig.choice", choice("refresh-ppm", "500000", "400000", "600000"))
            .send(31100ms, "primary", {{"branch", "b2"}, {"cseq", "2"}})
            .end(40s);
        timeline = timeline_of({tale});
    }
    static timeline::Fields choice(const char* id, const char* value, const char* low,
                                   const char* high) {
        return {{"id", id}, {"of", "1/0"}, {"value", value}, {"low", low}, {"high", high}};
    }

    timeline::Timeline timeline;
    scenario::Scenario scenario = scenario_of({});
};

TEST(FreeChoice, LedToTheRequestAfterIt) {
    const Refreshed told;
    const judge::Story story(told.scenario, told.timeline, "device");
    const auto& first = story.transactions().at(0);
    const auto& second = story.transactions().at(1);
    const auto choices = judge::choices_between(story, first, second);
    ASSERT_EQ(choices.size(), 1U) << "a keep-alive puts off nothing";
    EXPECT_EQ(judge::key_of(*choices[0]), "refresh-ppm 1/0");
    EXPECT_EQ(judge::refresh_due(story, *choices[0]), second.start());
    EXPECT_EQ(judge::step_of(*choices[0], second.start()), 60us);
    EXPECT_EQ(judge::may_put_off(*choices[0], second.start()), 30s) << "until the binding ends";
}

TEST(FreeChoice, IsMovedWithinItsFreedom) {
    const Refreshed told;
    const judge::Story story(told.scenario, told.timeline, "device");
    const auto at = story.transactions().at(1).start();
    const auto& choice =
        *judge::choices_between(story, story.transactions().at(0), story.transactions().at(1))[0];
    const auto moved = [&](Duration by) { return judge::put_off(story, choice, at, by); };
    EXPECT_EQ(moved(6s)->value, 600'000U);
    EXPECT_EQ(moved(-6s)->value, 400'000U);
    EXPECT_EQ(moved(90s)->value, 1'000'000U) << "it ends there";
    EXPECT_FALSE(moved(10us)) << "less than a step";
    EXPECT_EQ(moved(6s)->key, "refresh-ppm 1/0");
    EXPECT_EQ(moved(6s)->nth, 0U);
}

}  // namespace
}  // namespace twinline::test
