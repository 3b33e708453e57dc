// DNS on the wire must become dns.query, dns.response or dns.malformed; hostile messages must do no
// harm.
#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using timeline::Direction;
using timeline::Event;
using timeline::Fields;

Octets header(std::size_t flags, std::size_t questions, std::size_t answers) {
    return u16(4711) + u16(flags) + u16(questions) + u16(answers) + u16(0) + u16(0);
}

const Octets pbx_name("\x03pBx\x04test\0", 10);

Octets question(std::size_t type) { return pbx_name + u16(type) + u16(1); }

// An answer whose owner points at the question's name.
Octets answer(std::size_t type, std::size_t ttl, const Octets& data) {
    return u16(0xc00c) + u16(type) + u16(1) + u32(ttl) + u16(data.size()) + data;
}

Octets query_frame(const Octets& message) {
    return ethernet(ipv4({device, dns}, udp(40000, 53, message)));
}
Octets response_frame(const Octets& message) {
    return ethernet(ipv4({dns, device}, udp(53, 40000, message)));
}

Event only_event(const Octets& octets) {
    auto events = test::decode({octets});
    EXPECT_EQ(events.size(), 1U);
    return events.empty() ? Event{} : events.front();
}

TEST(DnsEvents, AQueryHasItsFields) {
    const Event event = only_event(query_frame(header(0x0100, 1, 0) + question(33)));
    EXPECT_EQ(event.kind, "dns.query");
    EXPECT_EQ(event.subject, "device");
    EXPECT_EQ(event.direction, Direction::out);
    EXPECT_EQ(event.peer, "dns");
    EXPECT_EQ(event.peer_port, "53");
    EXPECT_EQ(
        event.fields,
        (Fields{{"id", "4711"}, {"name", "pbx.test"}, {"type", "SRV"}, {"transport", "udp"}}));
}

TEST(DnsEvents, TheRootIsAName) {
    const Event event =
        only_event(query_frame(header(0x0100, 1, 0) + Octets(1, '\0') + u16(1) + u16(1)));
    EXPECT_EQ(event.field("name"), ".");
}

TEST(DnsEvents, AnswersComeAsInAZoneFileWithTheSmallestTtl) {
    const Octets srv = u16(10) + u16(50) + u16(5060) + Octets("\x03one\xc0\x0c", 6);
    const Event event = only_event(response_frame(
        header(0x8180, 1, 2) + question(33) + answer(33, 600, srv) + answer(1, 30, u32(primary))));
    EXPECT_EQ(event.kind, "dns.response");
    EXPECT_EQ(event.direction, Direction::in);
    EXPECT_EQ(event.field("rcode"), "NOERROR");
    EXPECT_EQ(event.field("answers"), "SRV 10 50 5060 one.pBx.test.; A 192.0.2.11");
    EXPECT_EQ(event.field("ttl"), "30");
}

TEST(DnsEvents, NaptrAndUnknownTypesAreTold) {
    const Octets naptr = u16(50) + u16(60) + Octets("\x01s\x07SIP+D2U\0", 11) + pbx_name;
    const Event event =
        only_event(response_frame(header(0x8180, 1, 1) + question(35) + answer(35, 5, naptr)));
    EXPECT_EQ(event.field("answers"), "NAPTR 50 60 \"s\" \"SIP+D2U\" \"\" pBx.test.");
    EXPECT_EQ(only_event(query_frame(header(0x0100, 1, 0) + question(65280))).field("type"),
              "TYPE65280");
}

TEST(DnsEvents, AnErrorWithoutAnswersHasNoTtl) {
    const Event event = only_event(response_frame(header(0x8183, 1, 0) + question(1)));
    EXPECT_EQ(event.field("rcode"), "NXDOMAIN");
    EXPECT_FALSE(event.fields.contains("ttl"));
    EXPECT_FALSE(event.fields.contains("answers"));
    EXPECT_EQ(only_event(response_frame(header(0x8181, 0, 0))).field("rcode"), "FORMERR");
}

TEST(DnsEvents, DamageIsMalformed) {
    const Octets whole = header(0x8180, 1, 1) + question(1) + answer(1, 30, u32(primary));
    const Octets loop = header(0x0100, 1, 0) + u16(0xc00c) + u16(1) + u16(1);
    const Octets forward = header(0x0100, 1, 0) + u16(0xc0ff) + u16(1) + u16(1);
    for (const Octets& message : {loop, forward, Octets(), Octets("short"), header(0x0100, 0, 0),
                                  header(0x0100, 2, 0) + question(1) + question(1),
                                  header(0x8180, 1, 2) + whole.substr(12)}) {
        const Event event = only_event(query_frame(message));
        EXPECT_EQ(event.kind, "dns.malformed");
        EXPECT_NE(event.field("reason"), "");
    }
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(only_event(response_frame(whole.substr(0, length))).kind, "dns.malformed")
            << length;
    }
}

TEST(DnsEvents, MutatedFramesOfEveryKindDoNoHarm) {
    std::mt19937 random(fuzz_seed());
    const Octets icmp = Octets("\x03\x03\0\0\0\0\0\0", 8) + ipv4({}, udp(5060, 5060, "x"));
    const std::vector<Octets> seeds{
        response_frame(header(0x8180, 1, 1) + question(1) + answer(1, 30, u32(primary))),
        sip_frame(register_request()), ethernet(ipv4({primary, device, 1}, icmp)),
        ethernet(ipv4({.more_fragments = true}, Octets(16, 'x'))),
        ethernet(ipv4({primary, device, 6}, tcp(5060, 40000, 2)))};
    std::size_t events = 0;
    for (int round = 0; round < 5000; ++round) {
        Octets octets = seeds[random() % seeds.size()];
        mutate(octets, random);
        events += test::decode({octets, octets}).size();
    }
    EXPECT_GT(events, 0U);
}

}  // namespace
