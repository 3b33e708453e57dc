// Frames of every kind must become the events that probes/timeline/event.hh documents, and whose
// they are.
#include "probes/decode/decoder.hh"

#include "probes/decode/link.hh"
#include "tests/decode/frame_builder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using testing::IsEmpty;
using timeline::Direction;
using timeline::Event;
using timeline::Fields;
using timeline::LinkType;
using timeline::Timeline;

TEST(Decoder, ARegisterHasItsFields) {
    const Timeline events = test::decode({sip_frame(register_request())});
    ASSERT_EQ(events.size(), 1U);
    const Event& event = events.front();
    EXPECT_EQ(event.id, 1U);
    EXPECT_EQ(event.frame, 1U);
    EXPECT_EQ(event.at, timeline::Instant{std::chrono::milliseconds{1}});
    EXPECT_EQ(event.subject, "device");
    EXPECT_EQ(event.direction, Direction::out);
    EXPECT_EQ(event.peer, "primary");
    EXPECT_EQ(event.peer_port, "5060");
    EXPECT_EQ(event.kind, "sip.request");
    EXPECT_EQ(event.fields, (Fields{{"method", "REGISTER"},
                                    {"uri", "sip:pbx.test"},
                                    {"call_id", "call-1@198.51.100.100"},
                                    {"cseq", "1"},
                                    {"from_tag", "from1"},
                                    {"from_uri", "sip:1001@pbx.test"},
                                    {"from_name", "Alice"},
                                    {"to_uri", "sip:1001@pbx.test"},
                                    {"branch", "z9hG4bK-1"},
                                    {"rport", "yes"},
                                    {"sent_by", "198.51.100.100:5060"},
                                    {"transport", "udp"},
                                    {"contact", "sip:1001@198.51.100.100:5060"},
                                    {"expires", "120"},
                                    {"auth", "none"},
                                    {"user_agent", "Phone /1.0"},
                                    {"send", "1"},
                                    {"size", std::to_string(register_request().size())}}));
}

TEST(Decoder, EveryLinkTypeCarriesTheSame) {
    const Octets packet = ipv4({.options = Octets(4, '\x01')}, udp(5060, 5060, register_request()));
    EXPECT_THAT(test::decode({packet}, LinkType::raw_ip), testing::SizeIs(1));
    EXPECT_THAT(test::decode({Octets(14, '\0') + u16(0x0800) + packet}, LinkType::linux_sll),
                testing::SizeIs(1));
    EXPECT_THAT(test::decode({u16(0x0800) + Octets(18, '\0') + packet}, LinkType::linux_sll2),
                testing::SizeIs(1));
    EXPECT_THAT(test::decode({ethernet(u16(7) + u16(0x0800) + packet, 0x8100)}),
                testing::SizeIs(1));
    for (const Octets& family : {u16(0) + u16(2), Octets("\x02\0\0\0", 4)})
        for (const auto link : {LinkType::bsd_loopback, LinkType::openbsd_loopback})
            EXPECT_THAT(test::decode({family + packet}, link), testing::SizeIs(1));
    const Octets session = u16(0x1100) + u16(7) + u16(packet.size() + 2);  // PPPoE
    EXPECT_THAT(test::decode({ethernet(session + u16(0x0021) + packet, 0x8864)}),
                testing::SizeIs(1));
    EXPECT_THAT(test::decode({ethernet(session + u16(0xc021) + packet, 0x8864)}), IsEmpty());
    EXPECT_THAT(test::decode({ethernet(packet, 0x86dd)}), IsEmpty());
}

TEST(Decoder, WhatNobodyReadsIsTold) {
    decode::Unread unread;
    const auto note = [&](const Octets& octets, LinkType link) {
        decode::OwnedFrame owned = frame(octets, link);
        owned.frame.bytes = owned.bytes;
        unread.note(owned.frame);
    };
    const Octets addresses(32, '\x20');
    const auto ipv6 = [&](char next, std::uint16_t port) {
        return Octets("\x60\0\0\0", 4) + u16(8) + next + '\x40' + addresses + u16(40000) +
               u16(port) + u16(8) + u16(0);
    };
    note(sip_frame(register_request()), LinkType::ethernet);
    note(ethernet(ipv6(58, 5060), 0x86dd), LinkType::ethernet);  // neighbours are not SIP
    note(ethernet(ipv6(17, 547), 0x86dd), LinkType::ethernet);
    EXPECT_THAT(unread.notes(), IsEmpty());
    note(ethernet(ipv6(17, 5060), 0x86dd), LinkType::ethernet);
    note(ipv6(6, 5061), LinkType::raw_ip);
    note("\x08", static_cast<LinkType>(105));
    EXPECT_THAT(unread.notes(), ElementsAre("1 frames have link type 105 and cannot be read",
                                            "2 packets of SIP go over IPv6 and cannot be read"));
}

// RFC 791 knows no length of 0: what a card cuts for the kernel is captured before it is cut.
TEST(Decoder, ASegmentThatTheCardWillCutHasNoLength) {
    Octets packet = ipv4({.protocol = 6}, tcp(40000, 5060, syn));
    packet[2] = packet[3] = '\0';
    EXPECT_THAT(kinds(test::decode({ethernet(packet)})), ElementsAre("tcp.syn"));
}

