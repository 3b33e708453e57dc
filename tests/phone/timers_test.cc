// Timers E, F and K of RFC 3261 section 17.1.2 as they show on the wire, each just before and at
// its instant.
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Times = std::vector<wire::Duration>;

const Times silence{0s,      500ms,   1500ms,  3500ms,  7500ms, 11500ms,
                    15500ms, 19500ms, 23500ms, 27500ms, 31500ms};

// Two addresses of one name, asked for by A only: the first REGISTER leaves 1 ms after power-on.
struct Timers : ::testing::Test {
    PhoneBench bench{one_account("pair.test", 5060)};

    void SetUp() override {
        bench.delay = 0s;
        bench.dns[{"pair.test", wire::DnsType::a}].answer = {a("pair.test", "192.0.2.11"),
                                                             a("pair.test", "192.0.2.12")};
        bench.power_on();
    }
};

TEST_F(Timers, EAsksASilentServerElevenTimes) {  // RFC-3261-E
    bench.run_before(32s);
    EXPECT_EQ(bench.times(primary), silence);
    EXPECT_THAT(bench.times(secondary), SizeIs(0));
}

TEST_F(Timers, EFiresNeitherEarlyNorLate) {  // RFC-3261-E, RFC-3261-T1
    for (std::size_t i = 1; i < silence.size(); ++i) {
        bench.run_before(silence[i]);
        EXPECT_THAT(bench.sip(), SizeIs(i)) << i;
        bench.run_until(silence[i]);
        EXPECT_THAT(bench.sip(), SizeIs(i + 1)) << i;
    }
}

TEST_F(Timers, ERepeatsTheSameOctets) {  // RFC 3261 17.1.2.2
    bench.run_before(32s);
    std::set<std::string> octets;
    for (const auto& sent : bench.sip()) octets.insert(sent.bytes);
    EXPECT_THAT(octets, SizeIs(1));
}

TEST_F(Timers, EachTransmissionCarriesItsOrdinal) {
    bench.run_before(32s);
    for (std::size_t i = 0; i < bench.sip().size(); ++i)
        EXPECT_EQ(bench.sip()[i].why.keys.back(),
                  std::pair(std::string("send"), std::to_string(i + 1)));
}

TEST_F(Timers, ERestsForT2AfterAProvisionalAnswer) {  // RFC-3261-E
    bench.at(200ms, [&] { bench.deliver(answer(bench.sip().front().sip, 100), primary); });
    bench.run_before(32s);
    EXPECT_EQ(bench.times(primary),
              (Times{0s, 500ms, 4500ms, 8500ms, 12500ms, 16500ms, 20500ms, 24500ms, 28500ms}));
}

TEST_F(Timers, ASecondProvisionalAnswerDoesNotMoveTimerE) {  // RFC-3261-E
    for (const auto when : {200ms, 600ms, 4400ms})
        bench.at(when, [&] { bench.deliver(answer(bench.sip().front().sip, 100), primary); });
    bench.run_until(8500ms);
    EXPECT_EQ(bench.times(primary), (Times{0s, 500ms, 4500ms, 8500ms}));
}

TEST_F(Timers, FEndsTheTransactionAt32SecondsAndTheNextServerIsAsked) {  // RFC-3261-F, RFC-3263-07
    bench.run_before(32s);
    EXPECT_THAT(bench.sip_to(secondary), SizeIs(0));
    bench.run_until(32s);
    EXPECT_THAT(bench.sip_to(secondary), SizeIs(1));
    bench.run_until(64s - 1ns);
    EXPECT_THAT(bench.times(primary), SizeIs(11)) << "no send after Timer F";
    EXPECT_THAT(bench.times(secondary), SizeIs(11)) << "the next transaction has its own timers";
}

// RFC 3263 4.3: only a time-out "without ever having received any response, provisional or final".
TEST_F(Timers, FAfterAProvisionalAnswerAsksNoOtherServer) {  // RFC-3263-07
    bench.at(200ms, [&] { bench.deliver(answer(bench.sip().front().sip, 100), primary); });
    bench.run_before(32s);
    EXPECT_NE(bench.line_state(), "failed");
    bench.run_until(32s);
    EXPECT_EQ(bench.line_state(), "failed");
    bench.run_until(60s);
    EXPECT_THAT(bench.sip_to(secondary), SizeIs(0));
}

TEST_F(Timers, AFinalAnswerStopsTimerE) {  // RFC-3261-E
    bench.at(499ms, [&] { bench.deliver(ok(bench.sip().front().sip), primary); });
    bench.run_until(40s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Timers, KAbsorbsRepeatsOfAFinalAnswer) {  // RFC-3261-K
    bench.at(100ms, [&] { bench.deliver(ok(bench.sip().front().sip), primary); });
    for (const auto when : {101ms, 5099ms, 5100ms, 5101ms})
        bench.at(when, [&] { bench.deliver(ok(bench.sip().front().sip, 60), primary); });
    bench.run_until(6s);
    const auto before = bench.decisions().size();
    bench.run_until(1000s);
    EXPECT_THAT(bench.sip(), SizeIs(1)) << "a repeat with another expiry changes nothing";
    EXPECT_EQ(bench.decisions().size(), before);
}

TEST_F(Timers, KAbsorbsARepeatedChallenge) {  // RFC-3261-K
    bench.at(100ms, [&] { bench.deliver(challenge(bench.sip().front().sip, "n"), primary); });
    bench.at(101ms, [&] { bench.deliver(challenge(bench.sip().front().sip, "n"), primary); });
    bench.run_until(200ms);
    EXPECT_THAT(bench.sip(), SizeIs(2)) << "one answer to the challenge";
}

TEST(TimersOfAConfiguration, T1AndT2ScaleEAndF) {  // RFC-3261-T1
    auto config = one_account("192.0.2.11");
    config.timers = {.t1 = 100ms, .t2 = 400ms, .t4 = 5000ms};
    PhoneBench bench(config);
    bench.power_on();
    bench.run_before(6400ms);
    const auto times = bench.times(primary);
    ASSERT_GT(times.size(), 5U);
    EXPECT_EQ(Times(times.begin(), times.begin() + 5), (Times{0ms, 100ms, 300ms, 700ms, 1100ms}));
    EXPECT_EQ(times.back(), 6300ms);
    EXPECT_NE(bench.line_state(), "failed");
    bench.run_until(6400ms);
    EXPECT_EQ(bench.line_state(), "failed");
}

}  // namespace
}  // namespace twinline::test
