// What a stream looks like to the one who receives it, and what it makes of what it receives.
#include "reference_impl/live/media.hh"

#include "tests/live/loopback.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::live {
namespace {

using namespace std::chrono_literals;

std::uint32_t field(const Datagram& packet, std::size_t at, std::size_t octets) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + octets; ++i)
        value = (value << 8) | static_cast<unsigned char>(packet.bytes.at(i));
    return value;
}

class MediaTest : public testing::Test {
  protected:
    MediaTest() : far_(context_, {loopback, free_port(context_)}), media_(context_) {
        start_.local = {loopback, free_port(context_)};
        start_.remote = far_.local();
    }

    bool far_hears(std::size_t count) {
        return run_until(context_, [&] { return far_.received().size() >= count; });
    }
    std::string rtp(std::uint16_t sequence, char payload = 0) const {
        std::string packet("\x80\0\0\0\0\0\0\0\0\0\0\7", 12);
        packet[1] = payload;
        packet[2] = static_cast<char>(sequence >> 8);
        packet[3] = static_cast<char>(sequence & 0xff);
        return packet + std::string(160, '\xff');
    }

    boost::asio::io_context context_;
    Peer far_;
    Media media_;
    phone::MediaStart start_;
};

TEST_F(MediaTest, is_a_stream_of_whole_packets_on_one_clock) {  // RFC 3550 5.1
    const auto begun = std::chrono::steady_clock::now();
    media_.start(start_);
    ASSERT_TRUE(far_hears(6));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 100ms)
        << "six packets take five times 20 ms";
    const auto& heard = far_.received();
    for (std::size_t i = 0; i < heard.size(); ++i) {
        EXPECT_EQ(heard[i].remote, start_.local);
        EXPECT_EQ(heard[i].bytes.size(), 172U);
        EXPECT_EQ(field(heard[i], 0, 1), 0x80U);
        EXPECT_EQ(field(heard[i], 1, 1), i == 0 ? 0x80U : 0U) << "the marker of the first";
        EXPECT_EQ(static_cast<std::uint16_t>(field(heard[i], 2, 2) - field(heard[0], 2, 2)), i);
        EXPECT_EQ(field(heard[i], 4, 4) - field(heard[0], 4, 4), 160 * i);
        EXPECT_EQ(field(heard[i], 8, 4), field(heard[0], 8, 4));
    }
    EXPECT_GE(media_.counts().sent, 6U);
}

TEST_F(MediaTest, keeps_its_clock_and_its_source_over_a_hold) {
    media_.start(start_);
    ASSERT_TRUE(far_hears(2));
    auto held = start_;
    held.direction = wire::Direction::recvonly;
    media_.start(held);
    run_until(
        context_, [] { return false; }, 30ms);
    const auto before = far_.received().size();
    run_until(
        context_, [] { return false; }, 100ms);
    ASSERT_EQ(far_.received().size(), before);
    media_.start(start_);
    ASSERT_TRUE(far_hears(before + 1));
    const auto &last = far_.received()[before - 1], &next = far_.received()[before];
    EXPECT_EQ(field(next, 8, 4), field(last, 8, 4));
    EXPECT_EQ(static_cast<std::uint16_t>(field(next, 2, 2) - field(last, 2, 2)), 1);
    EXPECT_GE(field(next, 4, 4) - field(last, 4, 4), 5U * 160);
    EXPECT_EQ(field(next, 1, 1), 0x80U);
}

TEST_F(MediaTest, counts_what_it_receives_and_what_is_missing) {
    media_.start(start_);
    const auto& counts = media_.counts();
    far_.send(start_.local, rtp(65534));
    far_.send(start_.local, rtp(65535));
    far_.send(start_.local, rtp(3));
    far_.send(start_.local, rtp(3, 8));
    far_.send(start_.local, "no RTP");
    far_.send(start_.local, "");
    ASSERT_TRUE(run_until(context_, [&] { return counts.received + counts.foreign >= 6; }));
    EXPECT_EQ(counts.received, 3U);
    EXPECT_EQ(counts.lost, 3U);
    EXPECT_EQ(counts.foreign, 3U);
}

TEST_F(MediaTest, goes_on_when_nobody_is_there_and_frees_its_port_at_the_end) {
    start_.remote = {loopback, free_port(context_)};
    media_.start(start_);
    ASSERT_TRUE(run_until(context_, [&] { return media_.counts().sent >= 5; }));
    media_.stop();
    EXPECT_FALSE(media_.is_running());
    const auto sent = media_.counts().sent;
    run_until(
        context_, [] { return false; }, 50ms);
    EXPECT_EQ(media_.counts().sent, sent);
    const UdpSocket again(context_, start_.local);
}

}  // namespace
}  // namespace twinline::live
