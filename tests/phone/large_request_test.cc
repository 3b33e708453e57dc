// Requests that are too large for a datagram (RFC 3261 section 18.1.1).
#include "tests/phone/call_bench.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

// An account whose requests grow with its name.
config::PhoneConfig named(std::size_t length) {
    auto config = one_account("192.0.2.11", 5060);
    config.accounts[0].display_name = std::string(length / 2, 'n');  // twice in a REGISTER
    config.user_agent = std::string(1 + length % 2, 'u');
    return config;
}

const std::string& transport(const Sent& sent) { return sent.sip.via.front().transport; }

TEST(LargeRequest, GoesOverTcpAboveThirteenHundredOctets) {
    std::size_t largest_datagram = 0, smallest_on_stream = 9999;
    for (std::size_t length = 600; length < 1200; ++length) {
        PhoneBench bench(named(length));
        bench.servers[primary] = registrar("n1");
        bench.power_on();
        bench.run_until(1s);
        ASSERT_EQ(bench.sip().size(), 2U);
        for (const auto& sent : bench.sip()) {
            const auto size = sent.bytes.size();
            if (transport(sent) == "UDP")
                largest_datagram = std::max(largest_datagram, size);
            else
                smallest_on_stream = std::min(smallest_on_stream, size);
        }
        EXPECT_EQ(bench.line_state(), "registered");
    }
    EXPECT_EQ(largest_datagram, 1300U);
    EXPECT_EQ(smallest_on_stream, 1301U);
}

TEST(LargeRequest, KeepsTheContactThatIsReachedByDatagrams) {
    PhoneBench bench(named(1400));
    bench.servers[primary] = registrar("n1");
    bench.power_on();
    bench.run_until(1s);
    ASSERT_EQ(bench.opened().size(), 1U);
    EXPECT_EQ(bench.sip()[0].sip.contact.front().uri, "sip:1001@198.51.100.100:5060");
}

TEST(LargeRequest, IsTriedAsADatagramWhereTheConnectionIsRefused) {
    PhoneBench bench(named(1400));
    bench.servers[primary] = registrar("n1");
    bench.refusing = {primary};
    bench.power_on();
    bench.run_until(5s);
    EXPECT_EQ(bench.line_state(), "registered");
    ASSERT_EQ(bench.opened().size(), 2U);  // with credentials it is a new request
    ASSERT_EQ(bench.sip().size(), 2U);
    for (const auto& sent : bench.sip()) {
        EXPECT_EQ(transport(sent), "UDP");
        EXPECT_EQ(sent.why.clauses.front(), "RFC-3261-1811-UDP");
    }
    EXPECT_NE(bench.sip()[0].branch(), bench.sip()[1].branch());
}

TEST(LargeRequest, IsRepeatedAsADatagramOnly) {
    PhoneBench bench(named(1400));
    bench.refusing = {primary};  // and silent
    bench.power_on();
    bench.run_until(3s);
    EXPECT_EQ(bench.opened().size(), 1U);
    EXPECT_EQ(bench.sip().size(), 3U);  // at 0, 0.5 and 1.5 s
}

TEST(LargeRequest, OfACallIsAcknowledgedTheWayItWent) {
    for (const bool refused : {false, true}) {
        PhoneBench bench(named(2400));
        bench.servers[primary] = switchboard();
        if (refused) bench.refusing = {primary};
        bench.power_on();
        bench.run_until(5s);
        bench.input(phone::Dial{1, "2000"});
        bench.run_until(10s);
        EXPECT_EQ(bench.call_state(), "talking") << bench.call_notice();
        const auto sent = bench.sip_to(primary);
        const auto invite =
            std::ranges::find_if(sent, [](const Sent& s) { return s.sip.method == "INVITE"; });
        ASSERT_NE(invite, sent.end());
        EXPECT_EQ(transport(*invite), refused ? "UDP" : "TCP");
    }
}

}  // namespace
}  // namespace twinline::test
