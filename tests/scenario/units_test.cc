// Durations, tolerances and numbers: exact values, and no reading of what has no unit.
#include "rig/scenario/units.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Units, ReadsDurationsExactly) {
    EXPECT_EQ(parse_duration("5 s"), Duration(5s));
    EXPECT_EQ(parse_duration("0 s"), Duration(0s));
    EXPECT_EQ(parse_duration(" 500ms "), Duration(500ms));
    EXPECT_EQ(parse_duration("31.9 s"), Duration(31'900ms));
    EXPECT_EQ(parse_duration("0.000001 s"), Duration(1us));
    EXPECT_EQ(parse_duration("2 min"), Duration(2min));
    EXPECT_EQ(parse_duration("1.5 h"), Duration(90min));
    EXPECT_EQ(parse_duration("999.999999 h"), Duration(999h + 3'599'996'400us));
}

TEST(Units, RefusesWhatIsNoDuration) {
    for (std::string_view text :
         {"", "s", "-1 s", "+1 s", ".5 s", "5. s", "1.2.3 s", "0.0000001 s", "1234567890 ms"}) {
        EXPECT_THAT(parse_duration(text).error(), HasSubstr("is no duration")) << text;
    }
    EXPECT_THAT(parse_duration("5").error(), HasSubstr("has no unit"));
    EXPECT_THAT(parse_duration("1,5 s").error(), HasSubstr("has an unknown unit"));
    EXPECT_THAT(parse_duration("1e3 s").error(), HasSubstr("has an unknown unit"));
    EXPECT_THAT(parse_duration("5 sec").error(), HasSubstr("has an unknown unit"));
    EXPECT_THAT(parse_duration("1000 h").error(),
                HasSubstr("is too long; allowed is less than 1000 h"));
    EXPECT_TRUE(parse_duration("999 h"));
    EXPECT_THAT(parse_duration("60000 min").error(), HasSubstr("is too long"));
}

TEST(Units, ReadsTolerances) {
    auto both = parse_tolerance("50 ms + 5 %");
    ASSERT_TRUE(both);
    EXPECT_EQ(both->absolute, 50ms);
    EXPECT_DOUBLE_EQ(both->ratio, 0.05);
    EXPECT_EQ(parse_tolerance("1 s")->absolute, 1s);
    EXPECT_EQ(parse_tolerance("1 s")->ratio, 0);
    EXPECT_EQ(parse_tolerance("2.5 %")->absolute, 0s);
    EXPECT_DOUBLE_EQ(parse_tolerance("2.5 %")->ratio, 0.025);
    EXPECT_FALSE(parse_tolerance(""));
    EXPECT_FALSE(parse_tolerance("5"));
    EXPECT_FALSE(parse_tolerance("1 s +"));
    EXPECT_FALSE(parse_tolerance("+ 5 %"));
    EXPECT_THAT(parse_tolerance("1 s + 5").error(), HasSubstr("is no percentage"));
    EXPECT_THAT(parse_tolerance("101 %").error(), HasSubstr("is no percentage"));
}

TEST(Units, ReadsNumbersInTheirRange) {
    EXPECT_EQ(parse_number("1", 1, 3), 1U);
    EXPECT_EQ(parse_number("3", 1, 3), 3U);
    for (std::string_view text : {"0", "4", "", "-1", "+1", "1.0", "0x1", "1 ", "99999999999"}) {
        EXPECT_FALSE(parse_number(text, 1, 3)) << text;
    }
}

}  // namespace
}  // namespace twinline::scenario
