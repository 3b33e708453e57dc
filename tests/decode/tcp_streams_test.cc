// Messages out of TCP streams, however the segments come: cut, repeated, overtaken, missing.
#include "probes/decode/tcp_streams.hh"

#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using decode::StreamCutter;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string over_tcp(std::string_view branch) {
    auto text = register_request(branch);
    text.replace(text.find("/UDP"), 4, "/TCP");
    return text;
}

// The device's side of a connection from port 40000.
class Connection {
  public:
    explicit Connection(std::uint16_t port = 5060) : port_(port) {}

    Octets frame(unsigned flags, std::uint32_t sequence, std::string_view payload = {}) const {
        return ethernet(ipv4({.protocol = 6}, tcp(40000, port_, flags, sequence, 1, payload)));
    }
    Octets back(unsigned flags, std::uint32_t sequence, std::uint32_t acknowledged,
                std::string_view payload = {}) const {
        return ethernet(ipv4({.source = primary, .destination = device, .protocol = 6},
                             tcp(port_, 40000, flags, sequence, acknowledged, payload)));
    }

  private:
    std::uint16_t port_;
};

std::vector<std::string> branches(const timeline::Timeline& events) {
    std::vector<std::string> result;
    for (const auto& event : events)
        if (event.kind == "sip.request") result.push_back(event.fields.at("branch"));
    return result;
}

TEST(TcpStreams, ARegisterIsReadAsOverUdp) {
    const Connection c;
    const auto text = over_tcp("z9hG4bK-1");
    const auto events = test::decode({c.frame(syn, 99), c.back(syn | ack, 499, 100),
                                      c.frame(ack, 100, text), c.frame(fin | ack, 200)});
    EXPECT_THAT(kinds(events), ElementsAre("tcp.syn", "tcp.synack", "sip.request", "tcp.fin"));
    EXPECT_EQ(events[2].fields.at("transport"), "tcp");
    EXPECT_EQ(events[2].fields.at("method"), "REGISTER");
    EXPECT_EQ(events[2].frame, 3U);
    EXPECT_EQ(events[2].peer, "primary");
    EXPECT_EQ(events[2].peer_port, "5060");
}

TEST(TcpStreams, ASegmentMayHoldSeveralMessagesAndParts) {
    const Connection c;
    const auto text = over_tcp("z9hG4bK-1") + over_tcp("z9hG4bK-2") + over_tcp("z9hG4bK-3");
    for (std::size_t cut = 1; cut < text.size(); cut += 7) {
        const auto rest = static_cast<std::uint32_t>(100 + cut);
        const auto events = test::decode({c.frame(syn, 99), c.frame(ack, 100, text.substr(0, cut)),
                                          c.frame(ack, rest, text.substr(cut))});
        EXPECT_THAT(branches(events), ElementsAre("z9hG4bK-1", "z9hG4bK-2", "z9hG4bK-3")) << cut;
    }
}

TEST(TcpStreams, RepeatedAndOvertakenSegmentsCountOnce) {
    const Connection c;
    const auto text = over_tcp("z9hG4bK-1") + over_tcp("z9hG4bK-2");
    const auto a = c.frame(ack, 0xffffff00, text.substr(0, 300));
    const auto b = c.frame(ack, 0xffffff00 + 300, text.substr(300, 200));
    const auto d = c.frame(ack, 0xffffff00 + 400, text.substr(400));  // overlaps
    const auto events = test::decode({c.frame(syn, 0xfffffeff), d, a, a, b, d});
    EXPECT_THAT(branches(events), ElementsAre("z9hG4bK-1", "z9hG4bK-2"));
    for (const auto& event : events) EXPECT_NE(event.kind, "sip.malformed");
}

TEST(TcpStreams, WhatTheCaptureMissedIsPassedOverOnceItWasAcknowledged) {
    const Connection c;
    const auto first = over_tcp("z9hG4bK-1");
    const auto after = static_cast<std::uint32_t>(100 + first.size());
    const auto events =
        test::decode({c.frame(syn, 99), c.frame(ack, 100, first.substr(0, 50)),
                      c.frame(ack, after, over_tcp("z9hG4bK-2")), c.back(ack, 500, after + 10)});
    EXPECT_THAT(branches(events), ElementsAre("z9hG4bK-2"));
}

TEST(TcpStreams, ACaptureMayBeginInTheMiddle) {
    const Connection c;
    const auto first = over_tcp("z9hG4bK-1").substr(30);
    const auto after = static_cast<std::uint32_t>(100 + first.size());
    const auto events =
        test::decode({c.frame(ack, 100, first), c.frame(ack, after, over_tcp("z9hG4bK-2"))});
    EXPECT_THAT(branches(events), ElementsAre("z9hG4bK-2"));
}

TEST(TcpStreams, KeepAlivesStandBetweenMessages) {  // RFC 5626 3.5.1
    const Connection c;
    const auto events = test::decode({c.frame(syn, 99), c.frame(ack, 100, "\r\n\r\n"),
                                      c.back(syn | ack, 499, 100), c.back(ack, 500, 104, "\r\n"),
                                      c.frame(ack, 104, "\r\n\r\n" + over_tcp("z9hG4bK-1"))});
    EXPECT_THAT(kinds(events), ElementsAre("tcp.syn", "keepalive.ping", "tcp.synack",
                                           "keepalive.pong", "keepalive.ping", "sip.request"));
    for (const auto at : {1U, 3U}) {
        EXPECT_EQ(events[at].fields.at("form"), "crlf");
        EXPECT_EQ(events[at].fields.at("transport"), "tcp");
        EXPECT_EQ(events[at].subject, "device");
        EXPECT_EQ(events[at].peer, "primary");
    }
}

