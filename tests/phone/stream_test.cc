// TCP and TLS: framing, the use of connections, and what their failures lead to.
#include "reference_impl/phone/stream_framing.hh"
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using config::TransportChoice;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string short_one = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";
const std::string long_one = "OPTIONS sip:a SIP/2.0\r\nl : 4\r\n\r\nbody";

TEST(Framing, CutsByContentLength) {
    phone::StreamFraming framing;
    EXPECT_THAT(framing.take(short_one + "\r\n\r\n" + long_one + "SIP"),
                ElementsAre(short_one, long_one));
    EXPECT_THAT(framing.take(short_one.substr(3)), ElementsAre(short_one));
    EXPECT_FALSE(framing.is_broken());
}

TEST(Framing, TakesSingleOctets) {
    phone::StreamFraming framing;
    std::vector<std::string> messages;
    for (const char c : "\r\n\r\n" + long_one + "\r\n" + short_one)
        for (auto& message : framing.take(std::string(1, c))) messages.push_back(message);
    EXPECT_THAT(messages, ElementsAre(long_one, short_one));
}

TEST(Framing, RefusesWhatHasNoEnd) {
    for (const std::string bad : {"GET / HTTP/1.1\r\n", "SIP/2.0 200 OK\r\nX: y\r\n\r\n",
                                  "SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n",
                                  "SIP/2.0 200 OK\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
                                  "SIP/2.0 200 OK\r\nContent-Length: 65537\r\n\r\n"}) {
        phone::StreamFraming framing;
        EXPECT_THAT(framing.take(bad), IsEmpty()) << bad;
        EXPECT_TRUE(framing.is_broken()) << bad;
        EXPECT_THAT(framing.take(short_one), IsEmpty()) << bad;
    }
    phone::StreamFraming framing;
    framing.take(std::string(phone::longest_stream_head, 'x'));
    EXPECT_FALSE(framing.is_broken());
    framing.take("x");
    EXPECT_TRUE(framing.is_broken());
}

// pbx.test is two addresses, reached over TCP.
config::PhoneConfig over(TransportChoice transport, std::uint16_t port = 5060) {
    auto config = yealink(one_account("pbx.test", port));
    config.accounts[0].servers[0].transport = transport;
    return config;
}

TEST(Streams, RegistersOverOneConnection) {
    PhoneBench bench(over(TransportChoice::tcp));
    publish_addresses(bench, 4000);
    bench.servers[primary] = registrar("n1", 600);
    bench.power_on();
    bench.run_until(590s);
    EXPECT_EQ(bench.line_state(), "registered");
    ASSERT_EQ(bench.opened().size(), 1U);
    EXPECT_EQ(bench.opened()[0].connect.transport, wire::Transport::tcp);
    ASSERT_EQ(bench.sip().size(), 3U);  // with the challenge and one refresh
    EXPECT_EQ(bench.sip()[0].sip.via.front().transport, "TCP");
    EXPECT_EQ(bench.sip()[0].sip.contact.front().uri, "sip:1001@198.51.100.100:5060;transport=tcp");
}

TEST(Streams, ReopensAConnectionThatClosedWhileIdle) {
    PhoneBench bench(over(TransportChoice::tcp));
    publish_addresses(bench, 4000);
    bench.servers[primary] = registrar("n1", 600);
    bench.power_on();
    bench.run_until(10s);
    bench.input(phone::ConnectionLost{1, "closes the connection"});
    EXPECT_EQ(bench.line_state(), "registered");
    bench.run_until(590s);
    EXPECT_EQ(bench.opened().size(), 2U);
    EXPECT_EQ(bench.sip().size(), 3U);
}

TEST(Streams, TurnsToTheNextServerWhenRefused) {
    PhoneBench bench(over(TransportChoice::tcp));
    publish_addresses(bench);
    bench.refusing = {primary};
    bench.servers[secondary] = registrar("n1");
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_server(), secondary);
    EXPECT_EQ(bench.opened().size(), 2U);
}

