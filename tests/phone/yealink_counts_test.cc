// Yealink's retry counts against a silent server: how many sends, when, and when the phone turns to
// the next one, in each reading that the guide leaves open (YL-REG-02, YL-PAR-11, YL-FO-REG-01).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr wire::Duration begin = 1ms;  // one DNS answer

struct Silence {
    PhoneBench bench;

    explicit Silence(unsigned count, Readings readings = {})
        : bench(config(count), 1, {}, std::move(readings)) {
        publish_addresses(bench);
        bench.servers[secondary] = grants(3600);
        bench.power_on();
    }

    static config::PhoneConfig config(unsigned count) {
        auto config = yealink(one_account("pbx.test", 5060));
        config.accounts[0].servers[0].retry_counts = count;
        return config;
    }
    // Whether the secondary gets its first REGISTER at this instant after the first send.
    testing::AssertionResult moves_at(wire::Duration instant) {
        bench.run_before(begin + instant);
        if (count_to(bench, secondary) != 0) return testing::AssertionFailure() << "moved before";
        bench.run_until(begin + instant);
        if (count_to(bench, secondary) == 0) return testing::AssertionFailure() << "has not moved";
        return testing::AssertionSuccess();
    }
    std::vector<wire::Duration> sends() const {
        auto times = bench.times(primary);
        for (auto& time : times) time -= begin;
        return times;
    }
    std::size_t requests() const {
        std::set<std::pair<std::string, std::uint32_t>> some;
        for (const auto& sent : bench.sip_to(primary)) some.emplace(sent.branch(), sent.sip.cseq);
        return some.size();
    }
};

TEST(YealinkCounts, ThreeRetriesAreFourSendsAndTheNextServerWhenAFifthWouldBeDue) {  // YL-FO-REG-01
    Silence phone(3);
    EXPECT_TRUE(phone.moves_at(7500ms));
    EXPECT_THAT(phone.sends(), ElementsAre(0ms, 500ms, 1500ms, 3500ms));
    EXPECT_EQ(phone.requests(), 1U) << "a retry is a retransmission (retry-form)";
    EXPECT_EQ(phone.bench.now(), begin + 7500ms);
}

TEST(YealinkCounts, RegisterAtTheSecondaryWhenItAnswers) {  // YL-FO-REG-03
    Silence phone(3);
    phone.bench.run_until(10s);
    EXPECT_EQ(phone.bench.line_state(), "registered");
    EXPECT_EQ(phone.bench.line_server(), secondary);
    EXPECT_EQ(count_to(phone.bench, secondary), 1U);
}

TEST(YealinkCounts, CanMeanThreeSendsInAll) {  // retry-count-meaning: sends-in-all
    Silence phone(3, {{"retry-count-meaning", "sends-in-all"}});
    EXPECT_TRUE(phone.moves_at(3500ms));
    EXPECT_THAT(phone.sends(), ElementsAre(0ms, 500ms, 1500ms));
}

TEST(YealinkCounts, OfZeroActAsOneWhereTheyCountAllSends) {  // retry-count-meaning: sends-in-all
    Silence phone(0, {{"retry-count-meaning", "sends-in-all"}});
    EXPECT_TRUE(phone.moves_at(500ms));
    EXPECT_THAT(phone.sends(), ElementsAre(0ms));
}

