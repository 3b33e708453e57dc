// Two configured servers: concurrent registration at both, successive registration at one, probes
// of the dead working server and the return (YL-REG-04 ff., YL-FBK-REG, YL-PAR-21).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using config::Redundancy;

TEST(YealinkConcurrent, RegistersAtBothServersAtTheSameTime) {  // concurrent-start: at-once
    PhoneBench bench(yealink_fallback(Redundancy::concurrent));
    bench.power_on();
    ASSERT_EQ(bench.sip().size(), 2U);
    EXPECT_EQ(bench.times(working).front(), 0ms);
    EXPECT_EQ(bench.times(fallback).front(), 0ms);
    EXPECT_NE(bench.sip()[0].sip.call_id, bench.sip()[1].sip.call_id);
}

TEST(YealinkConcurrent, CanWaitForTheWorkingServersAnswer) {  // concurrent-start: after-answer
    PhoneBench bench(yealink_fallback(Redundancy::concurrent), 1, {},
                     {{"concurrent-start", "after-answer"}});
    bench.servers[working] = grants(3600);
    bench.power_on();
    bench.run_before(1ms);
    EXPECT_EQ(count_to(bench, fallback), 0U);
    bench.run_until(1ms);
    EXPECT_EQ(count_to(bench, fallback), 1U);
}

TEST(YealinkConcurrent, HoldsBothRegistrations) {  // YL-REG-04
    for (const auto* start : {"at-once", "after-answer"}) {
        PhoneBench bench(yealink_fallback(Redundancy::concurrent), 1, {},
                         {{"concurrent-start", start}});
        bench.servers[working] = bench.servers[fallback] = grants(100);
        bench.power_on();
        bench.run_until(1000s);
        EXPECT_GE(count_to(bench, working), 11U);
        EXPECT_GE(count_to(bench, fallback), 11U);
    }
}

TEST(YealinkConcurrent, KeepsTheFallbackRegistrationWhileTheWorkingServerIsDead) {  // YL-REG-05
    PhoneBench bench(yealink_fallback(Redundancy::concurrent));
    bench.servers[fallback] = grants(100);
    bench.power_on();
    bench.run_until(1000s);
    EXPECT_GE(count_to(bench, fallback), 11U);
    EXPECT_LE(count_to(bench, fallback), 13U);
    EXPECT_GT(count_to(bench, working), 4U) << "it is asked again";
}

// The working server falls silent while both hold a registration of 100 s. The starts of what it is
// asked after that.
std::vector<wire::Duration> asked_while_dead(Readings readings) {
    PhoneBench bench(yealink_fallback(Redundancy::concurrent), 1, {}, std::move(readings));
    bench.servers[working] = bench.servers[fallback] = grants(100);
    bench.power_on();
    bench.run_until(1s);
    bench.servers.erase(working);
    bench.run_until(600s);
    std::vector<wire::Duration> starts;
    std::uint32_t last = bench.sip_to(working).front().sip.cseq;
    for (const auto& sent : bench.sip_to(working))
        if (std::exchange(last, sent.sip.cseq) != sent.sip.cseq) starts.push_back(sent.at);
    return starts;
}

TEST(YealinkConcurrent, AsksADeadServerAtTheUsualTimes) {  // concurrent-probe-interval
    const auto starts = asked_while_dead({});
    ASSERT_GE(starts.size(), 5U);
    for (std::size_t i = 1; i < starts.size(); ++i) {
        EXPECT_GE(starts[i] - starts[i - 1], 80s);
        EXPECT_LE(starts[i] - starts[i - 1], 90s);
    }
}

TEST(YealinkConcurrent, CanAskADeadServerAfterAPause) {  // concurrent-probe-interval: fixed-retry
    const auto starts = asked_while_dead({{"concurrent-probe-interval", "fixed-retry"}});
    ASSERT_GE(starts.size(), 2U);
    EXPECT_LT(starts[1] - starts[0], 80s);
}

struct Successive {
    PhoneBench bench;

    explicit Successive(Readings readings = {}, std::chrono::seconds interval = 120s,
                        std::uint32_t working_expires = 3600)
        : bench(config(interval, working_expires), 1, {}, std::move(readings)) {
        bench.servers[fallback] = grants(3600);
    }
    static config::PhoneConfig config(std::chrono::seconds interval, std::uint32_t expires) {
        auto config = yealink_fallback(Redundancy::successive, interval);
        config.accounts[0].servers[0].expires = std::chrono::seconds(expires);
        return config;
    }
    testing::AssertionResult turns_at(wire::Duration instant) {
        bench.run_before(instant);
        if (count_to(bench, fallback) != 0) return testing::AssertionFailure() << "turned before";
        bench.run_until(instant);
        if (count_to(bench, fallback) != 1) return testing::AssertionFailure() << "did not turn";
        return testing::AssertionSuccess();
    }
    // Registered at the working server for `expires`, which then falls silent. The instant at which
    // the first REGISTER that it does not answer is sent.
    wire::Duration dies_while_registered(std::uint32_t expires) {
        bench.servers[working] = grants(expires);
        bench.power_on();
        bench.run_until(1s);
        bench.servers.erase(working);
        while (count_to(bench, working) < 2) bench.run_until(*bench.next_deadline());
        return bench.times(working)[1];
    }
    std::vector<wire::Duration> probes() const {
        std::vector<wire::Duration> starts;
        std::uint32_t last = 0;
        for (const auto& sent : bench.sip_to(working))
            if (std::exchange(last, sent.sip.cseq) != sent.sip.cseq) starts.push_back(sent.at);
        return starts;
    }
};

