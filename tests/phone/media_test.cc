// The audio of a call: what two descriptions come to, and when it begins, changes and ends.
#include "reference_impl/phone/media.hh"

#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using wire::Direction;

wire::SessionDescription own_sdp() {
    wire::SessionDescription sdp;
    sdp.address = endpoint("198.51.100.100:0").address;
    sdp.audio_port = 11780;
    sdp.formats = {{0, wire::Encoding::pcmu}, {8, wire::Encoding::pcma}};
    return sdp;
}

Direction direction_of(Direction local, Direction remote) {
    auto own = own_sdp(), far = far_sdp();
    own.direction = local;
    far.direction = remote;
    return phone::media_of(own, far)->direction;
}

TEST(Media, FlowsWhereOneSendsAndTheOtherListens) {  // RFC 3264 5.1
    EXPECT_EQ(direction_of(Direction::sendrecv, Direction::sendrecv), Direction::sendrecv);
    EXPECT_EQ(direction_of(Direction::sendonly, Direction::recvonly), Direction::sendonly);
    EXPECT_EQ(direction_of(Direction::sendonly, Direction::sendrecv), Direction::sendonly);
    EXPECT_EQ(direction_of(Direction::sendrecv, Direction::sendonly), Direction::recvonly);
    EXPECT_EQ(direction_of(Direction::sendonly, Direction::sendonly), Direction::inactive);
    EXPECT_EQ(direction_of(Direction::sendrecv, Direction::inactive), Direction::inactive);
}

TEST(Media, GoesNowhereWhenHeldByAnEmptyAddress) {  // RFC 3264 8.4
    auto far = far_sdp();
    far.address = {};
    EXPECT_EQ(phone::media_of(own_sdp(), far)->direction, Direction::recvonly);
}

TEST(Media, NeedsAVoiceInCommonAndAPort) {
    auto far = far_sdp();
    far.audio_port = 0;
    EXPECT_FALSE(phone::media_of(own_sdp(), far));
    far = far_sdp();
    far.formats = {{101, wire::Encoding::telephone_event}};
    EXPECT_FALSE(phone::media_of(own_sdp(), far));
    far.formats.push_back({97, wire::Encoding::pcma});
    EXPECT_EQ(phone::media_of(own_sdp(), far)->format.payload, 97) << "the receiver's number";
}

TEST(Media, BeginsWithTheAnswerFollowsAHoldAndEndsWithTheCall) {
    Caller phone;
    EXPECT_FALSE(phone.bench.media());
    phone.dial().run(1s);
    ASSERT_TRUE(phone.bench.media());
    EXPECT_EQ(wire::to_string(phone.bench.media()->local), "198.51.100.100:11780");
    EXPECT_EQ(wire::to_string(phone.bench.media()->remote), "192.0.2.90:4000");
    EXPECT_EQ(phone.bench.media()->format.payload, 0);
    EXPECT_EQ(phone.bench.media()->direction, Direction::sendrecv);
    phone.bench.servers["192.0.2.99:5060"] = switchboard();
    phone.bench.input(phone::Hold{});
    phone.run(1s);
    EXPECT_EQ(phone.bench.media()->direction, Direction::sendonly);
    phone.bench.input(phone::Resume{});
    phone.run(1s);
    EXPECT_EQ(phone.bench.media()->direction, Direction::sendrecv);
    phone.hang_up();
    EXPECT_FALSE(phone.bench.media());
}

wire::SipMessage call_number(const std::string& number) {
    wire::SipMessage invite;
    invite.method = invite.cseq_method = "INVITE";
    invite.request_uri = "sip:1001@198.51.100.100:5060";
    invite.via = {{"UDP", "192.0.2.11", 5060, "z9hG4bK" + number, {}}};
    invite.from = {"", "sip:2000@pbx.test", {{"tag", number}}};
    invite.to = {"", "sip:1001@pbx.test", {}};
    invite.call_id = "call-" + number;
    invite.cseq = 1;
    invite.max_forwards = 70;
    invite.contact = {{"", "sip:2000@192.0.2.90:5060", {}}};
    invite.content_type = "application/sdp";
    invite.body = wire::serialise(far_sdp());
    return invite;
}

TEST(APhoneThatAnswersByItself, RegistersNowhereAndTakesTheNextCallToo) {
    auto config = one_account("192.0.2.11", 5060);
    config.accounts[0].registers = false;
    config.answers_after = 0ms;
    PhoneBench bench(config);
    bench.power_on();
    bench.run_until(10s);
    EXPECT_TRUE(bench.sip().empty());
    bench.deliver(call_number("1"), primary);
    bench.run_until(10s);
    EXPECT_EQ(bench.sip().back().sip.status, 200);
    EXPECT_EQ(bench.call_state(), "talking");
    EXPECT_TRUE(bench.media());
    // The first caller was cut off and will never say goodbye.
    bench.deliver(call_number("2"), primary);
    bench.run_until(10s);
    EXPECT_EQ(bench.sip().back().sip.status, 200);
    EXPECT_EQ(bench.sip().back().sip.call_id, "call-2");
    bench.deliver(call_number("2"), primary);
    EXPECT_EQ(bench.call_state(), "talking");
    bench.run_until(60s);
    for (const auto& s : bench.sip())
        EXPECT_TRUE(!s.sip.is_request() || s.sip.call_id == "call-2") << "nothing of the first";
}

}  // namespace
}  // namespace twinline::test
