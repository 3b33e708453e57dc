// Fragments must become the packet that was sent, in whatever order they come, and never more
// memory or time than their bounds.
#include "probes/decode/fragments.hh"

#include "tests/decode/frame_builder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using decode::Reassembler;
using testing::ElementsAre;
using testing::IsEmpty;
using timeline::Instant;

const Octets packet = udp(5060, 5060, register_request());

Octets piece(std::size_t begin, std::size_t end, std::uint16_t id = 7) {
    return ethernet(
        ipv4({.id = id, .fragment_offset = begin, .more_fragments = end < packet.size()},
             packet.substr(begin, end - begin)));
}

TEST(Fragments, ComeTogetherInAnyOrder) {
    const std::vector<Octets> pieces{piece(0, 160), piece(160, 320), piece(320, packet.size())};
    std::vector<std::size_t> order{0, 1, 2};
    do {
        const auto events = test::decode({pieces[order[0]], pieces[order[1]], pieces[order[2]]});
        ASSERT_THAT(kinds(events), ElementsAre("sip.request"));
        EXPECT_EQ(events[0].frame, 3U);
        EXPECT_EQ(events[0].field("size"), std::to_string(register_request().size()));
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Fragments, OfTwoPacketsDoNotMix) {
    EXPECT_THAT(test::decode({piece(0, 160, 7), piece(160, packet.size(), 8)}), IsEmpty());
    EXPECT_THAT(kinds(test::decode({piece(0, 160, 7), piece(0, 160, 8),
                                    piece(160, packet.size(), 8), piece(160, packet.size(), 7)})),
                ElementsAre("sip.request", "sip.request"));
}

TEST(Fragments, ARepeatedOneIsIgnoredAndAnOverlapSpoilsThePacket) {
    const Octets rest = piece(160, packet.size());
    EXPECT_THAT(test::decode({piece(0, 160), piece(0, 160), rest}), testing::SizeIs(1));
    EXPECT_THAT(test::decode({piece(0, 160), piece(152, 320), rest}), IsEmpty());
    EXPECT_THAT(test::decode({piece(0, 160), piece(8, 16), rest}), IsEmpty());
}

TEST(Fragments, ThatNoSenderMayMakeSpoilThePacket) {
    const Octets first = piece(0, 160);
    const Octets ragged =
        ethernet(ipv4({.id = 7, .fragment_offset = 160, .more_fragments = true}, Octets(7, 'x')));
    const Octets early_end = ethernet(ipv4({.id = 7, .fragment_offset = 80}, Octets(8, 'x')));
    const Octets too_far = ethernet(ipv4({.id = 7, .fragment_offset = 65528}, Octets(8, 'x')));
    for (const Octets& bad : {ragged, early_end, too_far}) {
        EXPECT_THAT(test::decode({first, bad, piece(160, packet.size())}), IsEmpty());
    }
}

decode::Ipv4Packet fragment(std::uint16_t id, std::size_t offset, bool more,
                            const Octets& payload) {
    decode::Ipv4Packet made;
    made.id = id;
    made.fragment_offset = static_cast<std::uint16_t>(offset);
    made.more_fragments = more;
    made.payload = std::as_bytes(std::span(payload));
    return made;
}

TEST(Fragments, AreForgottenAtTheTimeLimitAndNotBefore) {
    const Octets half(8, 'x');
    const Instant begin{std::chrono::seconds{5}};
    Reassembler just_before;
    just_before.feed(begin, fragment(1, 0, true, half));
    EXPECT_TRUE(just_before.feed(begin + Reassembler::time_limit - timeline::Duration{1},
                                 fragment(1, 8, false, half)));
    Reassembler at_limit;
    at_limit.feed(begin, fragment(1, 0, true, half));
    EXPECT_FALSE(at_limit.feed(begin + Reassembler::time_limit, fragment(1, 8, false, half)));
}

TEST(Fragments, WaitInBoundedNumbers) {
    const Octets half(8, 'x');
    Reassembler reassembler;
    for (std::size_t id = 0; id <= Reassembler::packets_limit; ++id) {
        reassembler.feed(Instant{}, fragment(static_cast<std::uint16_t>(id), 0, true, half));
    }
    EXPECT_EQ(reassembler.waiting(), Reassembler::packets_limit);
    EXPECT_TRUE(reassembler.feed(Instant{}, fragment(Reassembler::packets_limit, 8, false, half)));
    EXPECT_FALSE(reassembler.feed(Instant{}, fragment(0, 8, false, half)));
}

}  // namespace
