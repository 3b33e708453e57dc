// Switching an account off and on in every state it can be in (RFC 3261 sections 10.2 and 10.2.2).
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::SizeIs;

struct SwitchingOff : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override { publish_pbx(bench); }
    void off() { bench.input(phone::Unregister{}); }
    void on() { bench.input(phone::Register{}); }
    bool is_quiet_for(wire::Duration pause) {
        const auto before = bench.sip().size();
        bench.run_until(bench.now() + pause);
        return bench.sip().size() == before;
    }
};

TEST_F(SwitchingOff, WhileRegisteredRemovesTheBindingWhereItIs) {  // RFC 3261 10.2.2
    bench.servers[secondary] = registrar("n");
    bench.power_on();
    bench.run_until(40s);
    off();
    const auto last = bench.sip().back();
    EXPECT_EQ(last.host(), secondary);
    EXPECT_EQ(last.sip.expires, 0U);
    EXPECT_EQ(last.sip.contact, bench.sip().front().sip.contact);
    EXPECT_GT(last.sip.cseq, bench.sip()[bench.sip().size() - 2].sip.cseq);
    bench.run_until(41s);
    EXPECT_EQ(bench.line_state(), "off");
    EXPECT_TRUE(is_quiet_for(2h));
}

TEST_F(SwitchingOff, AnswersTheChallengeToTheRemoval) {  // RFC-3261-22
    std::string nonce = "n1";
    bench.servers[primary] = [&](const wire::SipMessage& r) { return *registrar(nonce)(r); };
    bench.power_on();
    bench.run_until(1s);
    nonce = "n2";
    off();
    bench.run_until(2s);
    EXPECT_EQ(bench.sip().back().sip.expires, 0U);
    EXPECT_TRUE(bench.sip().back().has_credentials());
    EXPECT_EQ(bench.line_state(), "off");
}

TEST_F(SwitchingOff, WhileRegisteringWaitsForTheAnswerFirst) {  // RFC-3261-102: no overlap
    bench.power_on();
    bench.run_until(1s);
    off();
    const auto before = bench.sip().size();
    bench.run_until(1200ms);
    EXPECT_THAT(bench.sip(), SizeIs(before)) << "no REGISTER before the former is answered";
    bench.deliver(ok(bench.sip().back().sip), primary);
    EXPECT_EQ(bench.sip().back().sip.expires, 0U);
    bench.deliver(ok(bench.sip().back().sip), primary);
    EXPECT_EQ(bench.line_state(), "off");
    EXPECT_TRUE(is_quiet_for(2h));
}

TEST_F(SwitchingOff, WhileLocatingEndsAtOnce) {
    bench.name_server = [](const Sent&) { return std::nullopt; };
    bench.power_on();
    off();
    EXPECT_EQ(bench.line_state(), "off");
    EXPECT_TRUE(is_quiet_for(2h));
    EXPECT_THAT(bench.sip(), SizeIs(0));
}

TEST_F(SwitchingOff, WhileWaitingEndsTheWait) {  // RFC-5626-06
    bench.servers[primary] = always(403);
    bench.power_on();
    bench.run_until(1s);
    ASSERT_EQ(bench.line_state(), "failed");
    off();
    EXPECT_EQ(bench.line_state(), "off");
    EXPECT_TRUE(is_quiet_for(2h));
}

TEST_F(SwitchingOff, TwiceIsSwitchingOffOnce) {
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    off();
    off();
    bench.run_until(2s);
    off();
    EXPECT_THAT(bench.sip(), SizeIs(2));
    EXPECT_EQ(bench.line_state(), "off");
}

TEST_F(SwitchingOff, OfADeadServerComesToAnEnd) {  // RFC-3261-F
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    bench.servers.clear();
    off();
    bench.run_until(70s);
    EXPECT_EQ(bench.line_state(), "off");
    EXPECT_TRUE(is_quiet_for(2h));
}

TEST_F(SwitchingOff, DuringARefreshRemovesTheBinding) {  // RFC-3261-102
    bench.servers[primary] = grants(100);
    bench.power_on();
    bench.run_until(1s);
    bench.servers.clear();
    bench.run_until(95s);
    off();
    const auto sent = bench.sip().size();
    bench.deliver(ok(bench.sip().back().sip, 100), primary);
    ASSERT_THAT(bench.sip(), SizeIs(sent + 1));
    EXPECT_EQ(bench.sip().back().sip.expires, 0U);
}

TEST_F(SwitchingOff, AndOnAgainRegistersAnew) {
    bench.servers[primary] = registrar("n");
    bench.power_on();
    bench.run_until(1s);
    off();
    bench.run_until(2s);
    const auto last = bench.sip().back();
    on();
    bench.run_until(3s);
    EXPECT_EQ(bench.line_state(), "registered");
    EXPECT_EQ(bench.sip().back().sip.expires, 3600U);
    EXPECT_GT(bench.sip().back().sip.cseq, last.sip.cseq);
    EXPECT_EQ(bench.sip().back().sip.call_id, last.sip.call_id);  // RFC-3261-102-CALLID
}

// The 200 to a removal is no registration, whatever the user has wanted since.
TEST_F(SwitchingOff, AndOnAgainBeforeTheRemovalIsAnsweredRegistersAnew) {  // RFC 3261 10.2.2
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    bench.servers.clear();
    off();
    on();
    const auto removal = bench.sip().back();
    ASSERT_EQ(removal.sip.expires, 0U);
    bench.servers[primary] = grants(3600);
    bench.deliver(ok(removal.sip), primary);
    bench.run_until(2s);
    EXPECT_EQ(bench.sip().back().sip.expires, 3600U);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(SwitchingOff, AndOnAgainWhileRegisteringStaysOn) {
    bench.power_on();
    bench.run_until(1s);
    off();
    on();
    bench.deliver(ok(bench.sip().back().sip), primary);
    bench.run_until(2s);
    EXPECT_EQ(bench.line_state(), "registered");
    EXPECT_NE(bench.sip().back().sip.expires, 0U);
}

TEST_F(SwitchingOff, SwitchingOnWhatIsOnChangesNothing) {
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    on();
    bench.run_until(60s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
}

TEST_F(SwitchingOff, ThePowerOffAndOnBeginsAnew) {
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    bench.power_on();
    bench.run_until(60s);
    ASSERT_THAT(bench.sip(), SizeIs(2));
    EXPECT_NE(bench.sip()[0].sip.call_id, bench.sip()[1].sip.call_id);
}

}  // namespace
}  // namespace twinline::test
