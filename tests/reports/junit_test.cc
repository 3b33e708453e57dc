// What a build server reads of a run.
#include "reports/junit.hh"

#include "tests/reports/sample.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace twinline::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JUnit, CountsAndExplains) {
    const std::vector<judge::Assessment> all{sample::passed(), sample::failed(),
                                             sample::inconclusive(), sample::not_applicable(),
                                             sample::broken()};
    const auto xml = junit("baresip", all);
    EXPECT_THAT(xml,
                HasSubstr("<testsuite name=\"baresip\" tests=\"5\" failures=\"1\" errors=\"1\" "
                          "skipped=\"2\""));
    EXPECT_THAT(xml, HasSubstr("<testcase classname=\"generic/register\" "
                               "name=\"failover-silent-primary\" time=\"104.001\">"));
    EXPECT_THAT(xml, HasSubstr("<failure message=\"the secondary is tried 63.9 s"));
    EXPECT_THAT(xml, HasSubstr("<error message=\"reference suspect"));
    EXPECT_THAT(xml, HasSubstr("<skipped message=\"not applicable: baresip lacks"));
    EXPECT_THAT(xml, HasSubstr("<skipped message=\"inconc: 3 frames"));
    EXPECT_THAT(xml, HasSubstr("<system-out>deviation: RFC3263-4.2"));
}

TEST(JUnit, EscapesHostileText) {
    auto a = sample::failed();
    a.reason = a.findings[1].text = sample::hostile;
    const auto xml = junit(sample::hostile, {{a}});
    EXPECT_THAT(xml, Not(HasSubstr("<script>")));
    EXPECT_THAT(xml, Not(HasSubstr("<img")));
    EXPECT_THAT(xml, Not(HasSubstr("]]>")));
    EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace twinline::reports
