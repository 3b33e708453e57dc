// The lab's DNS over TCP: what does not fit into a datagram, and askers that misbehave.
#include "rig/testbed/dns_server.hh"

#include "reference_impl/wire/dns_message.hh"
#include "tests/testbed/lab_test.hh"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace twinline::testbed {
namespace {

using boost::asio::ip::tcp;

class DnsOverTcp : public LabTest {
  protected:
    void SetUp() override {
        LabTest::SetUp();
        if (IsSkipped()) return;
        std::string zone = "$ORIGIN pbx.test.\n$TTL 60\n@ IN SOA ns hostmaster 1 2 3 4 5\n";
        for (int i = 1; i <= 60; ++i) zone += fmt::format("many IN A 192.0.2.{}\n", i);
        netns_.emplace("dns-tcp-test");
        server_.emplace(io, *netns_, "127.0.0.1", dns::NameServer(zone));
    }

    tcp::socket connection() {
        const InNetns inside(*netns_);
        tcp::socket socket(io);
        socket.connect({boost::asio::ip::address_v4::loopback(), 53});
        return socket;
    }

    static std::string framed(const std::string& message) {
        return std::string{static_cast<char>(message.size() >> 8U),
                           static_cast<char>(message.size() & 0xffU)} +
               message;
    }

    // The next message, within five seconds.
    std::string next(tcp::socket& socket) {
        bool done = false;
        std::string length(2, '\0'), message;
        boost::asio::async_read(socket, boost::asio::buffer(length), [&](auto error, auto) {
            if (error) return void(done = true);
            message.resize(static_cast<std::size_t>(static_cast<unsigned char>(length[0])) << 8U |
                           static_cast<unsigned char>(length[1]));
            boost::asio::async_read(socket, boost::asio::buffer(message), [&](auto failed, auto) {
                if (failed) message.clear();
                done = true;
            });
        });
        turn_until([&] { return done; }, std::chrono::seconds(5));
        return message;
    }

    std::optional<Netns> netns_;
    std::optional<DnsServer> server_;
};

TEST_F(DnsOverTcp, GivesTheWholeAnswerSeveralTimesOverOneConnection) {
    auto socket = connection();
    for (const auto id : {std::uint16_t{7}, std::uint16_t{8}}) {
        const auto query = framed(wire::serialise_query(id, {"many.pbx.test", wire::DnsType::a}));
        boost::asio::write(socket, boost::asio::buffer(query.substr(0, 5)));
        boost::asio::write(socket, boost::asio::buffer(query.substr(5)));
        const auto response = wire::parse_response(next(socket));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->id, id);
        EXPECT_FALSE(response->truncated);
        EXPECT_EQ(response->answer.size(), 60U);
    }
}

TEST_F(DnsOverTcp, LivesOnWhenAskersSayNonsenseOrLeave) {
    for (const std::string& text : {std::string("\0\0", 2), framed("x"), std::string("\xff")}) {
        auto socket = connection();
        boost::asio::write(socket, boost::asio::buffer(text));
    }
    auto patient = connection();
    auto socket = connection();
    const auto query = framed(wire::serialise_query(9, {"many.pbx.test", wire::DnsType::a}));
    boost::asio::write(socket, boost::asio::buffer(query));
    EXPECT_TRUE(wire::parse_response(next(socket)));
    server_.reset();
    boost::asio::write(patient, boost::asio::buffer(query));
    EXPECT_EQ(next(patient), "");
}

}  // namespace
}  // namespace twinline::testbed
