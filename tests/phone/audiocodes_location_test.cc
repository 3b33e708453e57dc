// What AudioCodes' phones ask the DNS before they register, and where the answers lead (AC-REG-03
// to AC-REG-05, AC-REG-07, AC-PAR-01, AC-PAR-03 to AC-PAR-05, AC-GEN-01).
#include "tests/phone/audiocodes_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string outbound = "192.0.2.21:5060", second_outbound = "192.0.2.22:5060";

config::PhoneConfig over_proxy(std::uint16_t proxy_port, const std::string& host = "obp.test",
                               std::uint16_t port = 0) {
    auto config = audiocodes(2000ms, "pbx.test", proxy_port);
    auto& account = config.accounts[0];
    account.outbound_proxies = {account.servers[0]};
    account.outbound_proxies[0].host = host;
    account.outbound_proxies[0].port = port;
    return config;
}

void publish_outbound(PhoneBench& bench) {
    const std::string service = "_sip._udp.obp.test";
    bench.dns[{service, wire::DnsType::srv}].answer = {srv(service, 0, 0, 5060, "one.test", 300),
                                                       srv(service, 1, 0, 5060, "two.test", 300)};
    bench.dns[{"one.test", wire::DnsType::a}].answer = {a("one.test", "192.0.2.21", 300)};
    bench.dns[{"two.test", wire::DnsType::a}].answer = {a("two.test", "192.0.2.22", 300)};
}

std::vector<std::string> asked_with(const config::PhoneConfig& config, Readings readings = {}) {
    PhoneBench bench(config, 1, {}, std::move(readings));
    publish_pbx(bench);
    publish_outbound(bench);
    bench.servers[primary] = bench.servers[outbound] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_state(), "registered");
    return bench.asked();
}

TEST(AudiocodesLocation, IsAskedOfDnsBeforeTheFirstRegister) {  // AC-REG-04, AC-REG-05, AC-GEN-01
    PhoneBench bench(audiocodes());
    publish_pbx(bench);
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.asked(), ElementsAre("NAPTR pbx.test", "SRV _sip._udp.pbx.test",
                                           "A a.pbx.test", "A b.pbx.test"));
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip().front().host(), primary);
    EXPECT_LE(bench.queries().back().at, bench.sip().front().at);
}

TEST(AudiocodesLocation, CanDoWithoutNaptr) {  // naptr-or-srv: srv-only
    EXPECT_THAT(asked_with(audiocodes(), {{"naptr-or-srv", "srv-only"}}),
                ElementsAre("SRV _sip._udp.pbx.test", "A a.pbx.test", "A b.pbx.test"));
}

TEST(AudiocodesLocation, OfAnAddressAsksNothing) {  // AC-REG-07
    PhoneBench bench(audiocodes(2000ms, "192.0.2.11"));
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.queries(), IsEmpty());
    EXPECT_EQ(bench.line_server(), primary);
}

TEST(AudiocodesLocation, OfAFixedPortAsksForTheAddress) {  // AC-PAR-05
    PhoneBench bench(audiocodes(2000ms, "pbx.test", 5070));
    publish_pbx(bench);
    publish_addresses(bench);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.asked(), ElementsAre("A pbx.test"));
    ASSERT_THAT(bench.sip(), Not(IsEmpty()));
    EXPECT_EQ(bench.sip().front().host(), "192.0.2.11:5070");
}

TEST(AudiocodesLocation, WithoutSrvHasOneServer) {  // AC-REG-03, srv-missing-with-65535
    for (const auto& [reading, port] :
         {std::pair{"a-default-port", 5060}, {"port-65535", 65535}, {"nowhere", 0}}) {
        SCOPED_TRACE(reading);
        PhoneBench bench(audiocodes(), 1, {}, {{"srv-missing-with-65535", reading}});
        bench.dns[{"pbx.test", wire::DnsType::a}].answer = {a("pbx.test", "192.0.2.11", 300)};
        bench.power_on();
        bench.run_until(20s);
        for (const auto& sent : bench.sip())
            EXPECT_EQ(sent.host(), "192.0.2.11:" + std::to_string(port));
        EXPECT_EQ(bench.sip().empty(), port == 0);
    }
}

