// How AudioCodes' phones go from server to server of an SRV list: the no-response timeout, the end
// of the list and the way back (AC-REG-01, AC-REG-02, AC-REG-06, AC-PAR-02, AC-GEN-02).
#include "tests/phone/audiocodes_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// NAPTR, SRV and the addresses, one answer after the other.
constexpr wire::Duration first_send = 3ms;

struct SilentServer {
    PhoneBench bench;

    explicit SilentServer(std::chrono::milliseconds limit, Readings readings = {})
        : bench(audiocodes(limit), 1, {}, std::move(readings)) {
        publish_three(bench);
        bench.servers[third] = grants(3600);
        bench.power_on();
    }
    // Whether the server gets its first request at this instant after the first of all.
    testing::AssertionResult reaches(const std::string& host, wire::Duration instant) {
        bench.run_before(first_send + instant);
        if (count_to(bench, host) != 0) return testing::AssertionFailure() << "before";
        bench.run_until(first_send + instant);
        if (count_to(bench, host) == 0) return testing::AssertionFailure() << "not yet";
        return testing::AssertionSuccess();
    }
    std::vector<wire::Duration> sends(const std::string& host) const {
        auto times = bench.times(host);
        for (auto& time : times) time -= first_send;
        return times;
    }
};

TEST(Audiocodes, LeavesASilentServerWhenTheTimeoutIsOver) {  // AC-PAR-02, AC-REG-01
    for (const auto limit : {1000ms, 3500ms, 32000ms, 60000ms}) {
        SCOPED_TRACE(limit.count());
        SilentServer phone(limit);
        EXPECT_TRUE(phone.reaches(secondary, limit));
    }
}

TEST(Audiocodes, RepeatsTheRequestUntilTheTimeoutIsOver) {  // AC-PAR-02, RFC-3261-E
    SilentServer brief(2000ms);
    brief.bench.run_until(10s);
    EXPECT_THAT(brief.sends(primary), ElementsAre(0ms, 500ms, 1500ms));
    SilentServer usual(32000ms);
    usual.bench.run_until(40s);
    EXPECT_THAT(usual.sends(primary), SizeIs(11));
}

TEST(Audiocodes, AsksServerAfterServerUntilOneAnswers) {  // AC-REG-06
    SilentServer phone(2000ms);
    EXPECT_TRUE(phone.reaches(secondary, 2000ms));
    EXPECT_TRUE(phone.reaches(third, 4000ms));
    phone.bench.run_until(10s);
    EXPECT_EQ(phone.bench.line_server(), third);
    EXPECT_THAT(phone.sends(third), ElementsAre(4000ms));
}

TEST(Audiocodes, BeginsAgainAtOnceWhenAllAreSilent) {  // AC-REG-06, after-last-server
    SilentServer phone(2000ms);
    phone.bench.servers.clear();
    phone.bench.run_before(first_send + 6500ms);
    EXPECT_THAT(phone.sends(primary), SizeIs(3));
    phone.bench.run_until(first_send + 6510ms);
    EXPECT_THAT(phone.sends(primary), SizeIs(4)) << "half a second after the last was given up";
}

TEST(Audiocodes, CanPauseWhenAllAreSilent) {  // after-last-server: pause
    SilentServer phone(2000ms, {{"after-last-server", "pause"}});
    phone.bench.servers.clear();
    phone.bench.run_before(first_send + 6s + 30s);
    EXPECT_THAT(phone.sends(primary), SizeIs(3));
    phone.bench.run_until(first_send + 6s + 61s);
    EXPECT_THAT(phone.sends(primary), ::testing::SizeIs(::testing::Gt(3U)));
}

TEST(Audiocodes, DoesNotStormServersThatAllRefuseAtOnce) {  // AC-REG-06
    for (const auto& [limit, pause] : {std::pair{2000ms, 2000ms}, {1ms, 500ms}}) {
        SCOPED_TRACE(limit.count());
        SilentServer phone(limit);
        phone.bench.servers.clear();
        std::size_t done = 0;
        for (auto now = 1ms; now <= 20s; now += 1ms) {
            phone.bench.run_until(now);
            refuse_all(phone.bench, {primary, secondary, third}, done);
        }
        const auto sends = phone.sends(primary);
        ASSERT_THAT(sends, SizeIs(::testing::Gt(2U)));
        for (std::size_t i = 1; i < sends.size(); ++i)
            EXPECT_GE(sends[i] - sends[i - 1], pause - first_send);
    }
}

