// The live capture must see loopback traffic with the kernel's stamps, filtered, and name what it
// cannot open.
#include "probes/capture/live_capture.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace {

using namespace twinline;
using capture::LiveCapture;
using testing::HasSubstr;

// A UDP socket on the loopback interface that sends to itself.
class Loopback {
  public:
    Loopback() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address_;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address_), length), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &length), 0);
    }
    ~Loopback() { ::close(socket_); }
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    void send(const std::string& text) const {
        EXPECT_EQ(::sendto(socket_, text.data(), text.size(), 0,
                           reinterpret_cast<const sockaddr*>(&address_), sizeof address_),
                  static_cast<ssize_t>(text.size()));
    }
    std::string filter() const { return "udp port " + std::to_string(ntohs(address_.sin_port)); }

  private:
    int socket_;
    sockaddr_in address_{};
};

capture::Origin wall() { return std::chrono::system_clock::now(); }

// None, and a reason to skip, where this user may not capture.
std::optional<LiveCapture> open_loopback(capture::Origin origin,
                                         const capture::LiveOptions& options) {
    try {
        return LiveCapture("lo", origin, options);
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::operation_not_permitted) << error.what();
        return std::nullopt;
    }
}

class Deliveries : public testing::TestWithParam<capture::Delivery> {};
INSTANTIATE_TEST_SUITE_P(LiveCapture, Deliveries,
                         testing::Values(capture::Delivery::immediate,
                                         capture::Delivery::buffered));

TEST_P(Deliveries, SeesEachFrameOnceWithAStampOnTheRunClock) {
    const Loopback loopback;
    const capture::Origin origin = wall();
    auto live = open_loopback(origin, {.delivery = GetParam(), .filter = loopback.filter()});
    if (!live) {
        GTEST_SKIP() << "may not capture here";
    }
    loopback.send("one");
    loopback.send("two");
    std::vector<timeline::Frame> frames;
    std::string ends;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (frames.size() < 2 && std::chrono::steady_clock::now() < deadline) {
        pollfd ready{live->selectable_fd(), POLLIN, 0};
        ::poll(&ready, 1, 100);
        live->dispatch([&](const timeline::Frame& frame) {
            frames.push_back(frame);
            ends.append(reinterpret_cast<const char*>(frame.bytes.data()) + frame.bytes.size() - 3,
                        3);
        });
    }
    const timeline::Duration age = wall() - origin;
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(ends, "onetwo");
    EXPECT_EQ(frames[1].number, 2U);
    EXPECT_EQ(frames[0].link, timeline::LinkType::ethernet);
    EXPECT_EQ(frames[0].original_length, 14U + 20 + 8 + 3);
    EXPECT_GE(frames[0].at.time_since_epoch().count(), 0);
    EXPECT_LE(frames[0].at, frames[1].at);
    EXPECT_LE(frames[1].at.time_since_epoch(), age);
    EXPECT_EQ(live->dispatch([](const timeline::Frame&) { FAIL(); }), 0U);
    EXPECT_GE(live->stats().received, 2U);  // the kernel counts both ways through lo
    EXPECT_EQ(live->stats().dropped, 0U);
}

template <typename Attempt>
std::string refusal_of(Attempt&& attempt) {
    try {
        attempt();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

TEST(LiveCapture, NamesTheInterfaceThatItCannotOpen) {
    EXPECT_THAT(refusal_of([] { LiveCapture("no-such-if0", wall()); }),
                HasSubstr("capture on no-such-if0: "));
}

TEST(LiveCapture, NamesTheFilterThatItCannotRead) {
    if (!open_loopback(wall(), {})) {
        GTEST_SKIP() << "may not capture here";
    }
    EXPECT_THAT(refusal_of([] { LiveCapture("lo", wall(), {.filter = "udp sport what"}); }),
                HasSubstr("filter \"udp sport what\" on lo: "));
}

}  // namespace