TEST(Streams, AsksARefusingServerAgainWhereTheReadingSaysSo) {
    PhoneBench bench(over(TransportChoice::tcp), 1, {},
                     {{"unavailable-server", "retries-then-next"}});
    publish_addresses(bench);
    bench.refusing = {primary};
    bench.servers[secondary] = registrar("n1");
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_server(), secondary);
    EXPECT_EQ(bench.opened().size(), 5U);
}

// A server that accepts and says nothing is left at `until`, having been sent `sends` requests.
void expect_left(const std::string& reading, wire::Duration until, std::size_t sends) {
    PhoneBench bench(over(TransportChoice::tcp), 1, {}, {{"tcp-no-answer", reading}});
    bench.delay = 0ms;
    publish_addresses(bench);
    bench.servers[secondary] = registrar("n1");
    bench.power_on();
    bench.run_before(until);
    EXPECT_EQ(bench.line_state(), "registering") << reading;
    EXPECT_EQ(count_to(bench, primary), sends) << reading;
    bench.run_until(until);
    EXPECT_EQ(bench.line_server(), secondary) << reading;
}

TEST(Streams, LeavesASilentServerByReading) {
    expect_left("transaction-timer", 32s, 1);
    expect_left("retry-schedule", 7500ms, 1);
    expect_left("repeated-requests", 4 * 32s, 4);
}

