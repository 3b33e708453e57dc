// INVITE over the servers as the guide's scenarios have it: failover of one name, fallback to the
// second server, and the parameters that change it (YL-FO-INV, YL-FBK-INV, YL-ROE, YL-OSR, YL-IRC).
#include "reference_impl/wire/digest.hh"
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const auto four_sends = ElementsAre(0ms, 500ms, 1500ms, 3500ms);

TEST(YealinkInvite, GoesToTheSecondaryAfterTheRetries) {  // YL-FO-INV-01, YL-FO-INV-02
    Caller phone;
    phone.dies().dial();
    phone.bench.run_before(phone.dialled + 7500ms);
    EXPECT_THAT(invites(phone.bench, primary, phone.dialled), four_sends);
    EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), IsEmpty());
    phone.bench.run_until(phone.dialled + 7600ms);
    EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), ElementsAre(7500ms));
    EXPECT_EQ(phone.bench.call_state(), "talking");
    const auto all = sent(phone.bench, "INVITE");
    EXPECT_NE(all.front().branch(), all.back().branch());  // RFC-3263-08
    EXPECT_EQ(all.front().branch(), all[3].branch());
    EXPECT_THAT(sent(phone.bench, "REGISTER", secondary), IsEmpty());  // YL-ROE-01
}

TEST(YealinkInvite, FollowsItsReadings) {
    const auto at_secondary = [](Readings readings) {
        Caller phone(yealink_failover(), std::move(readings));
        phone.dies().dial().run(200s);
        const auto times = invites(phone.bench, secondary, phone.dialled);
        return times.empty() ? wire::Duration{-1} : times.front();
    };
    EXPECT_EQ(at_secondary({{"retry-count-meaning", "sends-in-all"}}), 3500ms);
    EXPECT_EQ(at_secondary({{"give-up-instant", "at-last-retry"}}), 3500ms);
    EXPECT_EQ(at_secondary({{"give-up-instant", "transaction-timer"}}), 32s);
    EXPECT_EQ(at_secondary({{"retry-form", "new-request"}}), 128s);
}

TEST(YealinkInvite, StartsTheNextCallAtThePrimary) {  // YL-FO-INV-03, YL-FO-INV-04, YL-FB-NEW-01
    Caller phone;
    phone.dies().dial().run(10s).hang_up();
    phone.dial().run(10s);
    EXPECT_EQ(invites(phone.bench, primary, phone.dialled).back(), 3500ms);
    phone.hang_up();
    phone.bench.servers[primary] = switchboard();
    phone.dial().run(1s);
    EXPECT_EQ(sent(phone.bench, "INVITE").back().host(), primary);
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(YealinkInvite, CountsByTheParameterOfItsReading) {  // YL-PAR-25, invite-count-parameter
    auto config = yealink_failover();
    config.accounts[0].servers[0].invite_retry_counts = 1;
    Caller phone(config);
    phone.dies().dial().run(20s);
    EXPECT_THAT(invites(phone.bench, primary, phone.dialled), ElementsAre(0ms, 500ms));
    Caller other(config, {{"invite-count-parameter", "retry-counts"}});
    other.dies().dial().run(20s);
    EXPECT_THAT(invites(other.bench, primary, other.dialled), four_sends);
}

TEST(YealinkInvite, TenRetriesGoPastTimerBOrAreCapped) {  // YL-IRC-01, retry-beyond-timer
    auto config = yealink_failover();
    config.accounts[0].servers[0].invite_retry_counts = 8;
    Caller phone(config);
    phone.dies().dial().run(200s);
    EXPECT_EQ(invites(phone.bench, primary, phone.dialled).size(), 9U);
    Caller capped(config, {{"retry-beyond-timer", "timer-caps"}});
    capped.dies().dial().run(200s);
    EXPECT_EQ(invites(capped.bench, primary, capped.dialled).size(), 7U);
    EXPECT_THAT(invites(capped.bench, secondary, capped.dialled), ElementsAre(32s));
}

TEST(YealinkInvite, StaysWithAServerThatIsTrying) {  // YS-INV-11
    Caller phone;
    phone.bench.servers[primary] = answers_invite(100);
    phone.dial().run(60s);
    EXPECT_THAT(invites(phone.bench, primary, phone.dialled), ElementsAre(0ms));
    EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), IsEmpty());
}

TEST(YealinkInvite, LeavesAnUnavailableServerAtOnce) {  // unavailable-server, RFC-3261-2154
    Caller phone;
    phone.bench.servers[primary] = answers_invite(503);
    phone.dial().run(1s);
    EXPECT_EQ(sent(phone.bench, "ACK", primary).size(), 1U);
    EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), ElementsAre(1ms));
    Caller counted(yealink_failover(), {{"unavailable-server", "retries-then-next"}});
    counted.bench.servers[primary] = answers_invite(503);
    counted.dial().run(1s);
    EXPECT_EQ(sent(counted.bench, "INVITE", primary).size(), 4U);
    EXPECT_EQ(sent(counted.bench, "INVITE", secondary).size(), 1U);
}