TEST(YealinkSuccessive, RegistersAtTheWorkingServerOnly) {  // YL-REG-07, YL-REG-08
    Successive phone;
    phone.bench.servers[working] = grants(100);
    phone.bench.power_on();
    phone.bench.run_until(2000s);
    EXPECT_GE(count_to(phone.bench, working), 20U);
    EXPECT_EQ(count_to(phone.bench, fallback), 0U);
}

TEST(YealinkSuccessive, TurnsToTheFallbackAtBootAfterTheRetries) {  // fallback-wait-at-boot
    Successive phone;
    phone.bench.power_on();
    EXPECT_TRUE(phone.turns_at(7500ms));
    EXPECT_EQ(count_to(phone.bench, working), 4U);
}

TEST(YealinkSuccessive, CanWaitForTheTransactionAtBoot) {  // fallback-wait-at-boot
    Successive phone(Readings{{"fallback-wait-at-boot", "transaction-timer"}});
    phone.bench.power_on();
    EXPECT_TRUE(phone.turns_at(32s));
}

TEST(YealinkSuccessive, CanWaitForTheExpiryAtBoot) {  // fallback-wait-at-boot: expiry
    Successive phone(Readings{{"fallback-wait-at-boot", "expiry"}}, 7000s);
    phone.bench.power_on();
    EXPECT_TRUE(phone.turns_at(3600s));
}

TEST(YealinkSuccessive, WaitsForTheEndOfTheRegistration) {  // fallback-wait-registered: expiry
    Successive phone(Readings{}, 7000s);
    phone.dies_while_registered(1000);
    EXPECT_TRUE(phone.turns_at(1000s + 1ms)) << "the binding was granted after 1 ms";
}

TEST(YealinkSuccessive, CanTurnRightAfterTheRetriesOfTheRefresh) {  // fallback-wait-registered
    Successive phone(Readings{{"fallback-wait-registered", "after-retries"}});
    const auto refresh = phone.dies_while_registered(1000);
    EXPECT_TRUE(phone.turns_at(refresh + 7500ms));
}

TEST(YealinkSuccessive, CanTurnAtTheEndOfTheTransaction) {  // fallback-wait-registered
    Successive phone(Readings{{"fallback-wait-registered", "transaction-timer"}});
    const auto refresh = phone.dies_while_registered(1000);
    EXPECT_TRUE(phone.turns_at(refresh + 32s));
}

TEST(YealinkSuccessive, ProbesTheWorkingServerAtIntervals) {  // fallback-probe-origin: from-start
    Successive phone;
    phone.bench.power_on();
    phone.bench.run_before(360s);
    EXPECT_THAT(phone.probes(), testing::ElementsAre(0s, 120s, 240s));
    phone.bench.run_until(360s);
    EXPECT_EQ(phone.probes().back(), 360s);
}

TEST(YealinkSuccessive, CanCountTheIntervalFromTheEndOfAProbe) {  // fallback-probe-origin: from-end
    Successive phone(Readings{{"fallback-probe-origin", "from-end"}});
    phone.bench.power_on();
    phone.bench.run_until(300s);
    EXPECT_THAT(phone.probes(), testing::ElementsAre(0s, 127500ms, 255s));
}

TEST(YealinkSuccessive, StretchesAnIntervalThatIsShorterThanTheProbe) {  // fallback-probe-retries
    Successive phone(Readings{{"fallback-probe-retries", "full-transaction"}}, 10s);
    phone.bench.power_on();
    phone.bench.run_until(60s);
    ASSERT_EQ(phone.probes().size(), 3U);
    EXPECT_EQ(phone.probes()[1], 10s);
    EXPECT_GE(phone.probes()[2], 42s) << "no new REGISTER before the former has ended";
    EXPECT_LE(phone.probes()[2], 43s);
}

TEST(YealinkSuccessive, GivesAProbeTheLifeThatItsReadingSays) {  // fallback-probe-retries
    for (const auto& [reading, sends] :
         {std::pair{"retry-counts", 4U}, {"full-transaction", 11U}, {"single", 1U}}) {
        Successive phone(Readings{{"fallback-probe-retries", reading}});
        phone.bench.power_on();
        phone.bench.run_before(120s);
        const auto before = count_to(phone.bench, working);
        EXPECT_EQ(before, 4U) << "the first REGISTER is no probe";
        phone.bench.run_before(240s);
        EXPECT_EQ(count_to(phone.bench, working) - before, sends) << reading;
    }
}

