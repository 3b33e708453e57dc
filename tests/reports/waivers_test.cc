// A waiver speaks of its clause and its scenarios alone, and until the end of its last day.
#include "reports/waivers.hh"

#include <gtest/gtest.h>

#include <fstream>

namespace twinline::reports {
namespace {

using namespace std::chrono_literals;

constexpr auto last_day = 2027y / 3 / 31;

Waiver waiver() { return {"AA-01", "yealink and failback", "mended soon", "N. N.", last_day}; }

judge::Finding finding(std::string clause, judge::Weight weight) {
    judge::Finding f;
    f.clause = std::move(clause);
    f.weight = weight;
    return f;
}

TEST(Waiver, HoldsUntilTheEndOfItsLastDay) {
    EXPECT_TRUE(waiver().holds_on(last_day));
    EXPECT_FALSE(waiver().holds_on(2027y / 4 / 1));
    EXPECT_EQ(to_text(waiver(), last_day), "waived by N. N. until 2027-03-31: mended soon");
    EXPECT_EQ(to_text(waiver(), 2027y / 4 / 1),
              "a waiver that has run out, signed by N. N. until 2027-03-31: mended soon");
}

TEST(Waiver, ConcernsItsClauseInItsScenarios) {
    const auto broken = finding("AA-01", judge::Weight::fail);
    EXPECT_TRUE(waiver().concerns(broken, "yealink/failback/duration"));
    EXPECT_FALSE(waiver().concerns(broken, "yealink/register/boot"));
    EXPECT_FALSE(
        waiver().concerns(finding("AA-02", judge::Weight::fail), "yealink/failback/duration"));
    EXPECT_TRUE(
        waiver().concerns(finding("AA-01", judge::Weight::deviation), "yealink/failback/duration"));
    EXPECT_FALSE(
        waiver().concerns(finding("AA-01", judge::Weight::ok), "yealink/failback/duration"));
    auto everywhere = waiver();
    everywhere.scenarios.clear();
    EXPECT_TRUE(everywhere.concerns(broken, "yealink/register/boot"));
}

TEST(Waivers, AreRefusedWithEveryFault) {
    const auto file = std::filesystem::path(testing::TempDir()) / "waivers.yaml";
    std::ofstream(file) << "waivers:\n"
                           "  - clause: AA-09\n"
                           "    scenarios: yealink and\n"
                           "    reason: x\n"
                           "    signer: y\n"
                           "    expires: 2027-2-28\n";
    const Clauses clauses{{"AA-01", {}}};
    try {
        load_waivers(file, clauses);
        FAIL() << "it was taken";
    } catch (const scenario::BadInput& error) {
        EXPECT_EQ(error.faults().size(), 3U) << error.what();
        EXPECT_EQ(error.faults().front().place.line, 2U);
    }
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace twinline::reports
