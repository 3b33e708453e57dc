// What explains a device survives the way to its file and back, and a file that is none changes
// nothing.
#include "reports/explanations.hh"

#include "tests/reports/sample.hh"

#include <gtest/gtest.h>

namespace twinline::reports {
namespace {

TEST(Explanations, SurviveTheRoundTrip) {
    auto told = sample::failed();
    told.explanations = {{{"count", {"all", "later"}}, {"ttl", {"lowest"}}}, {}};
    told.excluded = {{{"count", {"none"}}}};
    told.all_explanations = false;
    auto back = sample::failed();
    ASSERT_TRUE(read_explanations(explanations_json(told), back));
    EXPECT_EQ(back.explanations, told.explanations);
    EXPECT_EQ(back.excluded, told.excluded);
    EXPECT_FALSE(back.all_explanations);
}

TEST(Explanations, LeaveTheAssessmentAloneWhenTheFileIsNone) {
    for (const auto* text : {"", "{", "[]", R"({"explanations": 1, "excluded": []})",
                             R"({"explanations": [{"count": [1]}], "excluded": [], "all": true})",
                             R"({"explanations": [], "excluded": [], "all": 3})"}) {
        auto assessment = sample::failed();
        assessment.explanations = {{{"count", {"all"}}}};
        EXPECT_FALSE(read_explanations(text, assessment)) << text;
        EXPECT_EQ(assessment.explanations.size(), 1U) << text;
        EXPECT_TRUE(assessment.all_explanations) << text;
    }
}

}  // namespace
}  // namespace twinline::reports
