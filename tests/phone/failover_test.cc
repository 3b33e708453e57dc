// Which answers and errors move a REGISTER on to the next server (RFC 3263 section 4.3) and which
// do not.
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

struct Failover : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override { publish_pbx(bench); }

    bool moved() const { return !bench.sip_to(secondary).empty(); }
};

TEST_F(Failover, IsANewTransactionOfTheSameRequest) {  // RFC-3263-08, RFC-3261-0811
    bench.power_on();
    bench.run_until(40s);
    ASSERT_TRUE(moved());
    const auto first = bench.sip().front(), next = bench.sip_to(secondary).front();
    EXPECT_NE(next.branch(), first.branch());
    EXPECT_TRUE(next.branch().starts_with("z9hG4bK"));
    auto same = next.sip;
    same.via = first.sip.via;
    EXPECT_EQ(same, first.sip) << "only the Via is another";
}

TEST_F(Failover, FollowsAnAnswer503AtOnce) {  // RFC-3261-2154, RFC-3263-07
    bench.servers[primary] = always(503);
    bench.servers[secondary] = registrar("n");
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.sip_to(primary), SizeIs(1));
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST_F(Failover, FollowsAnAnswer408) {  // RFC-3261-8131
    bench.servers[primary] = always(408);
    bench.servers[secondary] = registrar("n");
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST_F(Failover, DoesNotFollowTheNoOfALivingServer) {  // RFC-3261-21x, RFC-3261-5xx
    for (const int status : {300, 302, 400, 403, 404, 405, 420, 480, 486, 500, 501, 502, 504, 505,
                             513, 600, 603, 606}) {
        PhoneBench one(one_account("pbx.test"));
        publish_pbx(one);
        one.servers[primary] = always(status);
        one.power_on();
        one.run_until(25s);
        EXPECT_THAT(one.sip(), SizeIs(1)) << status;
        EXPECT_EQ(one.line_state(), "failed") << status;
        one.run_until(61s);
        EXPECT_THAT(one.sip_to(secondary), SizeIs(0)) << status;
        EXPECT_GE(one.sip_to(primary).size(), 2U) << status << ": tried again within 60 s";
    }
}

TEST_F(Failover, WaitsAsLongAsA500Asks) {  // RFC 3261 20.33
    bench.servers[primary] = [](const wire::SipMessage& request) {
        auto response = answer(request, 500);
        response.retry_after = 300;
        return response;
    };
    bench.power_on();
    bench.run_before(300s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    bench.run_until(301s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
}

TEST_F(Failover, FollowsIcmpNetHostProtocolAndPortUnreachable) {  // RFC-3261-1714
    for (const unsigned code : {0U, 1U, 2U, 3U}) {
        PhoneBench one(one_account("pbx.test"));
        publish_pbx(one);
        one.power_on();
        one.run_until(1s);
        one.refuse(one.sip().back(), code);
        EXPECT_THAT(one.sip_to(secondary), SizeIs(1)) << code << ": at once";
    }
}

TEST_F(Failover, IgnoresOtherIcmpCodes) {  // RFC-3261-1714
    bench.power_on();
    bench.run_until(1s);
    for (const unsigned code : {4U, 5U, 9U, 10U, 13U, 255U})
        bench.refuse(bench.sip().front(), code);
    EXPECT_FALSE(moved());
    bench.run_before(32s + 3ms);
    EXPECT_FALSE(moved());
}

TEST_F(Failover, IgnoresIcmpFromAForeignEndpoint) {  // RFC-3261-1714
    bench.power_on();
    bench.run_until(1s);
    for (const auto* where : {"192.0.2.12:5060", "192.0.2.11:5061", "203.0.113.1:5060"}) {
        auto foreign = bench.sip().front();
        foreign.remote = endpoint(where);
        bench.refuse(foreign);
    }
    EXPECT_FALSE(moved());
}

TEST_F(Failover, IgnoresIcmpOnceTheServerHasAnswered) {  // RFC 3261 17.1.2.2
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    bench.refuse(bench.sip().front());
    bench.run_until(10s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Failover, IgnoresLateIcmpOfTheServerThatWasGivenUp) {  // RFC-3261-1714
    bench.power_on();
    bench.run_until(33s);
    ASSERT_TRUE(moved());
    bench.refuse(bench.sip().front());
    bench.run_until(34s);
    EXPECT_EQ(bench.line_state(), "registering");
    EXPECT_EQ(bench.sip().back().host(), secondary);
}

TEST_F(Failover, RegistersWithTheLastServerBeforeItGivesUp) {  // RFC-3263-07
    bench.servers[primary] = always(503);
    bench.servers[secondary] = always(503);
    bench.power_on();
    bench.run_until(25s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Failover,
       PausesAsRfc5626Says) {  // RFC-5626-06, RFC-3261-1027: 30..60, 60..120 ... 900..1800 s
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        PhoneBench one(one_account("192.0.2.11"), seed);
        one.servers[primary] = always(403);
        one.delay = 0s;
        one.power_on();
        one.run_until(6h);
        const auto times = one.times(primary);
        ASSERT_GT(times.size(), 8U);
        auto bound = 60s;
        for (std::size_t i = 1; i < times.size(); ++i, bound = std::min(2 * bound, 1800s)) {
            EXPECT_GE(times[i] - times[i - 1], bound / 2) << seed << " pause " << i;
            EXPECT_LE(times[i] - times[i - 1], bound) << seed << " pause " << i;
        }
    }
}

TEST_F(Failover, BeginsWithShortPausesAgainAfterASuccess) {  // RFC-5626-06: consecutive failures
    bench.servers[primary] = always(403);
    bench.power_on();
    bench.run_until(2h);
    bench.servers[primary] = grants(60);
    bench.run_until(3h);
    ASSERT_EQ(bench.line_state(), "registered");
    bench.servers[primary] = always(403);
    for (auto at = 1s; at <= 61s && bench.line_state() != "failed"; ++at) bench.run_until(3h + at);
    ASSERT_EQ(bench.line_state(), "failed");
    const auto failed_at = bench.sip().back().at;
    bench.run_until(failed_at + 61s);
    EXPECT_GT(bench.sip().back().at, failed_at);
}

struct RetryAfter : Failover {
    static PhoneBench::Server busy(std::uint32_t seconds) {
        return [seconds](const wire::SipMessage& request) {
            auto response = answer(request, 503);
            response.retry_after = seconds;
            return response;
        };
    }
};

TEST_F(RetryAfter, KeepsTheServerFreeOfRequests) {  // RFC-3261-2154
    bench.servers[primary] = busy(200);
    bench.servers[secondary] = grants(60);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_server(), secondary);
    bench.servers.erase(secondary);  // so that the phone looks for another home
    const auto asked_at = bench.sip_to(primary).front().at + bench.delay;
    bench.run_before(asked_at + 200s);
    EXPECT_THAT(bench.sip_to(primary), SizeIs(1));
    bench.run_until(600s);
    EXPECT_GT(bench.sip_to(primary).size(), 1U);
}

TEST_F(RetryAfter, OfEveryServerLeavesNobodyToAsk) {  // RFC-3261-2154
    bench.servers[primary] = bench.servers[secondary] = busy(1000);
    bench.power_on();
    bench.run_before(1000s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
    EXPECT_EQ(bench.line_state(), "failed");
    bench.run_until(1000s + 1h);
    EXPECT_GE(bench.sip().size(), 3U);
}

TEST_F(RetryAfter, TakesTheGreatestNumberThereIs) {  // RFC 3261 20.33: delta-seconds up to 2^32-1
    bench.servers[primary] = busy(UINT32_MAX);
    bench.servers[secondary] = grants(60);
    bench.power_on();
    bench.run_until(1h);
    EXPECT_THAT(bench.sip_to(primary), SizeIs(1));
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST_F(RetryAfter, OfZeroForbidsNothing) {
    bench.servers[primary] = busy(0);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_TRUE(moved());
    bench.run_until(200s);
    EXPECT_GT(bench.sip_to(primary).size(), 1U);
}

TEST(Mutants, SkippingTheSecondaryNeverAsksIt) {  // kills mutant/skips-secondary
    PhoneBench mutant(one_account("pbx.test"), 1, {.next_target_after_failure = false});
    publish_pbx(mutant);
    mutant.power_on();
    mutant.run_until(200s);
    EXPECT_THAT(mutant.sip_to(secondary), SizeIs(0));
}

TEST(Mutants, ReusingTheBranchTakesItToTheNextServer) {  // kills mutant/reuses-branch
    PhoneBench mutant(one_account("pbx.test"), 1, {.new_branch_per_target = false});
    publish_pbx(mutant);
    mutant.power_on();
    mutant.run_until(33s);
    ASSERT_FALSE(mutant.sip_to(secondary).empty());
    EXPECT_EQ(mutant.sip_to(secondary).front().branch(), mutant.sip().front().branch());
}

TEST(Mutants, StoppingEarlySendsFourTimes) {  // kills mutant/stops-sending-early
    PhoneBench mutant(one_account("192.0.2.11"), 1, {.sends_per_transaction_limit = 4});
    mutant.power_on();
    mutant.run_before(32s);
    EXPECT_THAT(mutant.sip(), SizeIs(4));
    EXPECT_NE(mutant.line_state(), "failed") << "Timer F still runs";
}

}  // namespace
}  // namespace twinline::test