TEST(Audiocodes, DoesNotStormServersThatAllSay503) {  // AC-REG-06, RFC-3261-2154
    SilentServer phone(2000ms);
    for (const auto& host : {primary, secondary, third}) phone.bench.servers[host] = always(503);
    phone.bench.run_until(20s);
    EXPECT_THAT(phone.sends(primary),
                SizeIs(::testing::AllOf(::testing::Ge(5U), ::testing::Le(11U))));
}

TEST(Audiocodes, GivesAServerThatSaysTryingItsTransaction) {  // AC-PAR-02: it is not silent
    SilentServer phone(2000ms);
    phone.bench.servers[primary] = always(100);
    phone.bench.run_until(first_send + 31900ms);
    EXPECT_THAT(phone.sends(secondary), IsEmpty());
}

TEST(Audiocodes, TurnsAtOnceFromAClosedPort) {  // AC-REG-01, RFC-3261-1714
    SilentServer phone(2000ms);
    phone.bench.run_until(first_send);
    EXPECT_THAT(phone.sends(secondary), IsEmpty());
    std::size_t done = 0;
    refuse_all(phone.bench, {primary}, done);
    EXPECT_THAT(phone.sends(secondary), ElementsAre(0ms));

    SilentServer deaf(2000ms, {{"icmp-error", "ignored"}});
    deaf.bench.run_until(first_send);
    done = 0;
    refuse_all(deaf.bench, {primary}, done);
    EXPECT_TRUE(deaf.reaches(secondary, 2000ms));
}

