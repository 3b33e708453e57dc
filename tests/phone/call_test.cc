// One call after RFC 3261: made, taken, held, taken back and ended, whatever the other side sends.
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Call, IsMadeAcknowledgedAndEnded) {
    Caller phone;
    phone.dial().run(1s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    const auto invite = sent(phone.bench, "INVITE").at(0);
    const auto ack = sent(phone.bench, "ACK").at(0);
    EXPECT_EQ(invite.sip.request_uri, "sip:2000@pbx.test");
    EXPECT_EQ(invite.host(), primary);
    EXPECT_TRUE(wire::parse_sdp(invite.sip.body).has_value());
    EXPECT_EQ(ack.sip.request_uri, "sip:2000@192.0.2.90:5060") << "the remote target";
    EXPECT_EQ(ack.host(), "192.0.2.99:5060") << "RFC-3261-1221: by the route set";
    EXPECT_EQ(ack.sip.cseq, invite.sip.cseq);
    EXPECT_NE(ack.branch(), invite.branch());
    phone.bench.servers["192.0.2.99:5060"] = switchboard();
    phone.hang_up();
    ASSERT_EQ(sent(phone.bench, "BYE").size(), 1U);
    EXPECT_EQ(sent(phone.bench, "BYE")[0].sip.tag_of_to(), "far-end");
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(Call, RepeatsTheInviteByTimerA) {  // RFC-3261-A, RFC-3261-B: the generic profile
    PhoneBench bench(one_account("192.0.2.11", 5060));
    bench.servers[primary] = answers_invite(0);
    bench.power_on();
    bench.run_until(10s);
    bench.input(phone::Dial{1, "2000"});
    bench.run_before(10s + 32s);
    EXPECT_THAT(invites(bench, primary, 10s),
                ElementsAre(0ms, 500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms));
    EXPECT_EQ(bench.call_state(), "calling");
    bench.run_until(10s + 32s);
    EXPECT_EQ(bench.call_state(), "failed");
}

TEST(Call, IsTakenBackOnlyAfterAProvisionalAnswer) {  // RFC 3261 9.1
    Caller phone;
    phone.bench.servers[primary] = answers_invite(0);
    phone.dial().run(600ms);
    phone.hang_up();
    EXPECT_THAT(sent(phone.bench, "CANCEL"), IsEmpty());
    const auto invite = sent(phone.bench, "INVITE").back();
    phone.bench.deliver(answer(invite.sip, 180), primary);
    phone.run(1ms);
    const auto cancels = sent(phone.bench, "CANCEL");
    ASSERT_EQ(cancels.size(), 1U);
    EXPECT_EQ(cancels[0].branch(), invite.branch());
    EXPECT_EQ(cancels[0].sip.cseq, invite.sip.cseq);
    phone.bench.deliver(answer(invite.sip, 487), primary);
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 1U);
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(Call, ThatIsAnsweredWhileItIsTakenBackIsEnded) {
    Caller phone;
    phone.bench.servers[primary] = answers_invite(180);
    phone.dial().run(1s);
    EXPECT_EQ(phone.bench.call_state(), "ringing");
    phone.hang_up();
    phone.bench.deliver(take_call(sent(phone.bench, "INVITE").back().sip), primary);
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 1U);
    EXPECT_EQ(sent(phone.bench, "BYE").size(), 1U);
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(Call, AcknowledgesEachRepeatOfARefusal) {  // RFC-3261-B2
    Caller phone;
    phone.bench.servers[primary] = answers_invite(486);
    phone.dial().run(1s);
    EXPECT_EQ(phone.bench.call_state(), "failed");
    const auto invite = sent(phone.bench, "INVITE").back();
    const auto ack = sent(phone.bench, "ACK").at(0);
    EXPECT_EQ(ack.branch(), invite.branch());
    phone.bench.deliver(answer(invite.sip, 486), primary);
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 2U);
    EXPECT_EQ(sent(phone.bench, "INVITE").size(), 1U);
}

TEST(Call, IsHeldAndTakenUpAgain) {
    Caller phone;
    phone.bench.servers["192.0.2.99:5060"] = switchboard();
    phone.dial().run(1s);
    phone.bench.input(phone::Hold{});
    phone.run(1s);
    EXPECT_EQ(phone.bench.call_state(), "held");
    EXPECT_EQ(phone.bench.softkeys(), "resume, hang up");
    EXPECT_EQ(wire::parse_sdp(sent(phone.bench, "INVITE").back().sip.body)->direction,
              wire::Direction::sendonly);
    phone.bench.input(phone::Resume{});
    phone.run(1s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    EXPECT_EQ(sent(phone.bench, "INVITE").size(), 3U);
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 3U);
}

TEST(Call, EndsWhenItsServerIsGone) {  // RFC-3261-1221, RFC-3261-1222, YS-INV-17
    Caller phone;
    phone.dial().run(1s);
    const auto held = phone.bench.now();
    phone.bench.input(phone::Hold{});
    phone.bench.run_before(held + 32s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    phone.bench.run_until(held + 32s);
    EXPECT_EQ(phone.bench.call_state(), "idle");
    EXPECT_FALSE(phone.bench.call_notice().empty());
    for (const auto& s : sent(phone.bench, "INVITE"))
        EXPECT_TRUE(s.at < held || s.host() == "192.0.2.99:5060");
}

std::vector<int> statuses(const PhoneBench& bench) {
    std::vector<int> list;
    for (const auto& s : bench.sip())
        if (!s.sip.is_request()) list.push_back(s.sip.status);
    return list;
}

wire::SipMessage within(const wire::SipMessage& invite, const PhoneBench& bench,
                        const std::string& method, std::uint32_t cseq) {
    auto request = invite;
    request.method = request.cseq_method = method;
    request.cseq = cseq;
    request.via.front().branch += method + std::to_string(cseq);
    request.to = bench.sip().back().sip.to;
    request.contact.clear();
    request.content_type.clear();
    request.body.clear();
    return request;
}

TEST(IncomingCall, RingsIsAnsweredAndEndedByTheCaller) {
    Caller phone;
    const auto invite = invitation();
    phone.bench.deliver(invite, primary);
    EXPECT_EQ(phone.bench.call_state(), "incoming");
    EXPECT_EQ(phone.bench.softkeys(), "answer, hang up");
    phone.bench.input(phone::Answer{});
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 200));
    EXPECT_EQ(phone.bench.call_state(), "talking");
    phone.bench.deliver(within(invite, phone.bench, "ACK", 7), primary);
    phone.run(60s);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 200)) << "acknowledged: no repeat";
    phone.bench.deliver(within(invite, phone.bench, "BYE", 8), primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 200, 200));
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(IncomingCall, RepeatsItsAnswerUntilItIsAcknowledged) {  // RFC 3261 13.3.1.4
    Caller phone;
    phone.bench.deliver(invitation(), primary);
    phone.bench.input(phone::Answer{});
    const auto answered = phone.bench.now();
    phone.bench.run_before(answered + 500ms);
    EXPECT_EQ(statuses(phone.bench).size(), 2U);
    phone.bench.run_until(answered + 500ms);
    EXPECT_EQ(statuses(phone.bench).size(), 3U);
    phone.bench.run_before(answered + 32s);
    EXPECT_EQ(phone.bench.call_state(), "talking");
    phone.bench.run_until(answered + 32s);
    EXPECT_EQ(phone.bench.call_state(), "idle");
    EXPECT_EQ(sent(phone.bench, "BYE").size(), 1U);
}

