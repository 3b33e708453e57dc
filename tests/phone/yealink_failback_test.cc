// The four failback modes for REGISTER: which server comes first after a failover and when the
// phone goes back to the primary (YL-FB-NEW, YL-FB-TTL, YL-FB-REG, YL-FB-DUR, YL-PAR-27).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using config::FailbackMode;

constexpr wire::Duration moved = 3ms + 7500ms;  // NAPTR, SRV, A; then the silent primary
constexpr wire::Duration failover = moved + 1ms;

// A phone that failed over at once: the primary is silent, the secondary grants `expires`.
struct Away {
    PhoneBench bench;

    Away(FailbackMode mode, std::uint32_t expires, Readings readings = {},
         std::chrono::seconds timeout = 300s)
        : bench(yealink_failover(mode, timeout), 1, {}, std::move(readings)) {
        publish_pbx(bench, mode == FailbackMode::duration ? 86400U : 300U);
        bench.servers[secondary] = grants(expires);
        bench.power_on();
    }
    void heal() {
        bench.run_until(failover);
        bench.servers[primary] = grants(86400);
    }
    // Whether the way home begins at this instant, by a query where the DNS must be asked again.
    testing::AssertionResult goes_home_at(wire::Duration instant) {
        heal();
        const auto seen = [&] { return bench.queries().size() + count_to(bench, primary); };
        const auto before = seen();
        bench.run_before(instant);
        if (seen() != before) return testing::AssertionFailure() << "went before";
        bench.run_until(instant);
        if (seen() == before) return testing::AssertionFailure() << "did not go";
        bench.run_until(instant + 5ms);
        if (bench.line_server() != primary) return testing::AssertionFailure() << "is not there";
        return testing::AssertionSuccess();
    }
    // The instants of first sends of a request at the primary after the failover.
    std::vector<wire::Duration> tries() const {
        std::vector<wire::Duration> some;
        std::uint32_t last = 0;
        for (const auto& sent : bench.sip_to(primary))
            if (std::exchange(last, sent.sip.cseq) != sent.sip.cseq) some.push_back(sent.at);
        some.erase(some.begin());
        return some;
    }
};

const Readings by_timer{{"failback-trigger", "timer"}};

Readings with(Readings readings, const Readings& more) {
    readings.insert(more.begin(), more.end());
    return readings;
}

TEST(YealinkFailback, InMode0TheNextRegisterGoesToThePrimary) {  // YL-FO-REG-04, YL-FB-NEW-01
    Away phone(FailbackMode::new_requests, 100);
    phone.heal();
    phone.bench.run_before(failover + 80s);
    EXPECT_EQ(count_to(phone.bench, primary), 4U) << "the next time to register is waited for";
    phone.bench.run_until(failover + 90s);
    EXPECT_EQ(count_to(phone.bench, primary), 5U);
    EXPECT_EQ(count_to(phone.bench, secondary), 1U);
    EXPECT_EQ(phone.bench.line_server(), primary);  // YL-FO-REG-05
}

TEST(YealinkFailback, InMode0EachRegisterTriesThePrimaryWhileItIsDead) {  // YL-FB-NEW-01
    Away phone(FailbackMode::new_requests, 100);
    phone.bench.run_until(1000s);
    EXPECT_GE(phone.tries().size(), 10U);
    EXPECT_EQ(count_to(phone.bench, secondary), phone.tries().size() + 1);
}

TEST(YealinkFailback, InMode1TheSecondaryKeepsThePhoneUntilTheTtlIsOver) {  // YL-FB-TTL-01
    Away phone(FailbackMode::dns_ttl, 100);
    phone.heal();
    phone.bench.run_before(301ms * 1000);
    EXPECT_GE(count_to(phone.bench, secondary), 3U);
    phone.bench.run_until(400s);
    ASSERT_EQ(phone.tries().size(), 1U) << "and then it is at home for a day";
    EXPECT_GE(phone.tries().front(), 300s + 1ms);
}

