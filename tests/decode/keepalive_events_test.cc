// Keep-alives of flows on the timeline (RFC 5626 3.5, RFC 5389), whatever octets they hold.
#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using testing::IsEmpty;
using timeline::Direction;
using timeline::Fields;

constexpr std::size_t request = 0x0001, indication = 0x0011, response = 0x0101, error = 0x0111;

Octets attribute(std::size_t type, const Octets& value) {
    return u16(type) + u16(value.size()) + value + Octets((4 - value.size() % 4) % 4, '\0');
}

Octets stun(std::size_t type, const Octets& attributes = {}) {
    return u16(type) + u16(attributes.size()) + u32(0x2112a442) + "abcdefghijkl" + attributes;
}

Octets from_primary(const Octets& message) {
    return ethernet(ipv4({primary, device}, udp(5060, 5060, message)));
}

const std::string transaction = "6162636465666768696a6b6c";
// 198.51.100.100:5060, each with its part of the cookie over it.
const Octets xored = Octets("\0\1", 2) + u16(5060 ^ 0x2112) + u32(device ^ 0x2112a442);
const Octets plain = Octets("\0\1", 2) + u16(99) + u32(twin);

TEST(KeepaliveEvents, ABindingRequestIsAPingAndItsAnswerAPong) {
    const auto events = test::decode(
        {sip_frame(stun(request)), sip_frame(stun(request)),
         from_primary(stun(response, attribute(0x8022, "server") + attribute(0x20, xored) +
                                         attribute(1, plain)))});
    ASSERT_THAT(kinds(events), ElementsAre("keepalive.ping", "keepalive.ping", "keepalive.pong"));
    EXPECT_EQ(events[1].field("send"), "2");
    EXPECT_EQ(events[0].direction, Direction::out);
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].peer, "primary");
    EXPECT_EQ(
        events[0].fields,
        (Fields{
            {"form", "stun"}, {"transport", "udp"}, {"transaction", transaction}, {"send", "1"}}));
    EXPECT_EQ(events[2].direction, Direction::in);
    EXPECT_EQ(events[2].peer, "primary");
    EXPECT_EQ(events[2].peer_port, "5060");
    EXPECT_EQ(events[2].fields, (Fields{{"form", "stun"},
                                        {"transport", "udp"},
                                        {"transaction", transaction},
                                        {"mapped", "198.51.100.100:5060"}}));
}

TEST(KeepaliveEvents, AnOldServersPlainAddressAndAnErrorAreTold) {
    const auto refused = Octets("\0\0\4\24", 4) + "Unknown Attribute";
    const auto events = test::decode({from_primary(stun(response, attribute(1, plain))),
                                      from_primary(stun(error, attribute(9, refused)))});
    ASSERT_THAT(kinds(events), ElementsAre("keepalive.pong", "keepalive.pong"));
    EXPECT_EQ(events[0].field("mapped"), "198.51.100.101:99");
    EXPECT_EQ(events[1].field("error"), "420");
    EXPECT_FALSE(events[1].fields.contains("mapped"));
}

TEST(KeepaliveEvents, WhatIsNoBindingAndNotWhereSipIsSaidIsNone) {
    const auto elsewhere = [](const Octets& m) { return ethernet(ipv4({}, udp(3478, 7001, m))); };
    EXPECT_THAT(test::decode({sip_frame(stun(indication)), sip_frame(stun(0x0003)),
                              elsewhere(stun(request)), elsewhere("\r\n\r\n")}),
                IsEmpty());
}

TEST(KeepaliveEvents, OfABadAnswerNothingIsBelieved) {
    const auto good = attribute(0x20, xored);
    const auto long_one = u16(0x20) + u16(60) + xored;
    const auto events = test::decode({from_primary(stun(response, good) + "more"),
                                      from_primary(stun(response) + "x"),
                                      from_primary(stun(response, good + long_one)),
                                      from_primary(stun(response, good + u16(9)))});
    ASSERT_THAT(kinds(events),
                testing::AllOf(testing::SizeIs(4), testing::Each("keepalive.malformed")));
    for (const auto& event : events) {
        EXPECT_FALSE(event.fields.contains("mapped"));
        EXPECT_FALSE(event.field("reason").empty());
    }
    // An address of IPv6, or one that is too short, is none; the answer still counts.
    const auto odd = test::decode({from_primary(stun(response, attribute(0x20, Octets(20, '\2')))),
                                   from_primary(stun(response, attribute(0x20, "\1")))});
    EXPECT_THAT(kinds(odd), ElementsAre("keepalive.pong", "keepalive.pong"));
    for (const auto& event : odd) EXPECT_FALSE(event.fields.contains("mapped"));
}

TEST(KeepaliveEvents, ADatagramOfLineEndsOrZerosIsAPing) {
    const auto events = test::decode({sip_frame("\r\n\r\n"), sip_frame("\r\n"), sip_frame("\n"),
                                      sip_frame(std::string(4, '\0'))});
    ASSERT_THAT(kinds(events), testing::AllOf(testing::SizeIs(4), testing::Each("keepalive.ping")));
    EXPECT_EQ(events[0].field("form"), "crlf");
    EXPECT_EQ(events[1].field("form"), "crlf");
    EXPECT_EQ(events[3].field("form"), "zeros");
}

TEST(KeepaliveEvents, DamageDoesNoHarm) {
    std::mt19937 random(fuzz_seed());
    const Octets whole = stun(response, attribute(0x20, xored) + attribute(9, "\0\0\4\1") +
                                            attribute(1, plain) + attribute(0x8022, "abc"));
    std::size_t pongs = 0;
    for (int round = 0; round < 5000; ++round) {
        Octets octets = whole;
        for (unsigned times = random() % 4; times > 0; --times) mutate(octets, random);
        for (const auto& event : test::decode({from_primary(octets)}))
            pongs += event.kind == "keepalive.pong" ? 1 : 0;
    }
    EXPECT_GT(pongs, 0U);
}

}  // namespace