TEST(Streams, LeavesAServerThatNeverConnects) {
    PhoneBench bench(over(TransportChoice::tcp));
    bench.delay = 0ms;
    publish_addresses(bench);
    bench.hanging = {primary};
    bench.servers[secondary] = registrar("n1");
    bench.power_on();
    bench.run_before(32s);
    EXPECT_EQ(bench.line_state(), "registering");
    bench.run_until(32s);
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST(Streams, ClosesOnGarbageAndTurnsToTheNext) {
    PhoneBench bench(over(TransportChoice::tcp));
    publish_addresses(bench);
    bench.servers[secondary] = registrar("n1");
    bench.power_on();
    bench.run_until(1s);
    bench.input(phone::StreamReceived{1, "HTTP/1.1 400 Bad Request\r\n\r\n"});
    bench.run_until(2s);
    EXPECT_THAT(bench.closed(), ElementsAre(1U));
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST(Streams, AnswersARequestOnItsConnection) {
    PhoneBench bench(over(TransportChoice::tcp));
    publish_addresses(bench);
    bench.servers[primary] = registrar("n1");
    bench.power_on();
    bench.run_until(1s);
    const auto before = bench.sip().size();
    wire::SipMessage options = bench.sip().front().sip;
    options.method = options.cseq_method = "OPTIONS";
    bench.input(phone::StreamReceived{1, wire::serialise(options)});
    ASSERT_EQ(bench.sip().size(), before + 1);
    EXPECT_EQ(bench.sip().back().host(), primary);
    EXPECT_EQ(bench.sip().back().sip.status, 200);
}

// A phone that is registered over TCP and calls.
struct StreamCaller {
    PhoneBench bench;

    StreamCaller() : bench(over(TransportChoice::tcp)) {
        publish_addresses(bench, 4000);
        bench.servers[primary] = bench.servers[secondary] = switchboard();
        bench.power_on();
        bench.run_until(1s);
    }
    void dial() {
        bench.input(phone::Dial{1, "2000"});
        bench.run_until(2s);
    }
};

TEST(Streams, CarryACall) {
    StreamCaller phone;
    phone.dial();
    EXPECT_EQ(phone.bench.call_state(), "talking");
    ASSERT_EQ(phone.bench.opened().size(), 2U) << "one to the server, one along the route set";
    EXPECT_EQ(phone.bench.opened()[1].connect.remote, endpoint("192.0.2.99:5060"));
    const auto invites = sent(phone.bench, "INVITE");
    ASSERT_EQ(invites.size(), 1U);
    EXPECT_EQ(invites[0].sip.contact.front().uri, "sip:1001@198.51.100.100:5060;transport=tcp");
    EXPECT_EQ(invites[0].sip.via.front().transport, "TCP");
    EXPECT_EQ(sent(phone.bench, "ACK").size(), 1U);
}

TEST(Streams, NeverRepeatAnInvite) {  // RFC-3261-TCP
    StreamCaller phone;
    phone.bench.servers[primary] = answers_invite(0);
    phone.dial();
    phone.bench.run_until(34s);
    EXPECT_EQ(sent(phone.bench, "INVITE", primary).size(), 1U);
    EXPECT_EQ(sent(phone.bench, "INVITE", secondary).size(), 1U);
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(Streams, MoveACallOnWhenTheConnectionIsLost) {  // RFC-3261-1714
    StreamCaller phone;
    phone.bench.servers[primary] = answers_invite(0);
    phone.dial();
    phone.bench.input(phone::ConnectionLost{1, "closes the connection"});
    phone.bench.run_until(3s);
    EXPECT_EQ(sent(phone.bench, "INVITE", secondary).size(), 1U);
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(Streams, NamesTheServerForItsCertificate) {
    for (const auto& [reading, port] : {std::pair{"port-5060", 5060}, {"port-5061", 5061}}) {
        PhoneBench bench(over(TransportChoice::tls, 0), 1, {}, {{"tls-default-port", reading}});
        publish_addresses(bench);
        bench.power_on();
        bench.run_until(1s);
        ASSERT_EQ(bench.opened().size(), 1U);
        EXPECT_EQ(bench.opened()[0].connect.transport, wire::Transport::tls);
        EXPECT_EQ(bench.opened()[0].connect.server_name, "pbx.test");
        EXPECT_EQ(bench.opened()[0].connect.remote.port, port);
    }
}

TEST(Streams, FollowsNaptrToTcpAndOnWhereTheReadingSaysSo) {
    for (const std::string reading : {"stays", "next-record"}) {
        PhoneBench bench(over(TransportChoice::by_dns, 0), 1, {}, {{"naptr-next-record", reading}});
        publish_pbx(bench);
        bench.dns[{"pbx.test", wire::DnsType::naptr}].answer.push_back(
            naptr("pbx.test", 5, 50, "s", "SIP+D2T", "_sip._tcp.pbx.test", "", 300));
        bench.dns[{"_sip._tcp.pbx.test", wire::DnsType::srv}].answer = {
            srv("_sip._tcp.pbx.test", 0, 0, 5060, "a.pbx.test", 300)};
        bench.refusing = {primary};
        bench.servers[primary] = registrar("n1");
        bench.power_on();
        bench.run_until(1s);
        EXPECT_EQ(bench.opened().size(), 1U);
        EXPECT_EQ(bench.line_state(), reading == "stays" ? "failed" : "registered");
    }
}

TEST(Streams, NaptrBuildChoosesOneTransport) {
    for (const auto& [reading, via] : {std::pair{"udp", "UDP"}, {"tcp", "TCP"}, {"tls", "TLS"}}) {
        auto config = over(TransportChoice::by_dns, 0);
        config.accounts[0].naptr_build = config::NaptrBuild::all_transports;
        PhoneBench bench(config, 1, {}, {{"naptr-build-choice", reading}});
        publish_pbx(bench);
        bench.dns.erase({"pbx.test", wire::DnsType::naptr});
        for (const std::string name : {"_sip._tcp.pbx.test", "_sips._tcp.pbx.test"})
            bench.dns[{name, wire::DnsType::srv}].answer = {
                srv(name, 0, 0, 5060, "a.pbx.test", 300)};
        bench.servers[primary] = registrar("n1");
        bench.power_on();
        bench.run_until(1s);
        ASSERT_FALSE(bench.sip().empty());
        EXPECT_EQ(bench.sip().front().sip.via.front().transport, via);
    }
}

}  // namespace
}  // namespace twinline::test
