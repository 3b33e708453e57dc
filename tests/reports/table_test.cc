// The terminal table: alignment, colour, what stands under a row; the progress line.
#include "reports/table.hh"

#include "tests/reports/sample.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace twinline::reports {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::vector<judge::Assessment> all() {
    return {sample::passed(), sample::failed(), sample::inconclusive(), sample::not_applicable(),
            sample::broken()};
}

TEST(Table, AlignsItsColumns) {
    const auto text = table(all(), Colour::off, 160);
    std::istringstream lines(text);
    std::string head;
    std::getline(lines, head);
    const auto scenario_at = head.find("scenario");
    const auto reason_at = head.find("reason");
    for (std::string line; std::getline(lines, line) && !line.empty();) {
        if (line.starts_with(' ')) continue;
        EXPECT_EQ(line.find("generic/"), scenario_at) << line;
        EXPECT_EQ(line.substr(reason_at - 2, 2), "  ") << line;
        EXPECT_NE(line.at(reason_at - 3), ' ') << line;
        EXPECT_NE(line.at(reason_at), ' ') << line;
    }
    EXPECT_THAT(text, HasSubstr(" 1:04  all 4 expectations hold\n"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Table, ListsWhatWeighsUnderTheRow) {
    const auto text = table(all(), Colour::off, 160);
    EXPECT_THAT(text, HasSubstr("fail  RFC3263-4.3: The secondary is tried when"));
    EXPECT_THAT(text, HasSubstr("deviation  RFC3263-4.2: The reference kept"));
    EXPECT_THAT(text, Not(HasSubstr("Retransmissions follow timer E")));
    EXPECT_THAT(text,
                HasSubstr("1 pass, 1 fail, 1 inconc, 1 error, 1 not applicable; 1 deviation\n"));
}

TEST(Table, PaintsVerdictsWhenAsked) {
    const auto text = table(all(), Colour::on, 160);
    EXPECT_THAT(text, HasSubstr("\x1b[32mpass          \x1b[0m  generic"));
    EXPECT_THAT(text, HasSubstr("\x1b[1;31mfail"));
    EXPECT_THAT(text, HasSubstr("\x1b[33mdeviation\x1b[0m"));
}

TEST(Table, WrapsInANarrowTerminal) {
    for (const std::size_t width : {60U, 80U, 110U}) {
        const auto text = table(all(), Colour::off, width);
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), std::max<std::size_t>(width, 70)) << line;
    }
}

TEST(Table, LetsNoEscapeSequenceThrough) {
    auto a = sample::failed();
    a.reason = a.scenario = a.findings[0].text = sample::hostile;
    EXPECT_THAT(table({{a}}, Colour::off, 100), Not(HasSubstr("\x1b")));
}

TEST(Table, SaysThatNothingRan) {
    EXPECT_THAT(table({}, Colour::off, 80), HasSubstr("nothing ran"));
}

TEST(Progress, ReckonsWhatRemains) {
    EXPECT_EQ(progress({.done = 3, .total = 12, .elapsed = 65s, .remaining = {}, .now = "a/b"}, 80),
              "3/12  elapsed 1:05  remaining 3:15  a/b");
    EXPECT_EQ(progress({.done = 0, .total = 2, .elapsed = 1s, .remaining = {}, .now = ""}, 80),
              "0/2  elapsed 1.0 s  remaining ?");
    EXPECT_EQ(progress({.done = 0, .total = 2, .elapsed = 1s, .remaining = 3min, .now = ""}, 80),
              "0/2  elapsed 1.0 s  remaining 3:00");
}

TEST(Progress, FitsTheTerminal) {
    EXPECT_EQ(progress({.done = 3, .total = 12, .elapsed = 65s, .remaining = {}, .now = "a/b"}, 10),
              "3/12  ela…");
}

TEST(Duration, ReadsWell) {
    EXPECT_EQ(duration_text(850ms), "850 ms");
    EXPECT_EQ(duration_text(999'600us), "1.0 s");
    EXPECT_EQ(duration_text(59'940ms), "59.9 s");
    EXPECT_EQ(duration_text(59'950ms), "1:00");
    EXPECT_EQ(duration_text(3599'400ms), "59:59");
    EXPECT_EQ(duration_text(3723s), "1:02:03");
}

}  // namespace
}  // namespace twinline::reports