TEST(IncomingCall, IsTakenBackByTheCaller) {  // RFC 3261 9.2
    Caller phone;
    const auto invite = invitation();
    phone.bench.deliver(invite, primary);
    auto cancel = invite;
    cancel.method = cancel.cseq_method = "CANCEL";
    cancel.body.clear();
    cancel.content_type.clear();
    phone.bench.deliver(cancel, primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 200, 487));
    EXPECT_EQ(phone.bench.call_state(), "idle");
}

TEST(IncomingCall, FindsThePhoneBusy) {
    Caller phone;
    phone.bench.deliver(invitation(), primary);
    phone.bench.deliver(invitation("z9hG4bKother"), primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 486));
    phone.bench.deliver(invitation("z9hG4bKother"), primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(180, 486, 486)) << "the same answer again";
}

TEST(IncomingCall, WithAnOfferThatCannotBeReadIsRefused) {
    Caller phone;
    auto invite = invitation();
    invite.body = "v=0\r\nm=audio x RTP/AVP 0\r\n";
    phone.bench.deliver(invite, primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(488));
    EXPECT_EQ(phone.bench.call_state(), "");
}

TEST(IncomingCall, RequestsOfUnknownDialogsAreRefused) {
    Caller phone;
    auto bye = within(invitation(), phone.bench, "BYE", 1);
    phone.bench.deliver(bye, primary);
    auto reinvite = invitation("z9hG4bKre");
    reinvite.to.params = {{"tag", "nobody"}};
    phone.bench.deliver(reinvite, primary);
    EXPECT_THAT(statuses(phone.bench), ElementsAre(481, 481));
}

TEST(IncomingCall, FloodsLeaveThePhoneAlive) {
    Caller phone;
    for (int i = 0; i < 5000; ++i)
        phone.bench.deliver(invitation("z9hG4bKflood" + std::to_string(i)), primary);
    phone.run(100s);
    EXPECT_EQ(phone.bench.line_state(), "registered");
}

// A phone that does not register and picks up by itself: what stands behind a server of the lab.
TEST(Call, IsTakenByThePhoneItselfWhereItIsToldTo) {
    auto config = one_account("192.0.2.11", 5060);
    config.accounts[0].registers = false;
    config.answers_after = 500ms;
    PhoneBench bench(config);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_TRUE(bench.sip().empty());
    Caller other;
    other.dial().run(1s);
    auto invite = sent(other.bench, "INVITE").at(0).sip;
    invite.request_uri = "sip:1001@198.51.100.100:5060";
    bench.deliver(invite, primary);
    bench.run_before(1500ms);
    EXPECT_EQ(bench.call_state(), "incoming");
    bench.run_until(1500ms);
    EXPECT_EQ(bench.call_state(), "talking");
    bench.input(phone::Unregister{});
    bench.run_until(2s);
    for (const auto& message : bench.sip()) EXPECT_FALSE(message.sip.is_request());
}

}  // namespace
}  // namespace twinline::test
