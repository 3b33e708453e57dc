// A phone's log beside its capture: both forms of a line, what is none, what a line means, and how
// far the two clocks are apart.
#include "rig/field/syslog.hh"

#include "rig/field/marks.hh"
#include "rig/field/told.hh"

#include "virtual_capture.hh"
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace twinline::test {
namespace {

using field::MarkKind;
using field::parse_syslog;
using namespace std::chrono_literals;

timeline::Instant instant(int year, unsigned month, unsigned day, timeline::Duration in_day) {
    return timeline::Instant{} +
           std::chrono::sys_days(std::chrono::year(year) / month / day).time_since_epoch() + in_day;
}

TEST(ALineOfSyslog, IsReadInBothForms) {
    const auto in_day = 22h + 14min + 15s;
    const auto modern = parse_syslog(
        R"(<165>1 2003-10-11T22:14:15.003Z 192.0.2.1 sip 8710 - [a b="x ] y"][c] Register success)",
        {});
    ASSERT_TRUE(modern);
    EXPECT_EQ(modern->at, instant(2003, 10, 11, in_day + 3ms));
    EXPECT_EQ(modern->text, "Register success");
    const auto old = parse_syslog("<34>Oct  1 22:14:15 phone sip[12]: Register success", {});
    ASSERT_TRUE(old);
    EXPECT_EQ(old->at, instant(2024, 10, 1, in_day));
    EXPECT_EQ(old->text, "sip[12]: Register success");
    const auto of_a_server = parse_syslog("2003-10-11T22:14:15+02:00 phone sip: Reboot", {});
    ASSERT_TRUE(of_a_server);
    EXPECT_EQ(of_a_server->at, instant(2003, 10, 11, in_day - 2h));
    EXPECT_EQ(of_a_server->text, "sip: Reboot");
}

TEST(ALineOfSyslog, WithoutAYearFollowsTheOneBefore) {
    const auto last = parse_syslog("Dec 31 23:59:59 phone a", {});
    ASSERT_TRUE(last);
    const auto next = parse_syslog("Jan  1 00:00:01 phone b", last->at);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->at - last->at, 2s);
}

TEST(ALineOfSyslog, IsNoneWithoutATime) {
    for (const auto* line :
         {"", "hello", "<34>", "<999>Oct 11 22:14:15 a b", "Okt 11 22:14:15 a b",
          "Oct 11 22:61:15 a b", "Oct 32 22:14:15 a b", "2003-13-01T00:00:00Z a b",
          "2003-10-11T22:14:15+2 a b", "Oct 11 22:14:15x"})
        EXPECT_FALSE(parse_syslog(line, {})) << line;
}

TEST(ALineOfSyslog, MeansWhatItPlainlySays) {
    EXPECT_EQ(field::meaning_of("sip: account 1 REGISTERED"), MarkKind::registered);
    EXPECT_EQ(field::meaning_of("Register failed: 408"), MarkKind::failed);
    EXPECT_EQ(field::meaning_of("failover to 192.0.2.12"), MarkKind::failover);
    EXPECT_EQ(field::meaning_of("Rebooting now"), MarkKind::boot);
    EXPECT_EQ(field::meaning_of("unregistered line 1"), std::nullopt);
    EXPECT_EQ(field::meaning_of("DHCP lease renewed"), std::nullopt);
}

// A phone that fails over to the secondary, its log, and a file of it.
class ALog : public ::testing::Test {
  protected:
    ~ALog() override { std::filesystem::remove(file_); }

    field::Syslog read(const std::string& text) {
        std::ofstream(file_) << text;
        return field::read_syslog(file_);
    }
    static std::vector<field::Explanation> phones() {
        const auto& scenario =
            catalogue().scenarios.at("generic/register/boot-failover-silent-primary");
        return explained(capture_of(scenario), scenario);
    }

    std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("twinline-syslog-" + std::to_string(getpid()));
};

TEST_F(ALog, StandsOnTheClockOfTheCapture) {
    auto all = phones();
    ASSERT_EQ(all.size(), 1U);
    const auto registered =
        std::ranges::find_if(all.front().phone.events, [](const timeline::Event& event) {
            return event.kind == "sip.response" && event.field("status") == "200";
        });
    ASSERT_NE(registered, all.front().phone.events.end());
    const auto log = read(
        "<14>1 2026-01-02T03:00:00Z phone sip - - - booting\n"
        "what is this\n"
        "<14>1 2026-01-02T03:00:32Z phone sip - - - failover to the next server\n"
        "<14>1 2026-01-02T03:00:32Z phone sip - - - registered, 200\n");
    ASSERT_EQ(log.faults.size(), 1U);
    EXPECT_EQ(log.faults.front().find(file_.string() + ":2: "), 0U) << log.faults.front();
    field::add_log(log, all);
    const auto& told = all.front().log;
    EXPECT_EQ(told.matched, 2U);
    ASSERT_EQ(told.marks.size(), 3U);
    EXPECT_LT(std::chrono::abs(told.marks.back().at - registered->at), 1500ms);
    EXPECT_EQ(told.marks.back().at - told.marks.front().at, 32s);
    EXPECT_NE(as_text(all.front()).find("its log, line 4: registered, 200"), std::string::npos)
        << as_text(all.front());
}

TEST_F(ALog, OfSomethingElseIsNotPutAnywhere) {
    auto all = phones();
    field::add_log(read("Oct 11 22:14:15 phone net: DHCP lease renewed\n"), all);
    EXPECT_FALSE(all.front().log.ahead);
    EXPECT_TRUE(all.front().log.marks.empty());
    EXPECT_FALSE(all.front().log.notes.empty());
}

}  // namespace
}  // namespace twinline::test
