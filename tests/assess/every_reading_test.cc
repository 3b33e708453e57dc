// How many cases a scenario has: a question is asked only where its answer makes a difference to
// what follows, and what guards alone tell apart is not played again.
#include "rig/assess/every_reading.hh"

#include "rig/assess/rehearsal.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct EveryReading : ::testing::Test {
    const scenario::Catalogue catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");

    const scenario::Scenario& scenario(const std::string& id) const {
        return catalogue.scenarios.at(id);
    }
    std::vector<std::string> asked_in(const std::string& id) const {
        std::vector<std::string> ids;
        for (const auto& asked : assess::Rehearsal(scenario(id), catalogue, 1).play({}).asked)
            ids.push_back(asked.id);
        return ids;
    }
};

// Three retries end long before Timer F, and the silent server is not the last one.
TEST_F(EveryReading, IsAskedOnlyWhereItMakesADifference) {
    const auto asked = asked_in("yealink/register/credentials-stay/mode-1");
    EXPECT_THAT(asked, Contains("retry-count-meaning"));
    EXPECT_THAT(asked, Contains("give-up-instant"));
    for (const auto* idle : {"retry-beyond-timer", "last-server-give-up"})
        EXPECT_THAT(asked, Not(Contains(idle)));
    EXPECT_THAT(asked_in("yealink/register/last-server"), Contains("last-server-give-up"));
}

TEST_F(EveryReading, PassesUnderAllOfThem) {
    const auto every =
        assess::under_every_reading(scenario("yealink/register/credentials-stay/mode-1"), catalogue,
                                    judge::Strictness::strict, 1);
    EXPECT_EQ(every.worst.verdict, judge::Verdict::pass);
    EXPECT_TRUE(every.complete);
    EXPECT_GE(every.combinations, 8U);
    EXPECT_LE(every.combinations, 60U);  // of 504, were each question asked at once
}

TEST_F(EveryReading, SaysWhenThereAreMoreThanItMayTry) {
    const auto every =
        assess::under_every_reading(scenario("yealink/register/credentials-stay/mode-1"), catalogue,
                                    judge::Strictness::strict, 1, 3);
    EXPECT_FALSE(every.complete);
    EXPECT_EQ(every.combinations, 3U);
}

}  // namespace
}  // namespace twinline::test
