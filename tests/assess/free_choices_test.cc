// What a phone is free to choose (when it refreshes, how long it pauses, whom of equals it asks) is
// held against it in no scenario, however it chooses: the reference goes along with it.
#include "rig/assess/assess.hh"
#include "rig/assess/led_along.hh"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::test {
namespace {

using judge::Verdict;
using judge::Weight;

const scenario::Catalogue& shipped() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

// The reference with a taste of its own, for what it was seen to choose without: it refreshes and
// pauses when it likes.
shadow::Choices taste(const timeline::Timeline& usual, std::uint64_t seed) {
    constexpr std::size_t many = 60;
    std::mt19937_64 random(seed);
    shadow::Choices choices;
    for (const auto& event : usual) {
        const auto id = event.field("id");
        const bool refreshes = id.ends_with("refresh-ppm");
        auto& values = choices[judge::key_of(event)];
        if (event.kind != "rig.choice" || !values.empty() ||
            (!refreshes && !judge::is_pause(event)))
            continue;
        const bool is_free = id == "pause-ppm";  // from 3 s to 2 min at first
        const std::uint64_t low = refreshes ? 300'000
                                  : is_free ? 50'000
                                            : 500'000,
                            high = refreshes ? 950'000
                                   : is_free ? 2'000'000
                                             : 1'000'000;
        for (std::size_t i = 0; i < many; ++i) values.push_back(low + random() % (high - low));
    }
    return choices;
}

std::string burdens(const judge::Assessment& a) {
    auto text = std::string(to_string(a.verdict)) + ", " + a.reason + '\n';
    for (const auto& f : a.findings)
        if (f.weight != Weight::ok && f.weight != Weight::observation)
            text += "  " + std::string(to_string(f.voice)) + ' ' + f.clause + ' ' + f.text + '\n';
    return text;
}

std::vector<std::string> sampled() {
    const char* tier = std::getenv("TWINLINE_TIER");
    const std::size_t one_in = tier != nullptr && std::string_view(tier) == "all" ? 1 : 4;
    std::vector<std::string> ids;
    std::size_t nth = 0;
    for (const auto& [id, scenario] : shipped().scenarios)
        if (nth++ % one_in == 0) ids.push_back(id);
    return ids;
}

// --gtest_random_seed=N tries other tastes.
class FreeChoices : public testing::TestWithParam<std::string> {};

TEST_P(FreeChoices, AreHeldAgainstNobody) {
    const auto readings = assess::with_defaults({}, shipped());
    const auto& scenario = shipped().scenarios.at(GetParam());
    const auto scene = shadow::scene_of(scenario);
    const auto played = [&](const shadow::Choices& choices) {
        return shadow::play(scene, {{"device", {}, choices}}, 1, readings);
    };
    const auto other_taste = static_cast<std::uint64_t>(testing::GTEST_FLAG(random_seed));
    const auto observed =
        played(taste(played({}), std::hash<std::string>{}(GetParam()) + other_taste));
    unsigned plays = 200;
    const auto course = assess::led_along({scenario, shipped().clauses, observed}, played, plays);
    const auto judged = judge::judge({.scenario = scenario,
                                      .clauses = shipped().clauses,
                                      .device = "a phone",
                                      .observed = observed,
                                      .expected_device = course.expected,
                                      .readings = readings,
                                      .led_until = course.led_until});
    EXPECT_EQ(judged.verdict, Verdict::pass) << burdens(judged);
}

INSTANTIATE_TEST_SUITE_P(InTheCatalogue, FreeChoices, testing::ValuesIn(sampled()),
                         [](const auto& info) {
                             auto name = info.param;
                             for (char& c : name)
                                 if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                             return name;
                         });

}  // namespace
}  // namespace twinline::test