TEST(YealinkCounts, CanMeanNewRequestsThatStartWhenTheFormerHasEnded) {  // retry-form: new-request
    Silence phone(3, {{"retry-form", "new-request"}});
    EXPECT_TRUE(phone.moves_at(4 * 32s));
    const auto sent = phone.bench.sip_to(primary);
    ASSERT_THAT(sent, SizeIs(44)) << "four transactions of eleven sends";
    EXPECT_EQ(phone.requests(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(sent[11 * i].at, begin + 32s * i);
        EXPECT_EQ(sent[11 * i].sip.cseq, sent[0].sip.cseq + i);
        EXPECT_EQ(sent[11 * i].sip.call_id, sent[0].sip.call_id);
    }
}

TEST(YealinkCounts, OfNewRequestsCanMeanThreeInAll) {  // retry-form with retry-count-meaning
    Silence phone(3, {{"retry-form", "new-request"}, {"retry-count-meaning", "sends-in-all"}});
    EXPECT_TRUE(phone.moves_at(3 * 32s));
    EXPECT_EQ(phone.requests(), 3U);
}

TEST(YealinkCounts, CanEndRightAfterTheLastRetry) {  // give-up-instant: at-last-retry
    Silence phone(3, {{"give-up-instant", "at-last-retry"}});
    EXPECT_TRUE(phone.moves_at(3500ms));
    EXPECT_THAT(phone.sends(), SizeIs(4)) << "the last retry is still sent";
}

TEST(YealinkCounts, CanLeaveTheMoveToTimerF) {  // give-up-instant: transaction-timer
    Silence phone(3, {{"give-up-instant", "transaction-timer"}});
    EXPECT_TRUE(phone.moves_at(32s));
    EXPECT_THAT(phone.sends(), ElementsAre(0ms, 500ms, 1500ms, 3500ms));
}

TEST(YealinkCounts, OfZeroAreOneSend) {  // retry-zero: one-send
    Silence phone(0);
    EXPECT_TRUE(phone.moves_at(500ms));
    EXPECT_THAT(phone.sends(), ElementsAre(0ms));
}

TEST(YealinkCounts, OfZeroHaveNoRetryThatCouldEndThemSooner) {  // retry-zero, give-up-instant
    Silence phone(0, {{"give-up-instant", "at-last-retry"}});
    EXPECT_TRUE(phone.moves_at(500ms)) << "one send is still given its T1";
    EXPECT_THAT(phone.sends(), ElementsAre(0ms));
}

TEST(YealinkCounts, OfZeroCanMeanThatNoVendorRuleApplies) {  // retry-zero: no-vendor-rule
    Silence phone(0, {{"retry-zero", "no-vendor-rule"}});
    EXPECT_TRUE(phone.moves_at(32s));
    EXPECT_THAT(phone.sends(), SizeIs(11));
}

TEST(YealinkCounts, OfTwentyAreReachedBeyondTimerF) {  // retry-beyond-timer: count-reached
    Silence phone(20);
    EXPECT_TRUE(phone.moves_at(75500ms));
    ASSERT_THAT(phone.sends(), SizeIs(21));
    EXPECT_EQ(phone.sends().back(), 71500ms);
}

TEST(YealinkCounts, OfTwentyCanBeCutByTimerF) {  // retry-beyond-timer: timer-caps
    Silence phone(20, {{"retry-beyond-timer", "timer-caps"}});
    EXPECT_TRUE(phone.moves_at(32s));
    EXPECT_THAT(phone.sends(), SizeIs(11));
}

TEST(YealinkCounts, OfNineEndWhenTheNextSendWouldBeDueInSpiteOfTheCap) {  // give-up-instant
    Silence phone(9, {{"retry-beyond-timer", "timer-caps"}});
    EXPECT_TRUE(phone.moves_at(31500ms));
    EXPECT_THAT(phone.sends(), SizeIs(10));
}

TEST(YealinkCounts, GiveWayToTheTransactionOnceAServerSaysTrying) {  // RFC-3263-07, YL-PAR-11
    Silence phone(3);
    phone.bench.servers[primary] = always(100);
    phone.bench.run_until(begin + 31900ms);
    EXPECT_THAT(phone.bench.sip_to(secondary), SizeIs(0)) << "the primary is not silent";
    EXPECT_GT(phone.sends().size(), 4U);
}

TEST(YealinkCounts, RuleTheLastServerTooUnlessALaterGuideIsRight) {  // last-server-give-up
    for (const auto& [reading, last, pause] : {std::tuple{"retry-counts", 4U, 7500ms},
                                               {"full-timer-last-of-chain", 11U, 32000ms},
                                               {"full-timer-last-of-name", 11U, 32000ms}}) {
        SCOPED_TRACE(reading);
        Silence phone(3, {{"last-server-give-up", reading}});
        phone.bench.servers.clear();
        EXPECT_TRUE(phone.moves_at(7500ms)) << "the first server is not the last";
        phone.bench.run_before(begin + 7500ms + pause);
        EXPECT_THAT(phone.bench.sip_to(secondary), SizeIs(last));
        EXPECT_EQ(phone.bench.line_state(), "registering");
        phone.bench.run_until(begin + 7500ms + pause);
        EXPECT_EQ(phone.bench.line_state(), "failed");
    }
}

TEST(YealinkCounts, OfAWorkingServerAreNotTheLastOfTheChain) {  // last-server-give-up
    for (const auto& [reading, moves] :
         {std::pair{"full-timer-last-of-chain", 7500ms}, {"full-timer-last-of-name", 32000ms}}) {
        SCOPED_TRACE(reading);
        PhoneBench bench(yealink_fallback(config::Redundancy::successive), 1, {},
                         {{"last-server-give-up", reading}});
        bench.power_on();
        bench.run_before(moves);
        EXPECT_EQ(count_to(bench, fallback), 0U);
        bench.run_until(moves);
        EXPECT_EQ(count_to(bench, fallback), 1U);
        bench.run_before(moves + 32s);
        EXPECT_EQ(count_to(bench, fallback), 11U) << "behind the fallback server there is none";
    }
}

TEST(YealinkCounts, AreThoseOfEachServer) {  // YL-PAR-11: of server Y
    auto config = yealink_fallback(config::Redundancy::concurrent);
    config.accounts[0].servers[0].retry_counts = 1;
    config.accounts[0].servers[1].retry_counts = 5;
    PhoneBench bench(config);
    bench.power_on();
    bench.run_until(25s);
    EXPECT_EQ(count_to(bench, working), 2U);
    EXPECT_EQ(count_to(bench, fallback), 6U);
}

TEST(YealinkCounts, OfTenThatJustFitAreCutByTimerFToo) {  // retry-beyond-timer: timer-caps
    Silence phone(10, {{"retry-beyond-timer", "timer-caps"}});
    EXPECT_TRUE(phone.moves_at(32s)) << "the transaction ends at 64*T1";
    EXPECT_THAT(phone.sends(), SizeIs(11));
}

}  // namespace
}  // namespace twinline::test