TEST(Decoder, PaddingIsIgnored) {
    const Timeline events = test::decode({sip_frame("\r\n") + Octets(30, 'p')});
    ASSERT_THAT(kinds(events), ElementsAre("keepalive.ping"));
}

TEST(Decoder, ACutFrameIsTheCapturesFault) {
    decode::OwnedFrame owned = frame(sip_frame(register_request()));
    owned.bytes.resize(100);
    const std::vector<decode::OwnedFrame> frames{owned};
    const Timeline events = decode::decode_all(frames, cast());
    ASSERT_THAT(kinds(events), ElementsAre("frame.truncated"));
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].field("captured"), "66");
}

TEST(Decoder, APrefixOfAFrameIsNeverMoreThanACut) {
    const Octets whole = sip_frame(register_request());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_THAT(test::decode({whole.substr(0, length)}), IsEmpty()) << length;
    }
}

TEST(Decoder, AnIcmpErrorBelongsToTheOneQuoted) {
    const Octets quoted = ipv4({device, primary}, udp(5060, 5062, "x")).substr(0, 28);
    const Octets icmp = std::string("\x03\x03\0\0\0\0\0\0", 8) + quoted;
    const Timeline events = test::decode({ethernet(ipv4({router, device, 1}, icmp))});
    ASSERT_THAT(kinds(events), ElementsAre("icmp.unreachable"));
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].direction, Direction::in);
    EXPECT_EQ(events[0].peer, "primary");
    EXPECT_EQ(events[0].peer_port, "5062");
    EXPECT_EQ(events[0].fields, (Fields{{"code", "3"},
                                        {"of_src", "198.51.100.100:5060"},
                                        {"of_dst", "192.0.2.11:5062"},
                                        {"of_protocol", "udp"}}));
}

TEST(Decoder, APhoneThatRefusesSendsTheIcmp) {
    const Octets quoted = ipv4({primary, device}, udp(5060, 5062, "x"));
    const Octets icmp = std::string("\x03\x03\0\0\0\0\0\0", 8) + quoted;
    const Timeline events = test::decode({ethernet(ipv4({device, primary, 1}, icmp))});
    ASSERT_THAT(kinds(events), ElementsAre("icmp.unreachable"));
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].direction, Direction::out);
    EXPECT_EQ(events[0].peer, "primary");
    EXPECT_EQ(events[0].peer_port, "5060");
}

TEST(Decoder, PingIsOtherIcmp) {
    const Timeline events =
        test::decode({ethernet(ipv4({device, router, 1}, std::string("\x08\0\0\0\0\0\0\0", 8)))});
    ASSERT_THAT(kinds(events), ElementsAre("icmp.other"));
    EXPECT_EQ(events[0].peer, "198.51.100.1");
    EXPECT_EQ(events[0].fields, (Fields{{"type", "8"}, {"code", "0"}}));
}

TEST(Decoder, ArpAsksAndAnswers) {
    const auto arp = [](std::size_t operation, std::uint32_t sender, std::uint32_t target) {
        return ethernet(u16(1) + u16(0x0800) + u16(0x0604) + u16(operation) +
                            Octets("\x02\x00\x00\x00\x00\x0a", 6) + u32(sender) + Octets(6, '\0') +
                            u32(target) + Octets(18, '\0'),
                        0x0806);
    };
    const Timeline events =
        test::decode({arp(1, device, router), arp(2, router, device), arp(3, device, router)});
    ASSERT_THAT(kinds(events), ElementsAre("arp.request", "arp.reply"));
    EXPECT_EQ(events[0].direction, Direction::out);
    EXPECT_EQ(events[0].field("target"), "198.51.100.1");
    EXPECT_EQ(events[1].direction, Direction::in);
    EXPECT_EQ(events[1].fields, (Fields{{"target", "198.51.100.1"}, {"mac", "02:00:00:00:00:0a"}}));
}

TEST(Decoder, TcpFlagsOpenAndCloseConnections) {
    const auto out = [](unsigned flags) {
        return ethernet(ipv4({device, primary, 6}, tcp(40000, 5060, flags)));
    };
    const auto in = [](unsigned flags) {
        return ethernet(ipv4({primary, device, 6}, tcp(5060, 40000, flags)));
    };
    const Timeline events = test::decode({out(0x02), in(0x12), out(0x10), out(0x11), in(0x14)});
    ASSERT_THAT(kinds(events), ElementsAre("tcp.syn", "tcp.synack", "tcp.fin", "tcp.rst"));
    EXPECT_EQ(events[1].peer_port, "5060");
    EXPECT_EQ(events[1].field("dst"), "198.51.100.100:40000");
}

TEST(Decoder, SubjectsAmongThemselvesAndStrangers) {
    const auto between = [](std::uint32_t source, std::uint32_t destination) {
        return ethernet(ipv4({source, destination}, udp(5062, 5060, "\r\n")));
    };
    const Timeline events = test::decode({between(device, twin), between(primary, router)});
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].peer, "twin");
    EXPECT_EQ(events[0].direction, Direction::out);
    EXPECT_EQ(events[1].subject, "");
    EXPECT_EQ(events[1].direction, Direction::none);
    EXPECT_EQ(events[1].peer, "primary->198.51.100.1");
    EXPECT_EQ(events[1].peer_port, "5060");
}

}  // namespace
