// Virtual packets as frames and decisions joined to frames: what the one decoder and the judge rely
// on.
#include "rig/shadow/frames.hh"

#include "probes/decode/decoder.hh"
#include "rig/shadow/join.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using timeline::Direction;
using timeline::Event;

const wire::Endpoint phone{{0xc6336464}, 5060}, server{{0xc000020b}, 5060};

unsigned octet(const std::vector<std::byte>& bytes, std::size_t at) {
    return std::to_integer<unsigned>(bytes.at(at));
}

// RFC 1071: the sum over a header that holds its own checksum is all ones.
unsigned ones_sum(const std::vector<std::byte>& bytes, std::size_t from, std::size_t to,
                  unsigned sum = 0) {
    for (std::size_t i = from; i < to; ++i)
        sum += (i - from) % 2 == 0 ? octet(bytes, i) << 8U : octet(bytes, i);
    while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
    return sum;
}

TEST(Frames, HaveRightChecksumsForEvenAndOddLengths) {  // RFC 791, RFC 768
    for (std::size_t size : {0UL, 1UL, 2UL, 511UL, 1400UL, 65000UL}) {
        const auto frame = shadow::to_frame({{}, phone, server, std::string(size, '\xa5')});
        ASSERT_EQ(frame.size(), 14 + 20 + 8 + size);
        EXPECT_EQ(ones_sum(frame, 14, 34), 0xffffU) << size;
        const auto pseudo = 17U + static_cast<unsigned>(8 + size);
        EXPECT_EQ(ones_sum(frame, 26, frame.size(), pseudo), 0xffffU) << size;
    }
}

TEST(Frames, AnIcmpErrorQuotesWhatItIsAbout) {  // RFC 792
    const auto bytes = shadow::to_frame({{}, server, phone, "OPTIONS", true});
    ASSERT_EQ(bytes.size(), 14 + 20 + 8 + 20 + 8);
    EXPECT_EQ(ones_sum(bytes, 34, bytes.size()), 0xffffU);
    decode::Decoder decoder(
        {{{phone.address.value, "device"}}, {{server.address.value, "primary"}}});
    std::vector<Event> events;
    decoder.feed({.number = 1,
                  .at = {},
                  .link = timeline::LinkType::ethernet,
                  .original_length = static_cast<std::uint32_t>(bytes.size()),
                  .bytes = bytes},
                 [&](Event&& event) { events.push_back(std::move(event)); });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, "icmp.unreachable");
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].peer, "primary");
    EXPECT_EQ(events[0].direction, Direction::in);
    EXPECT_EQ(events[0].field("code"), "3");
    EXPECT_EQ(events[0].field("of_dst"), "192.0.2.11:5060");
}

TEST(Frames, CarrySegmentsThatTheDecoderPutsInOrder) {  // RFC 9293 section 3.1
    world::Packet packet{{}, phone, server, "OPTIONS sip:a SIP/2.0\r\n"};
    packet.segment = world::Segment{1, wire::Transport::tcp, world::Segment::Kind::data, 7, 9};
    const auto bytes = shadow::to_frame(packet);
    ASSERT_EQ(bytes.size(), 14 + 20 + 20 + packet.payload.size());
    const auto pseudo = 6U + static_cast<unsigned>(20 + packet.payload.size());
    EXPECT_EQ(ones_sum(bytes, 26, bytes.size(), pseudo), 0xffffU);
    EXPECT_EQ(octet(bytes, 41), 7U);
    EXPECT_EQ(octet(bytes, 45), 9U);
    EXPECT_EQ(octet(bytes, 47), 0x18U);
}