TEST(YealinkSuccessive, SendsASingleProbeOnceEvenWhereRetriesAreNewRequests) {  // retry-form
    Successive phone(Readings{{"fallback-probe-retries", "single"}, {"retry-form", "new-request"}},
                     300s);
    phone.bench.power_on();
    phone.bench.run_before(300s);
    const auto before = count_to(phone.bench, working);
    phone.bench.run_before(600s);
    EXPECT_EQ(count_to(phone.bench, working) - before, 1U);
}

struct Returned : Successive {
    explicit Returned(Readings readings = {}) : Successive(std::move(readings)) {
        bench.servers[fallback] = grants(100);
        bench.power_on();
        bench.run_until(119s);
        bench.servers[working] = grants(3600);
        bench.run_until(121s);
    }
};

TEST(YealinkSuccessive,
     ReturnsWithTheProbeThatIsAnsweredAndLetsTheFallbackRunOut) {  // YL-FBK-REG-06
    Returned phone;
    const auto then = count_to(phone.bench, fallback);
    EXPECT_EQ(phone.probes().back(), 120s);
    phone.bench.run_until(2000s);
    EXPECT_EQ(count_to(phone.bench, fallback), then) << "no refresh and no removal there";
    EXPECT_EQ(phone.probes().size(), 2U);
}

TEST(YealinkSuccessive, CanRemoveTheFallbackRegistrationOnReturn) {  // fallback-return-cleanup
    Returned phone(Readings{{"fallback-return-cleanup", "removed"}});
    const auto last = phone.bench.sip_to(fallback).back();
    EXPECT_EQ(last.at, 120s + 1ms);
    EXPECT_EQ(last.sip.expires, 0U);
    const auto then = count_to(phone.bench, fallback);
    phone.bench.run_until(2000s);
    EXPECT_EQ(count_to(phone.bench, fallback), then);
}

TEST(YealinkSuccessive, TurnsAgainWhenTheWorkingServerDiesAgain) {  // YL-REG-09
    Returned phone;
    const auto then = count_to(phone.bench, fallback);
    phone.bench.servers.erase(working);
    phone.bench.run_before(120s + 3600s + 1ms);
    EXPECT_EQ(count_to(phone.bench, fallback), then);
    phone.bench.run_until(120s + 3600s + 10s);
    EXPECT_GT(count_to(phone.bench, fallback), then);
}

TEST(YealinkFallback, NamesTheUserAsItsReadingSays) {  // YL-GEN-07, aor-host-fallback
    for (const auto* host : {"192.0.2.15", "192.0.2.11"}) {
        auto config = yealink_fallback(Redundancy::concurrent);
        config.accounts[0].domain.clear();
        PhoneBench bench(
            config, 1, {},
            {{"aor-host-fallback", std::string(host) == "192.0.2.11" ? "first-server" : ""}});
        bench.power_on();
        const auto& request = bench.sip().back().sip;
        EXPECT_EQ(request.to.uri, std::string("sip:1001@") + host);
        EXPECT_EQ(request.from.uri, request.to.uri);
        EXPECT_EQ(request.request_uri, "sip:192.0.2.15") << "the registrar is the same";
    }
}

// A name of two servers, both dead, and a fallback server.
std::vector<std::string> hosts_in_turn(bool fallback_lives, Readings readings) {
    auto config = yealink_fallback(Redundancy::successive);
    config.accounts[0].servers[0].host = "pbx.test";
    PhoneBench bench(config, 1, {}, std::move(readings));
    publish_addresses(bench, 3600);
    if (fallback_lives) bench.servers[fallback] = grants(3600);
    bench.power_on();
    bench.run_until(60s);
    std::vector<std::string> hosts;
    for (const auto& s : bench.sip())
        if (hosts.empty() || hosts.back() != s.host()) hosts.push_back(s.host());
    return hosts;
}

TEST(YealinkFallback, ComesAfterTheSecondary) {  // YL-GEN-05, combined-order: secondary
    EXPECT_THAT(hosts_in_turn(true, {}), ::testing::ElementsAre(primary, secondary, fallback));
}

TEST(YealinkFallback, CanComeBeforeTheSecondary) {  // combined-order: fallback
    const Readings readings{{"combined-order", "fallback"}};
    EXPECT_THAT(hosts_in_turn(true, readings), ::testing::ElementsAre(primary, fallback));
    const auto hosts = hosts_in_turn(false, readings);
    ASSERT_GE(hosts.size(), 3U);
    EXPECT_EQ(hosts[1], fallback);
    EXPECT_EQ(hosts[2], secondary);
}

}  // namespace
}  // namespace twinline::test