TEST(YealinkInvite, TakesNoForAnAnswer) {  // YS-INV-13, RFC-3261-21x
    for (const int status : {404, 486, 603, 500, 504}) {
        Caller phone;
        phone.bench.servers[primary] = answers_invite(status);
        phone.dial().run(10s);
        EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), IsEmpty()) << status;
        EXPECT_EQ(phone.bench.call_state(), "failed") << status;
    }
    Caller phone(yealink_failover(), {{"invite-5xx", "next-at-once"}});
    phone.bench.servers[primary] = answers_invite(500);
    phone.dial().run(10s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(YealinkInvite, EndsTheCallThatTheFirstServerAnswersTooLate) {  // YS-INV-14
    Caller phone;
    phone.dies().dial().run(9s);
    ASSERT_EQ(phone.bench.call_state(), "talking");
    auto late = take_call(sent(phone.bench, "INVITE", primary).front().sip);
    late.to.params = {{"tag", "other-end"}};
    phone.bench.deliver(late, primary);
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 2U);
    ASSERT_EQ(sent(phone.bench, "BYE").size(), 1U);
    EXPECT_EQ(sent(phone.bench, "BYE")[0].sip.tag_of_to(), "other-end");
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(YealinkInvite, IsForgottenWhenTheUserHangsUpDuringTheFailover) {  // YS-INV-15
    Caller phone;
    phone.dies().dial().run(2s);
    phone.hang_up().run(60s);
    EXPECT_THAT(sent(phone.bench, "CANCEL"), IsEmpty());
    EXPECT_THAT(invites(phone.bench, secondary, phone.dialled), IsEmpty());
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(YealinkInvite, AnswersTheChallengeWhereItCameFrom) {  // YS-INV-20, RFC-3261-22
    Caller phone;
    phone.bench.servers[secondary] =
        [](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "ACK") return std::nullopt;
        const auto* header = request.find("Proxy-Authorization");
        if (header != nullptr &&
            wire::verify(*header, {"1001", "correct-horse"}, "INVITE", "pbx.test", "nonce-b"))
            return take_call(request);
        auto response = answer(request, 407);
        response.challenges = {{true, "Digest", {{"realm", "pbx.test"}, {"nonce", "nonce-b"}}}};
        return response;
    };
    phone.dies().dial().run(10s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    const auto there = sent(phone.bench, "INVITE", secondary);
    ASSERT_EQ(there.size(), 2U);
    EXPECT_EQ(there[1].sip.cseq, there[0].sip.cseq + 1);
    EXPECT_EQ(there[1].sip.call_id, there[0].sip.call_id);
    EXPECT_EQ(invites(phone.bench, primary, phone.dialled).size(), 4U);
}

config::PhoneConfig registering() {
    auto config = yealink_failover();
    config.accounts[0].servers[0].register_on_enable = true;
    return config;
}

TEST(YealinkInvite, RegistersAtTheSecondaryBefore) {  // YL-ROE-02
    Caller phone(registering());
    phone.dies().dial().run(10s);
    const auto registers = sent(phone.bench, "REGISTER", secondary);
    const auto calls = sent(phone.bench, "INVITE", secondary);
    ASSERT_EQ(registers.size(), 1U);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(registers[0].at - phone.dialled, 7500ms);
    EXPECT_GT(calls[0].at, registers[0].at);
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(YealinkInvite, IsDroppedWhereTheSecondaryDoesNotRegister) {  // register-on-refused
    const auto run = [](Readings readings) {
        Caller phone(registering(), std::move(readings));
        phone.bench.servers[secondary] =
            [](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
            if (request.method == "REGISTER") return answer(request, 403);
            return switchboard()(request);
        };
        phone.dies().dial().run(100s);
        return sent(phone.bench, "INVITE", secondary).size();
    };
    EXPECT_EQ(run({}), 0U);
    EXPECT_EQ(run({{"register-on-refused", "request-sent"}}), 1U);
    EXPECT_EQ(run({{"register-on-refused", "next-server"}}), 0U);
}

TEST(YealinkInvite, GoesOnlyToRegisteredServersWhereTold) {  // YL-OSR-01, YL-OSR-02
    auto config = yealink_failover();
    config.accounts[0].servers[0].only_signal_with_registered = true;
    Caller strict(config);
    strict.dies().dial().run(20s);
    EXPECT_THAT(invites(strict.bench, secondary, strict.dialled), IsEmpty());
    EXPECT_EQ(strict.bench.call_state(), "failed");
    Caller inert(config, {{"only-signal-without-register-on", "inert"}});
    inert.dies().dial().run(20s);
    EXPECT_EQ(inert.bench.call_state(), "talking");
    config.accounts[0].servers[0].register_on_enable = true;
    Caller both(config);
    both.dies().dial().run(20s);
    EXPECT_EQ(both.bench.call_state(), "talking");
    EXPECT_LT(sent(both.bench, "REGISTER", secondary)[0].at,
              sent(both.bench, "INVITE", secondary)[0].at);
}

config::FailbackMode mode(int number) { return static_cast<config::FailbackMode>(number); }

// Which server the call after an INVITE-only failover goes to first.
std::string second_call(int number, Readings readings = {}) {
    Caller phone(yealink_failover(mode(number), 300s), std::move(readings));
    phone.dies().dial().run(10s).hang_up();
    const auto before = sent(phone.bench, "INVITE").size();
    phone.dial().run(1s);
    return sent(phone.bench, "INVITE").at(before).host();
}

TEST(YealinkInvite, GoesFirstWhereItsFailbackModeSays) {  // YL-PAR-26, YS-FB-20 to YS-FB-23
    EXPECT_EQ(second_call(0), primary);
    EXPECT_EQ(second_call(1), secondary);
    EXPECT_EQ(second_call(1, {{"last-server-modes-1-2", "last-registered"}}), primary);
    EXPECT_EQ(second_call(2), secondary);
    EXPECT_EQ(second_call(2, {{"last-server-modes-1-2", "last-registered"}}), primary);
    EXPECT_EQ(second_call(3), primary);
    EXPECT_EQ(second_call(3, {{"last-server-mode-3", "last-used"}}), secondary);
}

TEST(YealinkInvite, GoesHomeWhenTheTimeOfTheStayIsOver) {  // YL-FB-DUR-01
    Caller phone(yealink_failover(mode(3), 300s), {{"last-server-mode-3", "last-used"}});
    phone.dies().dial().run(8s);
    const auto used = sent(phone.bench, "INVITE", secondary).front().at + 1ms;
    phone.hang_up();
    phone.bench.servers[primary] = switchboard();
    phone.bench.run_until(used + 298s);
    phone.dial().run(1ms).hang_up();
    EXPECT_EQ(sent(phone.bench, "INVITE").back().host(), secondary);
    phone.bench.run_until(used + 300s);
    phone.dial().run(1s);
    EXPECT_EQ(sent(phone.bench, "INVITE").back().host(), primary);
}

struct TwoServers : Caller {
    explicit TwoServers(config::Redundancy redundancy, Readings readings = {})
        : Caller(yealink_fallback(redundancy), std::move(readings)) {
        bench.servers[fallback] = switchboard(100);
    }
};

TEST(YealinkInvite, GoesToTheFallbackServer) {  // YL-FBK-INV-01 to YL-FBK-INV-03
    TwoServers phone(config::Redundancy::concurrent);
    phone.dies().dial().run(8s);
    EXPECT_THAT(invites(phone.bench, working, phone.dialled), four_sends);
    EXPECT_THAT(invites(phone.bench, fallback, phone.dialled), ElementsAre(7500ms));
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(YealinkInvite, StaysWithTheFallbackServerWhileTheWorkingIsKnownToBeDown) {  // YL-FBK-INV-04
    const auto first = [](Readings readings) {
        auto config = yealink_fallback(config::Redundancy::concurrent);
        Caller phone(config, std::move(readings));
        phone.bench.servers[working] = phone.bench.servers[fallback] = switchboard(60);
        phone.run(3600s);
        phone.dies().run(100s);
        phone.dial().run(1s);
        return sent(phone.bench, "INVITE").front().host();
    };
    EXPECT_EQ(first({}), fallback);
    EXPECT_EQ(first({{"concurrent-invite-while-down", "working-first"}}), working);
}

TEST(YealinkInvite, FailsWithANoticeWhenAllAreUsedUp) {  // YS-INV-19
    TwoServers phone(config::Redundancy::concurrent);
    phone.dies();
    phone.bench.servers.erase(fallback);
    phone.dial();
    phone.bench.run_before(phone.dialled + 15s);
    EXPECT_EQ(phone.bench.call_state(), "calling");
    phone.bench.run_until(phone.dialled + 15s);
    EXPECT_EQ(phone.bench.call_state(), "failed");
    EXPECT_THAT(phone.bench.call_notice(), testing::HasSubstr("did not answer"));
}

TEST(YealinkInvite, HoldsBackTheWayHomeDuringACall) {  // YL-FB-IDLE-01, YL-FB-IDLE-02
    Caller phone(yealink_failover(mode(3), 60s));
    phone.bench.servers[primary] = phone.bench.servers[secondary] = switchboard(40);
    phone.run(3600s);
    phone.dies().run(50s);
    ASSERT_EQ(phone.bench.line_server(), secondary);
    phone.bench.servers[primary] = switchboard(40);
    phone.dial().run(200s);
    for (const auto& s : sent(phone.bench, "REGISTER", primary)) EXPECT_LT(s.at, phone.dialled);
    phone.hang_up().run(60s);
    EXPECT_EQ(phone.bench.line_server(), primary);
}

}  // namespace
}  // namespace twinline::test
