// Which packets a detour holds, delays or loses: read off octets that are put together here.
#include "rig/testbed/passage.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using scenario::Treatment;
using testbed::Passage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char to_the_host = 11, to_the_phone = 100;
constexpr char udp = 17, tcp = 6, icmp = 1;

std::string packet(char destination, char protocol, char id = 1, char offset = 0,
                   std::size_t payload = 8) {
    const std::string host("\xc0\x00\x02\x0b", 4), phone("\xc6\x33\x64\x64", 4);
    std::string octets(20, '\0');
    octets[0] = 0x45;
    octets[3] = static_cast<char>(20 + payload);
    octets[5] = id;
    octets[7] = offset;
    octets[9] = protocol;
    octets.replace(12, 4, destination == to_the_host ? phone : host);
    octets.replace(16, 4, destination == to_the_host ? host : phone);
    return octets + std::string(payload, '\0');
}

// A segment with a header of 20 octets.
std::string segment(char destination, std::size_t said) {
    auto octets = packet(destination, tcp, 1, 0, 20 + said);
    octets[20 + 12] = 0x50;
    return octets;
}

Passage passage(Treatment::Kind kind, std::string_view operands) {
    Treatment treatment{.kind = kind};
    EXPECT_TRUE(scenario::read_link(operands, treatment));
    return {"192.0.2.11", treatment};
}

TEST(PassageOfPackets, CountsDatagramsByWay) {
    auto lossy = passage(Treatment::Kind::lose, "every 2");
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 1)).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(packet(to_the_phone, udp, 1)).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, icmp, 2)).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(segment(to_the_host, 9)).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 2)).copies, IsEmpty());
    EXPECT_THAT(lossy.fate_of(packet(to_the_phone, udp, 2)).copies, IsEmpty());
    EXPECT_EQ(lossy.counts().datagrams_in, 2U);
    EXPECT_EQ(lossy.counts().datagrams_out, 2U);
    EXPECT_EQ(lossy.counts().lost, 2U);
}

TEST(PassageOfPackets, FragmentsShareTheirFate) {
    auto lossy = passage(Treatment::Kind::lose, "next 1");
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 7)).copies, IsEmpty());
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 7, 1)).copies, IsEmpty());
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 8)).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp, 8, 1)).copies, ElementsAre(0ms));
    EXPECT_EQ(lossy.counts().datagrams_in, 2U);
}

TEST(PassageOfPackets, EveryPacketIsLate) {
    auto late = passage(Treatment::Kind::delay, "100 ms out");
    for (const auto& octets : {packet(to_the_phone, udp), packet(to_the_phone, icmp),
                               segment(to_the_phone, 0), segment(to_the_phone, 5)})
        EXPECT_THAT(late.fate_of(octets).copies, ElementsAre(100ms));
    EXPECT_THAT(late.fate_of(packet(to_the_host, udp)).copies, ElementsAre(0ms));
}

TEST(PassageOfPackets, AStallHoldsWhatIsSaidAndLetsConnectionsOpen) {
    Passage stall("192.0.2.11", {.kind = Treatment::Kind::stall});
    EXPECT_TRUE(stall.fate_of(packet(to_the_phone, udp)).held);
    EXPECT_FALSE(stall.fate_of(packet(to_the_host, udp)).held);
    EXPECT_FALSE(stall.fate_of(segment(to_the_phone, 0)).held);
    EXPECT_TRUE(stall.fate_of(segment(to_the_phone, 1)).held);
}

// RFC 1071, over the segment alone: what its pseudo header adds is the same before and after.
std::uint32_t sum_of_segment(const std::string& octets) {
    std::uint32_t sum = 0;
    for (std::size_t at = 20; at < octets.size(); ++at)
        sum += static_cast<std::uint32_t>(static_cast<unsigned char>(octets[at]))
               << (at % 2 == 0 ? 8U : 0U);
    while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
    return sum;
}

std::string saying(char destination, const std::string& said, const std::string& checksum) {
    auto octets = segment(destination, said.size());
    octets.replace(36, 2, checksum);
    return octets.replace(40, said.size(), said);
}

TEST(PassageOfPackets, TakesThePingOutOfAStreamOfAMutedHost) {
    const Passage mute("192.0.2.11", {.kind = Treatment::Kind::mute});
    for (const std::string ping : {"\r\n\r\n", "\r\n\r\n\r\n\r\n", "\r\n\r\n\r"})
        for (const std::string checksum : {"\x12\x34", "\xff\xfe", "\xe5\xea", "\x01\x01"}) {
            const auto before = saying(to_the_host, ping, checksum);
            auto octets = before;
            mute.take_out_ping(octets);
            EXPECT_EQ(octets.substr(40), std::string(ping.size(), '\n'));
            EXPECT_EQ(sum_of_segment(octets), sum_of_segment(before)) << "what it is checked by";
            EXPECT_EQ(octets.substr(0, 36), before.substr(0, 36));
        }
}

TEST(PassageOfPackets, LeavesEverythingElseInAStream) {
    const Passage mute("192.0.2.11", {.kind = Treatment::Kind::mute});
    const auto is_left = [](const Passage& passage, std::string octets) {
        const auto before = octets;
        passage.take_out_ping(octets);
        return octets == before;
    };
    const std::string ping = "\r\n\r\n", sum = "\x12\x34";
    EXPECT_TRUE(is_left(mute, saying(to_the_host, "\r\n", sum))) << "a pong";
    EXPECT_TRUE(is_left(mute, saying(to_the_host, "Content-Length: 0" + ping, sum)));
    EXPECT_TRUE(is_left(mute, saying(to_the_host, "", sum)));
    EXPECT_TRUE(is_left(mute, saying(to_the_phone, ping, sum))) << "the host's own";
    EXPECT_TRUE(is_left(passage(Treatment::Kind::lose, "next 1"), saying(to_the_host, ping, sum)));
    auto malformed = saying(to_the_host, ping, sum);
    malformed[32] = 0x10;
    EXPECT_TRUE(is_left(mute, malformed)) << "a header that is none";
    auto of_udp = saying(to_the_host, ping, sum);
    of_udp[9] = udp;
    EXPECT_TRUE(is_left(mute, of_udp));
    for (std::size_t size = 0; size < 44; ++size)
        EXPECT_TRUE(is_left(mute, saying(to_the_host, ping, sum).substr(0, size))) << size;
}

TEST(PassageOfPackets, WhatIsNoPacketOfItsHostGoesOn) {
    auto lossy = passage(Treatment::Kind::lose, "next 1");
    auto of_another = packet(to_the_host, udp);
    of_another[19] = 12;
    for (const auto& octets :
         {std::string(), std::string(19, '\x45'), std::string(40, '\x60'), of_another})
        EXPECT_THAT(lossy.fate_of(octets).copies, ElementsAre(0ms));
    EXPECT_THAT(lossy.fate_of(packet(to_the_host, udp)).copies, IsEmpty());
}

}  // namespace
}  // namespace twinline::test
