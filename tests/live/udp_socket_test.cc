// What the kernel reports about datagrams: from whom they came, and which could not arrive.
#include "reference_impl/live/udp_socket.hh"

#include "tests/live/loopback.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::live {
namespace {

TEST(UdpSocket, receives_each_datagram_whole_and_with_its_sender) {
    boost::asio::io_context context;
    UdpSocket left(context, {loopback, free_port(context)});
    UdpSocket right(context, {loopback, free_port(context)});
    const std::string large(60000, 'x');
    ASSERT_FALSE(left.send(right.local(), large));
    ASSERT_FALSE(left.send(right.local(), ""));
    const auto first = right.receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->remote, left.local());
    EXPECT_EQ(first->bytes, large);
    const auto second = right.receive();
    ASSERT_TRUE(second) << "an empty datagram is one";
    EXPECT_EQ(second->bytes, "");
    EXPECT_FALSE(right.receive());
}

TEST(UdpSocket, names_each_endpoint_that_refused) {
    boost::asio::io_context context;
    UdpSocket socket(context, {loopback, free_port(context)});
    const wire::Endpoint nobody{loopback, free_port(context)};
    const wire::Endpoint nobody_else{{0x7f000002}, free_port(context)};
    ASSERT_FALSE(socket.send(nobody, "a"));
    ASSERT_FALSE(socket.send(nobody_else, "b")) << "the first refusal is not the second's failure";

    std::vector<wire::Endpoint> refused;
    bool waited = false;
    socket.async_wait([&](const auto& error) { waited = !error; });
    ASSERT_TRUE(run_until(context, [&] { return waited; })) << "a refusal wakes the waiter";
    while (const auto refusal = socket.refused()) {
        EXPECT_EQ(refusal->code, 3U);
        refused.push_back(refusal->remote);
    }
    EXPECT_THAT(refused, testing::ElementsAre(nobody, nobody_else));
    EXPECT_FALSE(socket.receive());
}

TEST(UdpSocket, still_receives_after_a_refusal) {
    boost::asio::io_context context;
    UdpSocket socket(context, {loopback, free_port(context)});
    UdpSocket peer(context, {loopback, free_port(context)});
    ASSERT_FALSE(socket.send({loopback, free_port(context)}, "lost"));
    ASSERT_FALSE(peer.send(socket.local(), "kept"));
    const auto datagram = socket.receive();
    ASSERT_TRUE(datagram);
    EXPECT_EQ(datagram->bytes, "kept");
}

TEST(UdpSocket, names_the_address_that_it_cannot_bind) {
    boost::asio::io_context context;
    const UdpSocket first(context, {loopback, free_port(context)});
    try {
        const UdpSocket second(context, first.local());
        FAIL() << "bound twice";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.what(),
                  "bind " + wire::to_string(first.local()) + ": Address already in use");
    }
    EXPECT_THROW(UdpSocket(context, {*wire::parse_ipv4("203.0.113.77"), 5060}), std::system_error);
}

}  // namespace
}  // namespace twinline::live
