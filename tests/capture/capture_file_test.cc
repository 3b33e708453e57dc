// The reader must give every frame of any pcap or pcapng file its instant, and end a damaged one
// with a fault.
#include "probes/capture/capture_file.hh"

#include "tests/capture/capture_files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using capture::ByteOrder;
using timeline::Duration;
using timeline::Instant;
using timeline::LinkType;

constexpr std::uint64_t second = 1'700'000'000;

std::string classic(ByteOrder order, std::uint32_t magic, std::uint32_t link = 1) {
    const Layout in(order);
    const auto record = [&](std::uint64_t fraction, const std::string& octets) {
        return in.u32(second) + in.u32(fraction) + in.u32(octets.size()) + in.u32(1500) + octets;
    };
    return in.u32(magic) + in.u16(2) + in.u16(4) + in.u64(0) + in.u32(65535) + in.u32(link) +
           record(100, "first") + record(107, "second!");
}

class ByteOrders : public testing::TestWithParam<ByteOrder> {};
INSTANTIATE_TEST_SUITE_P(CaptureFile, ByteOrders,
                         testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(ByteOrders, ClassicFilesOfBothResolutions) {
    for (const auto& [magic, unit] : {std::pair{0xa1b2c3d4U, 1000}, std::pair{0xa1b23c4dU, 1}}) {
        const ReadFile file = read_all(classic(GetParam(), magic));
        EXPECT_FALSE(file.fault);
        ASSERT_EQ(file.frames.size(), 2U);
        EXPECT_EQ(file.frames[0].frame.at, Instant{});
        EXPECT_EQ(file.frames[1].frame.at, Instant{Duration{7 * unit}});
        EXPECT_EQ(file.frames[1].frame.number, 2U);
        EXPECT_EQ(file.frames[1].frame.original_length, 1500U);
        EXPECT_EQ(file.frames[1].octets, "second!");
        EXPECT_EQ(file.origin->time_since_epoch(),
                  std::chrono::seconds{second} + Duration{100 * unit});
    }
}

TEST_P(ByteOrders, PcapngWithSeveralInterfaces) {
    const Layout in(GetParam());
    const std::string tenths = in.option(9, "\x01") + in.option(0, "");
    const std::string halves_later =
        in.option(9, "\x81") + in.option(14, in.u64(second)) + in.option(0, "");
    const ReadFile file = read_all(
        in.section(in.option(1, "about the section")) + in.interface(1) +
        in.interface(101, tenths) + in.interface(113, halves_later) +
        in.packet(0, second * 1'000'000 + 3, "a") + in.block(0x0bad, "what is this") +
        in.packet(1, second * 10 + 1, "bcd", in.option(1, "one") + in.option(1, "two")) +
        in.packet(2, 3, "efghi") + in.block(10, in.u32(0x544c534b) + in.u32(5) + "keys\n") +
        in.block(10, in.u32(1) + in.u32(4) + "else") + in.block(3, in.u32(2) + "zz"));
    EXPECT_FALSE(file.fault) << file.fault->reason;
    ASSERT_EQ(file.frames.size(), 4U);
    EXPECT_EQ(file.frames[0].frame.link, LinkType::ethernet);
    EXPECT_EQ(file.frames[0].frame.original_length, 11U);
    EXPECT_EQ(file.frames[1].frame.link, LinkType::raw_ip);
    EXPECT_EQ(file.frames[1].frame.at, Instant{Duration{100'000'000 - 3'000}});
    EXPECT_EQ(file.frames[1].octets, "bcd");
    EXPECT_EQ(file.frames[1].comment, "one\ntwo");
    EXPECT_EQ(file.frames[2].frame.link, LinkType::linux_sll);
    EXPECT_EQ(file.frames[2].frame.at, Instant{Duration{1'500'000'000 - 3'000}});
    EXPECT_EQ(file.frames[2].comment, "");
    EXPECT_EQ(file.frames[3].octets, "zz");
    EXPECT_EQ(file.frames[3].frame.at, file.frames[2].frame.at);
    EXPECT_EQ(file.notes.comment, "about the section");
    EXPECT_EQ(file.notes.secrets, "keys\n");
}

TEST_P(ByteOrders, TheLatestStatisticsOfEachInterfaceAreSummed) {
    const Layout in(GetParam());
    const auto statistics = [&](std::uint32_t interface, std::uint64_t received,
                                std::uint64_t dropped) {
        return in.block(5, in.u32(interface) + in.u64(0) + in.option(4, in.u64(received)) +
                               in.option(7, in.u64(dropped)) + in.option(0, ""));
    };
    const ReadFile file =
        read_all(in.section() + in.interface(1) + in.interface(1) + statistics(0, 10, 1) +
                 statistics(1, 5, 0) + statistics(0, 30, 2));
    ASSERT_TRUE(file.notes.stats);
    EXPECT_EQ(*file.notes.stats, (capture::CaptureStats{35, 2, 0}));
}

TEST(CaptureFile, ASecondSectionMayTurnTheByteOrder) {
    const Layout little(ByteOrder::little);
    const Layout big(ByteOrder::big);
    const ReadFile file =
        read_all(little.section() + little.interface(1) + little.packet(0, 1, "a") + big.section() +
                 big.interface(101) + big.packet(0, 2, "b"));
    EXPECT_FALSE(file.fault);
    ASSERT_EQ(file.frames.size(), 2U);
    EXPECT_EQ(file.frames[1].frame.link, LinkType::raw_ip);
}

TEST(CaptureFile, AnOriginThatIsGivenCounts) {
    const capture::Origin origin{std::chrono::seconds{second - 1}};
    const ReadFile file = read_all(classic(ByteOrder::little, 0xa1b23c4d), {.origin = origin});
    EXPECT_EQ(file.frames[0].frame.at, Instant{Duration{1'000'000'100}});
}

TEST(CaptureFile, RawIpHasManyNumbers) {
    for (const std::uint32_t link : {12U, 14U, 101U, 228U}) {
        const ReadFile file = read_all(classic(ByteOrder::little, 0xa1b2c3d4, link));
        EXPECT_EQ(file.frames.at(0).frame.link, LinkType::raw_ip) << link;
    }
}

TEST(CaptureFile, ATruncatedFileGivesTheFramesSoFarAndItsEnd) {
    const Layout in(ByteOrder::little);
    const std::string head = in.section() + in.interface(1);
    const std::string ng = head + in.packet(0, 1, "a") + in.packet(0, 2, "b");
    const std::string old = classic(ByteOrder::little, 0xa1b2c3d4);
    const std::size_t old_first = 24 + 16 + 5;
    for (std::size_t length = 0; length < ng.size(); ++length) {
        const ReadFile file = read_all(ng.substr(0, length));
        const std::size_t whole = head.size() + (ng.size() - head.size()) / 2;
        EXPECT_EQ(file.frames.size(), length >= whole ? 1U : 0U) << length;
        const bool between = length == 28 || length == head.size() || length == whole;
        EXPECT_EQ(file.fault.has_value(), !between) << length;
        EXPECT_TRUE(!file.fault || file.fault->offset == length) << length;
    }
    for (std::size_t length = 0; length < old.size(); ++length) {
        const ReadFile file = read_all(old.substr(0, length));
        EXPECT_EQ(file.frames.size(), length >= old_first ? 1U : 0U) << length;
        EXPECT_EQ(file.fault.has_value(), length != 24 && length != old_first) << length;
    }
}

struct BadFile {
    const char* what;
    std::string file;
    std::string_view reason;
    std::uint64_t offset;
};

TEST(CaptureFile, DamageIsAFaultWithItsOffset) {
    const Layout in(ByteOrder::little);
    const std::string section = in.section();
    const std::string head = section + in.interface(1);
    const auto at_head = head.size();
    std::string ends_differ = head + in.packet(0, 1, "a");
    ends_differ.back() = '\x01';
    const std::vector<BadFile> files{
        {"text", "GET / HTTP/1.1\r\n", "neither pcap nor pcapng", 0},
        {"no magic", in.u32(0x0a0d0d0a) + in.u32(28) + in.u32(7), "no byte-order magic", 0},
        {"no interface", section + in.packet(0, 1, "a"), "interface 0 is not described",
         section.size()},
        {"a length of zero", head + in.u32(6) + in.u32(0), "a block of 0 octets", at_head},
        {"an odd length", head + in.u32(0xbad) + in.u32(13), "a block of 13 octets", at_head},
        {"a huge packet", head + in.u32(6) + in.u32(0xfffffffc), "a block of 4294967292 octets",
         at_head},
        {"lengths that differ", ends_differ, "the lengths at both ends", at_head},
        {"a packet past its block",
         head + in.block(6, in.u32(0) + in.u64(0) + in.u32(5) + in.u32(5) + "abcd"),
         "a packet longer than its block", at_head},
        {"an option past its block", head + in.packet(0, 1, "a", in.u16(1) + in.u16(9) + "abcd"),
         "an option longer than its block", at_head},
        {"secrets past their block", head + in.block(10, in.u32(0x544c534b) + in.u32(9) + "abcd"),
         "secrets longer than their block", at_head},
        {"a clock too fine", section + in.interface(1, in.option(9, "\x13")),
         "clock ticks too short", section.size()},
        {"a stamp out of range",
         section + in.interface(1, in.option(9, std::string(1, '\0'))) +
             in.packet(0, ~std::uint64_t{0}, "a"),
         "a time stamp out of range", section.size() + 28},
        {"a short block", head + in.block(6, "abcd"), "an enhanced packet block is too short",
         at_head},
    };
    for (const BadFile& bad : files) {
        SCOPED_TRACE(bad.what);
        const ReadFile file = read_all(bad.file);
        ASSERT_TRUE(file.fault);
        EXPECT_THAT(file.fault->reason, testing::HasSubstr(std::string(bad.reason)));
        EXPECT_EQ(file.fault->offset, bad.offset);
        EXPECT_TRUE(file.frames.empty());
    }
}

}  // namespace