TEST(TcpStreams, KeepAlivesOnAPortOfTheirOwnAreKnownByTheSipBefore) {
    const Connection c(5099);
    const auto first = over_tcp("z9hG4bK-1");
    const auto after = static_cast<std::uint32_t>(100 + first.size());
    EXPECT_THAT(kinds(test::decode(
                    {c.frame(syn, 99), c.frame(ack, 100, first), c.frame(ack, after, "\r\n\r\n")})),
                ElementsAre("tcp.syn", "sip.request", "keepalive.ping"));
}

TEST(TcpStreams, SipIsFoundOnPortsOfItsOwnAndOtherThingsAreLeftAlone) {
    const Connection odd(5099), web(80), sips(5061);
    EXPECT_THAT(
        branches(test::decode({odd.frame(syn, 99), odd.frame(ack, 100, over_tcp("z9hG4bK-1"))})),
        SizeIs(1));
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_THAT(kinds(test::decode({web.frame(syn, 99), web.frame(ack, 100, get)})),
                ElementsAre("tcp.syn"));
    const auto hello = "\x16\x03\x01" + std::string(200, '\x01');
    EXPECT_THAT(kinds(test::decode({sips.frame(syn, 99), sips.frame(ack, 100, hello)})),
                ElementsAre("tcp.syn"));
    const auto plain =
        test::decode({sips.frame(syn, 99), sips.frame(ack, 100, over_tcp("z9hG4bK-1"))});
    EXPECT_EQ(plain.at(1).fields.at("transport"), "tls");
}

TEST(TcpStreams, AnswersOfDnsAreReadByTheirLength) {  // RFC 1035 4.2.2
    const Connection c(53);
    const Octets query = u16(7) + u16(0x0100) + u16(1) + u16(0) + u16(0) + u16(0) + "\x03pbx" +
                         "\x04test" + Octets(1, '\0') + u16(1) + u16(1);
    const auto framed = u16(query.size()) + query;
    const auto events = test::decode({c.frame(syn, 99), c.frame(ack, 100, framed.substr(0, 9)),
                                      c.frame(ack, 109, framed.substr(9))});
    ASSERT_THAT(kinds(events), ElementsAre("tcp.syn", "dns.query"));
    EXPECT_EQ(events[1].fields.at("transport"), "tcp");
    EXPECT_EQ(events[1].fields.at("name"), "pbx.test");
}

TEST(TcpStreams, GarbageIsSaidOnceAndTheNextMessageIsFound) {
    const Connection c;
    const std::string garbage = "REGISTER me please\r\nnow\r\n\r\n";
    const auto after = static_cast<std::uint32_t>(100 + garbage.size());
    const auto events = test::decode({c.frame(syn, 99), c.frame(ack, 100, garbage),
                                      c.frame(ack, after, "more of it"),
                                      c.frame(ack, after + 10, over_tcp("z9hG4bK-1"))});
    EXPECT_THAT(kinds(events), ElementsAre("tcp.syn", "sip.malformed", "sip.request"));
}

TEST(StreamCutter, KeepsLittleOfWhatNeverEnds) {
    StreamCutter cutter(StreamCutter::Kind::sip);
    for (int i = 0; i < 1000; ++i)
        cutter.take("OPTIONS sip:a SIP/2.0\r\n" + std::string(1000, 'x'));
    EXPECT_LE(cutter.held(), StreamCutter::longest_head + 2048);
    StreamCutter huge(StreamCutter::Kind::sip);
    EXPECT_THAT(huge.take("SIP/2.0 200 OK\r\nContent-Length: 99999999\r\n\r\n"), SizeIs(1));
    EXPECT_EQ(huge.held(), 0U);
}

TEST(TcpStreams, StayBoundedUnderSegmentsOfAnyKind) {
    std::mt19937 random(fuzz_seed());
    decode::TcpStreams streams;
    const std::string filler(1400, 'x');
    for (unsigned i = 0; i < 200'000; ++i) {
        decode::TcpSegment segment;
        segment.source = {device, static_cast<std::uint16_t>(random() % 20000)};
        segment.destination = {primary, 5060};
        segment.ack = true;
        segment.syn = random() % 50 == 0;
        segment.rst = (random() & rst) != 0;
        segment.sequence = static_cast<std::uint32_t>(random());
        segment.payload = std::as_bytes(std::span(filler)).first(random() % filler.size());
        streams.feed(segment);
        ASSERT_LE(streams.held(), decode::TcpStreams::held_limit);
    }
}

TEST(TcpStreams, SurviveDamagedStreams) {
    std::mt19937 random(fuzz_seed());
    const Connection c;
    for (int i = 0; i < 3000; ++i) {
        auto text = over_tcp("z9hG4bK-1") + "\r\n\r\n" + over_tcp("z9hG4bK-2");
        mutate(text, random);
        decode::StreamCutter cutter(StreamCutter::Kind::sip);
        std::size_t size = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto part = std::min<std::size_t>(1 + random() % 200, text.size() - at);
            for (const auto& message : cutter.take(std::string_view(text).substr(at, part)))
                size += message.size();
            at += part;
        }
        EXPECT_LE(size, text.size());
    }
}

}  // namespace