TEST(YealinkFailback, InMode1TheTimerBringsThePhoneHomeWhenTheTtlIsOver) {  // failback-trigger
    Away phone(FailbackMode::dns_ttl, 3600, by_timer);
    EXPECT_TRUE(phone.goes_home_at(300s + 1ms));  // the NAPTR answer came after 1 ms
}

struct Ttls : Away {
    explicit Ttls(const Readings& readings = {})
        : Away(FailbackMode::dns_ttl, 3600, with(readings, by_timer)) {
        for (auto& [question, reply] : bench.dns)
            for (auto& record : reply.answer)
                record.ttl = question.type == wire::DnsType::naptr ? 300U
                             : question.type == wire::DnsType::srv ? 400U
                                                                   : 500U;
    }
};

TEST(YealinkFailback, InMode1TheSmallestTtlOfTheChainCounts) {  // dnsttl-record: smallest
    EXPECT_TRUE(Ttls().goes_home_at(300s + 1ms));
}

TEST(YealinkFailback, InMode1TheTtlOfTheARecordCanCount) {  // dnsttl-record: a-record
    EXPECT_TRUE(Ttls(Readings{{"dnsttl-record", "a-record"}}).goes_home_at(500s + 3ms));
}

TEST(YealinkFailback, InMode1TheTtlOfTheSrvRecordCanCount) {  // dnsttl-record: srv-record
    EXPECT_TRUE(Ttls(Readings{{"dnsttl-record", "srv-record"}}).goes_home_at(400s + 2ms));
}

TEST(YealinkFailback, InMode2TheRefreshGoesToThePrimary) {  // registration-expiry-instant: refresh
    Away phone(FailbackMode::registration, 100);
    phone.heal();
    phone.bench.run_before(failover + 80s);
    EXPECT_EQ(phone.tries().size(), 0U);
    phone.bench.run_until(failover + 90s);
    EXPECT_EQ(phone.tries().size(), 1U);
}

TEST(YealinkFailback, InMode2RefreshesCanStayUntilARealExpiry) {  // registration-expiry-instant
    Away phone(FailbackMode::registration, 100, {{"registration-expiry-instant", "real-expiry"}});
    phone.heal();
    phone.bench.run_until(1000s);
    EXPECT_EQ(phone.tries().size(), 0U) << "an answered refresh lets nothing expire";
    EXPECT_GE(count_to(phone.bench, secondary), 10U);
    phone.bench.servers.erase(secondary);
    phone.bench.run_until(1200s);
    EXPECT_EQ(phone.bench.line_server(), primary);
}

TEST(YealinkFailback, InMode3TheTimeIsLeftToTheNextRequest) {  // failback-trigger: next-request
    Away phone(FailbackMode::duration, 200);
    phone.heal();
    phone.bench.run_before(failover + 300s);
    EXPECT_EQ(phone.tries().size(), 0U) << "a refresh within the time stays";
    EXPECT_EQ(count_to(phone.bench, secondary), 2U);
    phone.bench.run_until(failover + 361s);
    ASSERT_EQ(phone.tries().size(), 1U);
    EXPECT_GT(phone.tries().front(), failover + 300s) << "the next refresh, no REGISTER of its own";
}

TEST(YealinkFailback, InMode3TheTimerBringsThePhoneHome) {  // failback-trigger: timer, YL-FB-DUR-01
    Away phone(FailbackMode::duration, 3600, by_timer);
    EXPECT_TRUE(phone.goes_home_at(failover + 300s));
}

TEST(YealinkFailback, InMode3ARefreshDoesNotRestartTheTime) {  // duration-restart: from-failover
    Away phone(FailbackMode::duration, 100, by_timer);
    EXPECT_TRUE(phone.goes_home_at(failover + 300s));
    EXPECT_GE(count_to(phone.bench, secondary), 3U);
}

