// The reference adopts what a device chose where it is free, as far as that freedom goes and no
// further.
#include "rig/assess/led_along.hh"

#include "rig/judge/divergence.hh"
#include "rig/judge/streams.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;

const scenario::Catalogue& whole_catalogue() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

class LedAlong : public testing::Test {
  protected:
    timeline::Timeline played(const shadow::Choices& choices) const {
        return shadow::play(scene_, {{"device", {}, choices}}, 1);
    }
    assess::LedCourse beside(const timeline::Timeline& observed, unsigned plays = 50) const {
        return assess::led_along(
            {scenario_, whole_catalogue().clauses, observed},
            [this](const shadow::Choices& c) { return played(c); }, plays);
    }
    std::optional<judge::Divergence> parting(const timeline::Timeline& observed,
                                             const timeline::Timeline& expected) const {
        return judge::first_divergence(whole_catalogue().clauses,
                                       judge::Story(scenario_, observed, "device"),
                                       judge::Story(scenario_, expected, "device"), 5ms);
    }

    // It refreshes twice; the registrar grants a minute.
    const scenario::Scenario& scenario_ =
        whole_catalogue().scenarios.at("yealink/register/refresh-starts-at-primary");
    const shadow::Scene scene_ = shadow::scene_of(scenario_);
};

TEST_F(LedAlong, RefreshesWhenTheDeviceDoes) {
    const auto observed = played({{"refresh-ppm 1 at pbx.test", {400'000, 930'000}}});
    ASSERT_TRUE(parting(observed, played({}))) << "left to itself it has another habit";
    const auto expected = beside(observed).expected;
    const judge::Story seen(scenario_, observed, "device"), led(scenario_, expected, "device");
    EXPECT_FALSE(parting(observed, expected));
    ASSERT_EQ(seen.transactions().size(), led.transactions().size());
    for (std::size_t i = 0; i < led.transactions().size(); ++i)
        EXPECT_LT(std::chrono::abs(seen.transactions()[i].start() - led.transactions()[i].start()),
                  50ms)
            << i;
}

TEST_F(LedAlong, KeepsToWhatADeviceIsFreeToChoose) {
    constexpr std::uint64_t after_its_end = 1'300'000;
    const auto observed = played({{"refresh-ppm 1 at pbx.test", {after_its_end}}});
    const auto found = parting(observed, beside(observed).expected);
    ASSERT_TRUE(found);
    EXPECT_NE(found->text.find("the reference sends it after 60"), std::string::npos)
        << found->text;
}

TEST_F(LedAlong, EndsWhereTheDevicePartsForGood) {
    auto observed = played({{"refresh-ppm 1 at pbx.test", {400'000, 930'000}}});
    const judge::Story story(scenario_, observed, "device");
    const auto last = story.transactions().back().start();
    std::erase_if(observed, [&](const auto& event) {
        return event.subject == "device" && event.peer != "" && event.at >= last;
    });
    unsigned plays = 200;
    const auto course = assess::led_along(
        {scenario_, whole_catalogue().clauses, observed},
        [this](const shadow::Choices& c) { return played(c); }, plays);
    EXPECT_EQ(course.led_until, timeline::Instant::max());
    EXPECT_TRUE(parting(observed, course.expected)) << "its last refresh is missing";
    EXPECT_GT(plays, 100U) << "no choice mends it, and few are tried";
}

TEST_F(LedAlong, BeginsWithWhatIsLikely) {
    const shadow::Choices taste{{"refresh-ppm 1 at pbx.test", {400'000, 930'000}}};
    const auto observed = played(taste);
    unsigned plays = 0;
    const auto course = assess::led_along(
        {scenario_, whole_catalogue().clauses, observed},
        [this](const shadow::Choices& c) { return played(c); }, plays, taste);
    EXPECT_FALSE(parting(observed, course.expected));
    EXPECT_EQ(course.choices, taste);
    const auto other = assess::led_along(
        {scenario_, whole_catalogue().clauses, played({})},
        [this](const shadow::Choices& c) { return played(c); }, plays, taste);
    EXPECT_EQ(other.choices, shadow::Choices{}) << "it leads no further there";
}

TEST_F(LedAlong, GoesNoFurtherThanItMayPlay) {
    const auto observed = played({{"refresh-ppm 1 at pbx.test", {400'000, 930'000}}});
    const auto course = beside(observed, 0);
    const auto parted = parting(observed, course.expected);
    ASSERT_TRUE(parted);
    EXPECT_EQ(course.led_until, parted->at) << "so that nobody takes it for the device's fault";
    EXPECT_EQ(beside(observed).led_until, timeline::Instant::max());
}

}  // namespace
}  // namespace twinline::test
