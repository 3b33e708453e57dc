// The unmutated reference never fails, whatever the seed and the admissible answers,
// in a network with jitter and with SRV and NAPTR records in any order.
#include "rig/assess/seeded_runs.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace twinline::test {
namespace {

TEST(SeededRuns, NeverFailTheReference) {
    const auto catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    std::vector<const scenario::Scenario*> scenarios;
    for (const auto& [id, scenario] : catalogue.scenarios) scenarios.push_back(&scenario);
    const char* tier = std::getenv("TWINLINE_TIER");
    const bool in_full = tier != nullptr && std::string_view(tier) == "all";
    const std::size_t count = in_full ? 2000 : 2 * scenarios.size();
    const auto all =
        assess::seeded_runs(scenarios, catalogue, count, judge::Strictness::strict, 20'000);
    EXPECT_EQ(all.runs, count);
    for (std::size_t i = 0; i < all.against.size(); ++i) {
        const auto& a = all.against[i];
        std::string readings;
        for (const auto& [id, value] : a.readings) readings += " " + id + "=" + value;
        ADD_FAILURE() << a.scenario << " seed " << all.seeds[i] << ": " << to_string(a.verdict)
                      << ", " << a.reason << "; under" << readings;
    }
}

}  // namespace
}  // namespace twinline::test