TEST(YealinkFailback, InMode3ARefreshCanRestartTheTime) {  // duration-restart
    Away phone(FailbackMode::duration, 100,
               with(by_timer, {{"duration-restart", "from-last-registration"}}));
    phone.heal();
    phone.bench.run_until(3000s);
    EXPECT_EQ(phone.tries().size(), 0U);
    EXPECT_GE(count_to(phone.bench, secondary), 30U);
}

TEST(YealinkFailback, InMode3TheTtlHasNoSay) {  // YL-FB-DUR-04, YL-FB-TTL-01
    Away phone(FailbackMode::duration, 100, {}, 3000s);
    phone.heal();
    phone.bench.run_until(2900s);
    EXPECT_EQ(phone.tries().size(), 0U);
}

TEST(YealinkFailback, ATimeoutOf0WaitsForTheNextFailover) {  // YL-FB-DUR-02
    Away phone(FailbackMode::duration, 600, by_timer, 0s);
    phone.heal();
    phone.bench.run_until(86400s);
    EXPECT_EQ(phone.tries().size(), 0U);
    phone.bench.servers.erase(secondary);
    phone.bench.run_until(86400s + 600s);
    EXPECT_EQ(phone.bench.line_server(), primary);
}

TEST(YealinkFailback, TheFirstRegisterAlwaysGoesToThePrimary) {  // YL-REG-01, YL-REG-03
    for (const auto mode : {FailbackMode::new_requests, FailbackMode::dns_ttl,
                            FailbackMode::registration, FailbackMode::duration}) {
        Away phone(mode, 3600);
        phone.bench.run_until(10s);
        EXPECT_EQ(phone.bench.sip().front().host(), primary);
        EXPECT_EQ(phone.bench.line_server(), secondary);
    }
}

// YL-FB-TTL-02: a primary that is tried again and is still dead is left for a whole further time.
TEST(YealinkFailback, AnotherFailoverStartsTheTimeAgain) {
    for (const auto mode : {FailbackMode::dns_ttl, FailbackMode::duration}) {
        Away phone(mode, 60);
        phone.bench.run_until(3000s);
        EXPECT_GE(phone.tries().size(), 7U);
        EXPECT_LE(phone.tries().size(), 10U) << "once in 300 s and a refresh, not each refresh";
    }
}

TEST(YealinkFailback, TheTimerDoesNotStormWhereTheTtlIsOverBeforeTheFailover) {
    auto config = yealink_failover(FailbackMode::dns_ttl);
    PhoneBench bench(config, 1, {}, by_timer);
    publish_pbx(bench, 0);
    bench.servers[primary] = always(503);
    bench.servers[secondary] = grants(3600);
    bench.power_on();
    bench.run_until(600s);
    EXPECT_LE(bench.sip().size(), 60U);
    EXPECT_GE(bench.sip().size(), 4U) << "and does not forget the primary";
}

TEST(YealinkFailback, TheTtlCanCountFromTheFailover) {  // dnsttl-start: from-failover
    Away phone(FailbackMode::dns_ttl, 3600, with(by_timer, {{"dnsttl-start", "from-failover"}}));
    phone.heal();
    phone.bench.run_before(moved + 300s);
    EXPECT_EQ(phone.tries().size(), 0U);
    phone.bench.run_until(failover + 300s + 5ms);
    EXPECT_EQ(phone.tries().size(), 1U);
}

TEST(YealinkFailback, ATtlFromTheFailoverNeedsNoDns) {  // dnsttl-start: from-failover
    PhoneBench bench(yealink_fallback(config::Redundancy::concurrent), 1, {},
                     {{"dnsttl-start", "from-failover"}});
    bench.servers[primary] = grants(60);
    bench.power_on();
    bench.run_until(200s);
    EXPECT_GE(count_to(bench, primary), 3U);
}

}  // namespace
}  // namespace twinline::test