TEST(AudiocodesLocation, IsOfTheConfiguredTransport) {  // AC-PAR-01, transport-against-naptr
    for (const auto& [reading, transport] :
         {std::pair{"parameter", wire::Transport::udp}, {"naptr", wire::Transport::tcp}}) {
        SCOPED_TRACE(reading);
        PhoneBench bench(audiocodes(), 1, {}, {{"transport-against-naptr", reading}});
        publish_pbx(bench);
        const std::string service = "_sip._tcp.pbx.test";
        bench.dns[{"pbx.test", wire::DnsType::naptr}].answer = {
            naptr("pbx.test", 10, 50, "s", "SIP+D2T", service, "", 300)};
        bench.dns[{service, wire::DnsType::srv}].answer = {
            srv(service, 0, 0, 5060, "b.pbx.test", 300)};
        bench.servers[primary] = bench.servers[secondary] = grants(3600);
        bench.power_on();
        bench.run_until(1s);
        EXPECT_EQ(bench.line_server(), transport == wire::Transport::udp ? primary : secondary);
        EXPECT_EQ(bench.opened().empty(), transport == wire::Transport::udp);
    }
}

TEST(AudiocodesLocation, OfAnOutboundProxyIsAListToo) {  // AC-PAR-03, AC-PAR-04
    PhoneBench bench(over_proxy(5060));
    publish_outbound(bench);
    bench.servers[second_outbound] = grants(3600);
    bench.power_on();
    bench.run_until(10s);
    EXPECT_THAT(bench.asked(), Contains("SRV _sip._udp.obp.test"));
    EXPECT_THAT(bench.sip_to(outbound), SizeIs(3));
    EXPECT_EQ(bench.line_server(), second_outbound);
}

TEST(AudiocodesLocation, WithBothPortsIsOfTheOutboundProxy) {  // AC-PAR-05, both-ports-65535
    EXPECT_THAT(asked_with(over_proxy(0)), Not(Contains("SRV _sip._udp.pbx.test")));
}

TEST(AudiocodesLocation, WithBothPortsCanBeOfBothNames) {  // both-ports-65535: both
    const Readings both{{"both-ports-65535", "both"}};
    PhoneBench bench(over_proxy(0), 1, {}, both);
    publish_pbx(bench);
    publish_outbound(bench);
    bench.servers[outbound] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.asked(), Contains("SRV _sip._udp.pbx.test"));
    EXPECT_THAT(bench.asked(), Contains("SRV _sip._udp.obp.test"));
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip().front().host(), outbound) << "nothing is sent to the other one";
    // A port that is a port, or an address, has no SRV.
    EXPECT_THAT(asked_with(over_proxy(5060), both), Not(Contains("SRV _sip._udp.pbx.test")));
    EXPECT_THAT(asked_with(over_proxy(0, "192.0.2.21", 5060), both), IsEmpty());
}

TEST(AudiocodesLocation, OfTheOtherNameKeepsNobodyWaiting) {  // both-ports-65535: both
    PhoneBench bench(over_proxy(0), 1, {}, {{"both-ports-65535", "both"}});
    bench.name_server = [](const Sent& query) -> std::optional<DnsReply> {
        if (query.dns.question.name.find("pbx.test") != std::string::npos) return std::nullopt;
        const std::string service = "_sip._udp.obp.test";
        if (query.dns.question.name == service)
            return DnsReply{.answer = {srv(service, 0, 0, 5060, "one.test", 300)}};
        if (query.dns.question.name == "one.test")
            return DnsReply{.answer = {a("one.test", "192.0.2.21", 300)}};
        return DnsReply{};
    };
    bench.servers[outbound] = grants(60);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_state(), "registered");
    bench.run_until(10min);
    EXPECT_EQ(bench.line_state(), "registered");
    for (const auto& sent : bench.sip()) EXPECT_EQ(sent.host(), outbound);
}

}  // namespace
}  // namespace twinline::test