TEST(Audiocodes, IgnoresAnAnswerThatComesTooLate) {  // AC-REG-01, RFC-3261-1812
    SilentServer phone(2000ms);
    phone.bench.servers[secondary] = grants(3600);
    phone.bench.run_until(first_send + 2100ms);
    const auto first = phone.bench.sip_to(primary).front();
    const auto sent = phone.bench.sip().size();
    phone.bench.deliver(challenge(first.sip, "late"), primary);
    phone.bench.deliver(ok(first.sip), primary);
    phone.bench.run_until(60s);
    EXPECT_EQ(phone.bench.sip().size(), sent);
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(Audiocodes, AnswersAChallengeWhereItCameFrom) {  // AC-REG-06, RFC-3261-22
    SilentServer phone(2000ms);
    phone.bench.servers[secondary] = registrar("n");
    phone.bench.run_until(10s);
    EXPECT_EQ(phone.bench.line_server(), secondary);
    EXPECT_TRUE(phone.bench.sip().back().has_credentials());
    EXPECT_THAT(phone.sends(primary), SizeIs(3));
}

TEST(Audiocodes, TurnsFromASilentConnectionToo) {  // AC-PAR-01, AC-PAR-02
    auto config = audiocodes(2000ms);
    config.accounts[0].servers[0].transport = config::TransportChoice::tcp;
    PhoneBench bench(config);
    const std::string service = "_sip._tcp.pbx.test";
    bench.dns[{service, wire::DnsType::srv}].answer = {srv(service, 0, 0, 5060, "a.pbx.test", 300),
                                                       srv(service, 1, 0, 5060, "b.pbx.test", 300)};
    bench.dns[{"a.pbx.test", wire::DnsType::a}].answer = {a("a.pbx.test", "192.0.2.11", 300)};
    bench.dns[{"b.pbx.test", wire::DnsType::a}].answer = {a("b.pbx.test", "192.0.2.12", 300)};
    bench.hanging = {primary};
    bench.servers[secondary] = grants(3600);
    bench.power_on();
    bench.run_before(first_send + 2s);
    ASSERT_THAT(bench.opened(), SizeIs(1));
    bench.run_until(first_send + 3s);
    ASSERT_THAT(bench.opened(), SizeIs(2));
    EXPECT_EQ(bench.opened()[1].at - bench.opened()[0].at, 2s);
    EXPECT_EQ(bench.line_server(), secondary);
}

// The phone is at the second server, for a minute each time, and the first is back.
struct AwayFromFirst {
    PhoneBench bench;

    explicit AwayFromFirst(const std::string& reading)
        : bench(audiocodes(2000ms), 1, {}, {{"srv-failback", reading}}) {
        publish_pbx(bench, 3600);
        bench.servers[secondary] = grants(60);
        bench.power_on();
        bench.run_until(5s);
        bench.servers[primary] = grants(60);
    }
};

TEST(Audiocodes, RefreshesStartAtTheFirstServer) {  // AC-GEN-02, srv-failback: next-refresh
    AwayFromFirst phone("next-refresh");
    phone.bench.run_until(62s);
    EXPECT_THAT(phone.bench.sip_to(secondary), SizeIs(1));
    EXPECT_EQ(phone.bench.line_server(), primary);
}

TEST(Audiocodes, RefreshesCanStayUntilTheServerFails) {  // srv-failback: after-failure
    AwayFromFirst phone("after-failure");
    phone.bench.run_until(20min);
    EXPECT_EQ(phone.bench.line_server(), secondary);
    phone.bench.servers.erase(secondary);
    phone.bench.run_until(22min);
    EXPECT_EQ(phone.bench.line_server(), primary);
}

TEST(Audiocodes, RefreshesCanStayForATime) {  // srv-failback: timer
    AwayFromFirst phone("timer");
    phone.bench.run_until(299s);
    EXPECT_EQ(phone.bench.line_server(), secondary);
    phone.bench.run_until(363s);
    EXPECT_EQ(phone.bench.line_server(), primary);
}

TEST(Audiocodes, CallsTurnToTheSecondServerByTheSameTimeout) {  // AC-PAR-02, no-response-methods
    for (const auto& [reading, moves] :
         {std::pair{"all-requests", 2000ms}, {"register-only", 32000ms}}) {
        SCOPED_TRACE(reading);
        Caller caller(audiocodes(2000ms), {{"no-response-methods", reading}});
        caller.dies().dial();
        caller.bench.run_before(caller.dialled + moves);
        EXPECT_THAT(sent(caller.bench, "INVITE", secondary), IsEmpty());
        caller.bench.run_until(caller.dialled + moves);
        EXPECT_THAT(sent(caller.bench, "INVITE", secondary), SizeIs(1));
    }
}

TEST(Audiocodes, CallsBeginWhereThePhoneIsRegistered) {  // AC-REG-02
    SilentServer phone(2000ms);
    phone.bench.servers[secondary] = switchboard();
    phone.bench.run_until(10s);
    phone.bench.input(phone::Dial{1, "2000"});
    phone.bench.run_until(11s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    EXPECT_THAT(sent(phone.bench, "INVITE", primary), IsEmpty());
}

TEST(Audiocodes, CallsComeFromWhereThePhoneIsRegistered) {  // AC-REG-02
    SilentServer phone(2000ms);
    phone.bench.servers[secondary] = switchboard();
    phone.bench.run_until(10s);
    phone.bench.deliver(invitation(), secondary);
    phone.bench.input(phone::Answer{});
    EXPECT_EQ(phone.bench.call_state(), "talking");
    EXPECT_EQ(phone.bench.sip().back().sip.status, 200);
}

TEST(Audiocodes, SubscriptionsFollowTheRegistration) {  // AC-REG-02
    Subscriber phone(with_mwi(audiocodes(2000ms), 3600s));
    phone.bench.servers[primary] = notifier(primary, 3600, 60);
    phone.boot();
    ASSERT_THAT(phone.subscribes(primary), SizeIs(1));
    phone.bench.servers.erase(primary);
    phone.run(65s);
    EXPECT_EQ(phone.bench.line_server(), secondary);
    ASSERT_THAT(phone.subscribes(secondary), SizeIs(1));
    const auto anew = phone.subscribes(secondary).front();
    EXPECT_NE(anew.sip.call_id, phone.subscribes(primary).front().sip.call_id);
    EXPECT_THAT(anew.why.clauses, ::testing::Contains("AC-REG-02"));
    EXPECT_THAT(phone.subscribes(primary), SizeIs(1)) << "the dead server is not asked again";
}

TEST(Audiocodes, SubscriptionsStayWithARegistrationThatStays) {  // AC-REG-02
    Subscriber phone(with_mwi(audiocodes(2000ms), 3600s));
    phone.bench.servers[primary] = notifier(primary, 3600, 60);
    phone.boot().run(10min);
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
}

}  // namespace
}  // namespace twinline::test