TEST(Frames, AreReadBackByTheDecoder) {
    const std::string query("\x12\x34\x01\0\0\1\0\0\0\0\0\0\3pbx\4test\0\0\1\0\1", 26);
    const auto bytes = shadow::to_frame({{}, phone, {{0xc0000202}, 53}, query});
    decode::Decoder decoder({{{phone.address.value, "device"}}, {{0xc0000202, "dns"}}});
    std::vector<Event> events;
    decoder.feed({.number = 1,
                  .at = {},
                  .link = timeline::LinkType::ethernet,
                  .original_length = static_cast<std::uint32_t>(bytes.size()),
                  .bytes = bytes},
                 [&](Event&& event) { events.push_back(std::move(event)); });
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, "dns.query");
    EXPECT_EQ(events[0].subject, "device");
    EXPECT_EQ(events[0].peer, "dns");
    EXPECT_EQ(events[0].field("name"), "pbx.test");
}

Event event(std::string kind, timeline::Fields fields, std::vector<std::string> clauses = {}) {
    Event e;
    e.subject = "device";
    e.direction = kind.starts_with("rig.") ? Direction::none : Direction::out;
    e.kind = std::move(kind);
    e.fields = std::move(fields);
    e.clauses = std::move(clauses);
    return e;
}

timeline::Fields sip(std::string send, std::string branch = "b1") {
    return {{"method", "REGISTER"},
            {"branch", std::move(branch)},
            {"cseq", "1"},
            {"send", std::move(send)}};
}

timeline::Fields dns(std::string id, std::string type = "A") {
    return {{"id", std::move(id)}, {"name", "pbx.test"}, {"type", std::move(type)}};
}

TEST(Joining, GoesByBranchCseqAndOrdinal) {
    timeline::Timeline t{event("rig.decision", sip("1"), {"first"}),
                         event("sip.request", sip("1")),
                         event("rig.decision", sip("2"), {"second"}),
                         event("sip.request", sip("2")),
                         event("sip.request", sip("3")),
                         event("sip.request", sip("1", "b2"))};
    shadow::join_decisions(t, "device");
    EXPECT_THAT(t[1].clauses, ElementsAre("first"));
    EXPECT_THAT(t[3].clauses, ElementsAre("second"));
    EXPECT_THAT(t[4].clauses, IsEmpty()) << "nobody decided a third one";
    EXPECT_THAT(t[5].clauses, IsEmpty());
}

TEST(Joining, GoesByIdNameAndTypeForDns) {
    timeline::Timeline t{event("rig.decision", dns("7"), {"why"}), event("dns.query", dns("7")),
                         event("dns.query", dns("8")), event("dns.query", dns("7", "SRV"))};
    shadow::join_decisions(t, "device");
    EXPECT_THAT(t[1].clauses, ElementsAre("why"));
    EXPECT_THAT(t[2].clauses, IsEmpty());
    EXPECT_THAT(t[3].clauses, IsEmpty());
}

TEST(Joining, LeavesOthersAndWhatCameInAlone) {
    timeline::Timeline t{event("rig.decision", sip("1"), {"why"}), event("sip.request", sip("1")),
                         event("sip.request", sip("1"))};
    t[1].subject = "twin";
    t[2].direction = Direction::in;
    shadow::join_decisions(t, "device");
    EXPECT_THAT(t[1].clauses, IsEmpty());
    EXPECT_THAT(t[2].clauses, IsEmpty());
}

TEST(Joining, ATransmissionsWithoutKeysTakesNoDecisionWithoutKeys) {
    timeline::Timeline t{event("rig.decision", {{"what", "wait"}, {"until_ms", "5"}}, {"why"}),
                         event("sip.request", sip("1"))};
    shadow::join_decisions(t, "device");
    EXPECT_THAT(t[1].clauses, IsEmpty());
}

TEST(Ordering, KeepsTheOrderOfWhatIsSimultaneous) {
    timeline::Timeline t{event("c", {}), event("a", {}), event("b", {})};
    t[0].at = timeline::Instant(std::chrono::seconds(2));
    shadow::put_in_order(t);
    EXPECT_EQ(t[0].kind + t[1].kind + t[2].kind, "abc");
    EXPECT_EQ(t[2].id, 3U);
}

}  // namespace
}  // namespace twinline::test
