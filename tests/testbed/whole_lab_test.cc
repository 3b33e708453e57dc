// The lab as a whole: it comes up, its probes are answered, its faults meet whom they are meant
// for.
#include "rig/testbed/process.hh"
#include "tests/testbed/lab_test.hh"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <utility>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using WholeLab = LabTest;

TEST_F(WholeLab, ComesUpAndGoesAgainWithinItsBudget) {
    for (int round = 0; round < 3; ++round) {
        const auto begun = std::chrono::steady_clock::now();
        auto lab = ready_lab();
        const Duration up = std::chrono::steady_clock::now() - begun;
        for (const auto& phase : lab->phases()) {
            RecordProperty(phase.name, std::to_string(phase.took / 1us) + " us");
            std::cout << phase.name << " " << phase.took / 1us << " us\n";
        }
        const auto ending = std::chrono::steady_clock::now();
        lab.reset();
        const Duration down = std::chrono::steady_clock::now() - ending;
        std::cout << "up " << up / 1ms << " ms, down " << down / 1ms << " ms\n";
        EXPECT_LT(up, 1500ms);
        EXPECT_LT(down, 500ms);
    }
    EXPECT_TRUE(troubles.empty()) << troubles.front();
}

TEST_F(WholeLab, SilenceMeetsOneSubjectAndHeals) {
    auto lab = ready_lab();
    {
        auto silence = std::move(lab->silence("primary", "device").front());
        EXPECT_FALSE(await(lab->probe("device", "primary")).answered);
        EXPECT_TRUE(await(lab->probe("device", "secondary")).answered);
        EXPECT_TRUE(await(lab->probe("twin", "primary")).answered);
        EXPECT_TRUE(await(lab->probe("unkeyed", "primary")).answered);
        EXPECT_GE(silence.heal(), silence.onset());
        EXPECT_EQ(await(lab->probe("device", "primary")).status, 200);
    }
    {
        const auto silence = lab->silence("dns", "twin");
        EXPECT_FALSE(await(lab->probe("twin", "dns")).answered);
    }
    EXPECT_TRUE(await(lab->probe("twin", "dns")).answered);
}

TEST_F(WholeLab, ARefusalIsHeardAtOnceByOneSubject) {
    auto lab = ready_lab();
    for (const std::string role : {"primary", "dns"}) {
        auto refusal = lab->refuse(role, "device");
        const auto refused = await(lab->probe("device", role));
        EXPECT_FALSE(refused.answered);
        EXPECT_TRUE(refused.refused);
        EXPECT_TRUE(await(lab->probe("twin", role)).answered);
        refusal.heal();
        EXPECT_TRUE(await(lab->probe("device", role)).answered);
    }
}

TEST_F(WholeLab, AProbeCanAskWithTheMethodThatIsRejected) {
    auto lab = ready_lab();
    const auto method = [&](const std::string& name) {
        return await(lab->probe("device", "primary", probe_deadline, name)).status;
    };
    EXPECT_EQ(method("REGISTER"), 401);
    EXPECT_EQ(method("INVITE"), 404);
    await(lab->server("primary").behave(lab->sources("device")[1], "REGISTER", "503"));
    EXPECT_EQ(method("REGISTER"), 503);
    EXPECT_EQ(method("OPTIONS"), 200);
}

TEST_F(WholeLab, TwoFaultsOfOneHostDoNotKnowOfEachOther) {
    auto lab = ready_lab();
    auto first = std::move(lab->silence("primary", "device").front());
    const auto second = lab->silence("primary", "twin");
    first.heal();
    EXPECT_TRUE(await(lab->probe("device", "primary")).answered);
    EXPECT_FALSE(await(lab->probe("twin", "primary")).answered);
}

TEST_F(WholeLab, ServersBehaveBySource) {
    auto lab = ready_lab();
    auto& primary = lab->server("primary");
    await(primary.behave("198.51.100.110", "OPTIONS", "503:7"));
    await(primary.behave("198.51.100.111", "*", "403"));
    EXPECT_EQ(await(lab->probe("device", "primary")).status, 503);
    EXPECT_EQ(await(lab->probe("twin", "primary")).status, 403);
    EXPECT_EQ(await(lab->probe("unkeyed", "primary")).status, 200);
    EXPECT_EQ(await(lab->probe("device", "secondary")).status, 200);
    await(primary.behave("198.51.100.110", "OPTIONS", "0"));
    EXPECT_FALSE(await(lab->probe("device", "primary")).answered);
    await(primary.forget("198.51.100.110"));
    EXPECT_EQ(await(lab->probe("device", "primary")).status, 200);
    EXPECT_EQ(await(lab->probe("twin", "primary")).status, 403);
}

TEST_F(WholeLab, AServerAnswersLateWhenTold) {
    auto lab = ready_lab();
    await(lab->server("primary").behave("198.51.100.110", "*", "1:300"));
    const auto result = await(lab->probe("device", "primary"));
    EXPECT_EQ(result.status, 200) << result.to_string();
    EXPECT_GE(result.rtt, 290ms);
    EXPECT_LT(result.rtt, 450ms);
}

TEST_F(WholeLab, ADeadServerIsReportedWithItsLog) {
    auto lab = ready_lab();
    lab->server("primary").signal(SIGKILL);
    ASSERT_TRUE(turn_until([&] { return !troubles.empty(); }, 5s));
    EXPECT_THAT(troubles.front(), HasSubstr("kamailio primary ended (signal 9)"));
    EXPECT_FALSE(lab->server("primary").alive());
    EXPECT_TRUE(await(lab->probe("device", "secondary")).answered);
}

TEST_F(WholeLab, LeavesNothingInItsWorkAreaButFiles) {
    ready_lab().reset();
    EXPECT_TRUE(std::filesystem::is_empty("/run/netns"));
    const auto links = run_command({"ip", "-o", "link"});
    EXPECT_THAT(links, testing::Not(HasSubstr("br-phones")));
    EXPECT_THAT(links, testing::Not(HasSubstr("port0")));
}

}  // namespace
}  // namespace twinline::testbed
