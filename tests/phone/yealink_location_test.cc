// Where a Yealink phone finds its servers: SRV by weight, the order of equals, port 0, NAPTR and
// its absence, and what is asked in real time (YL-DNS, YL-SRV, YL-SDC-03, YL-SDC-10).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using wire::DnsType;

const std::string service = "_sip._udp.pbx.test";

// Where the first REGISTER of each of a phone's rounds goes; all servers answer, each for a minute.
std::vector<std::string> firsts(PhoneBench& bench, std::size_t rounds) {
    for (int last = 11; last <= 15; ++last)
        bench.servers["192.0.2." + std::to_string(last) + ":5060"] = grants(60);
    bench.power_on();
    while (bench.sip().size() < rounds && bench.now() < 86400s) bench.run_until(bench.now() + 10s);
    std::vector<std::string> hosts;
    for (std::size_t i = 0; i < rounds && i < bench.sip().size(); ++i)
        hosts.push_back(bench.sip()[i].host());
    return hosts;
}

std::vector<std::string> firsts(PhoneBench&& bench, std::size_t rounds) {
    return firsts(bench, rounds);
}

void publish_weights(PhoneBench& bench, std::vector<std::uint16_t> weights) {
    bench.dns[{"pbx.test", DnsType::naptr}].answer = {
        naptr("pbx.test", 10, 50, "s", "SIP+D2U", service)};
    auto& records = bench.dns[{service, DnsType::srv}].answer;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto host = "h" + std::to_string(i) + ".pbx.test";
        records.push_back(srv(service, 0, weights[i], 5060, host));
        bench.dns[{host, DnsType::a}].answer = {a(host, "192.0.2." + std::to_string(11 + i))};
    }
}

TEST(YealinkLocation, PrefersTheHigherWeightAlways) {  // YL-SRV-02, YL-SRV-06
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        PhoneBench bench(yealink_failover(), seed);
        publish_weights(bench, {1, 3, 2});
        bench.power_on();
        bench.run_until(20s);
        std::vector<std::string> order;
        for (const auto& sent : bench.sip())
            if (order.empty() || order.back() != sent.host()) order.push_back(sent.host());
        EXPECT_THAT(order, ElementsAre("192.0.2.12:5060", "192.0.2.13:5060", "192.0.2.11:5060"))
            << "then the next lower, seed " << seed;
    }
}

TEST(YealinkLocation, PrefersTheLowerPriorityToAnyWeight) {  // YL-SRV-01
    PhoneBench bench(yealink_failover());
    publish_weights(bench, {1, 65535});
    std::get<wire::SrvRecord>(bench.dns[{service, DnsType::srv}].answer[1].data).priority = 1;
    EXPECT_THAT(firsts(bench, 1), ElementsAre(primary));
}

TEST(YealinkLocation, SharesEqualsAtRandom) {  // equal-weight-order: random
    std::map<std::string, int> count;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        PhoneBench bench(yealink_failover(), seed);
        publish_weights(bench, {5, 5, 5});
        ++count[firsts(bench, 1).at(0)];
    }
    ASSERT_EQ(count.size(), 3U);
    for (const auto& [host, times] : count) EXPECT_NEAR(times, 100, 35) << host;
}

TEST(YealinkLocation, CanTakeEqualsInTurn) {  // equal-weight-order: rotation
    PhoneBench bench(yealink_failover(), 1, {}, {{"equal-weight-order", "rotation"}});
    publish_weights(bench, {5, 5, 5});
    const auto hosts = firsts(bench, 6);
    ASSERT_EQ(hosts.size(), 6U);
    EXPECT_EQ(std::set(hosts.begin(), hosts.begin() + 3).size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(hosts[i], hosts[i + 3]);
}

TEST(YealinkLocation, CanTakeEqualsAsTheAnswerHasThem) {  // equal-weight-order: answer-order
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        PhoneBench bench(yealink_failover(), seed, {}, {{"equal-weight-order", "answer-order"}});
        publish_weights(bench, {5, 5, 5});
        EXPECT_THAT(firsts(bench, 2), ElementsAre(primary, primary));
    }
}

struct Addresses {
    PhoneBench bench;
    explicit Addresses(const std::string& order, std::uint64_t seed = 1)
        : bench(config(), seed, {}, {{"a-record-order", order}}) {
        for (const auto* address : {"192.0.2.13", "192.0.2.11", "192.0.2.12"})
            bench.dns[{"pbx.test", DnsType::a}].answer.push_back(a("pbx.test", address));
    }
    static config::PhoneConfig config() {
        auto config = yealink_failover();
        config.accounts[0].servers[0].port = 5060;
        return config;
    }
};

TEST(YealinkLocation, UsesAddressesAsTheAnswerHasThem) {  // a-record-order: answer-order
    for (std::uint64_t seed = 1; seed <= 10; ++seed)
        EXPECT_THAT(firsts(Addresses("answer-order", seed).bench, 1),
                    ElementsAre("192.0.2.13:5060"));
}

TEST(YealinkLocation, CanSortAddresses) {  // a-record-order: sorted
    EXPECT_THAT(firsts(Addresses("sorted").bench, 1), ElementsAre("192.0.2.11:5060"));
}

TEST(YealinkLocation, CanDrawAddresses) {  // a-record-order: random
    std::set<std::string> hosts;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
        hosts.insert(firsts(Addresses("random", seed).bench, 1).at(0));
    EXPECT_EQ(hosts.size(), 3U);
}

std::vector<std::string> asked(config::TransportChoice transport, std::uint16_t port,
                               Readings readings = {},
                               config::NaptrBuild build = config::NaptrBuild::udp_only) {
    auto config = yealink_failover();
    config.accounts[0].servers[0].transport = transport;
    config.accounts[0].servers[0].port = port;
    config.accounts[0].naptr_build = build;
    PhoneBench bench(config, 1, {}, std::move(readings));
    bench.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11")};
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(count_to(bench, primary), 2U) << "5060 where nothing gives a port (YL-DNS-05)";
    return bench.asked();
}

using config::TransportChoice;

TEST(YealinkLocation, AsksForTheAddressOnlyWhereAPortIsGiven) {  // YL-DNS-03
    EXPECT_THAT(asked(TransportChoice::by_dns, 5060), ElementsAre("A pbx.test"));
    EXPECT_THAT(asked(TransportChoice::udp, 5060), ElementsAre("A pbx.test"));
}

TEST(YealinkLocation, AsksForNaptrSrvAndAddressWithPortZero) {  // YL-DNS-04
    EXPECT_THAT(asked(TransportChoice::by_dns, 0),
                ElementsAre("NAPTR pbx.test", "SRV _sip._udp.pbx.test", "A pbx.test"));
}

TEST(YealinkLocation, AsksForTheTransportsSrvWithPortZeroAndUdp) {  // port-zero-other-transport
    EXPECT_THAT(asked(TransportChoice::udp, 0),
                ElementsAre("SRV _sip._udp.pbx.test", "A pbx.test"));
}

TEST(YealinkLocation, CanAskForTheAddressOnlyWithPortZeroAndUdp) {  // port-zero-other-transport
    EXPECT_THAT(asked(TransportChoice::udp, 0, {{"port-zero-other-transport", "a-only"}}),
                ElementsAre("A pbx.test"));
}

TEST(YealinkLocation, CanAskForTheWholeChainWithPortZeroAndUdp) {  // port-zero-other-transport
    EXPECT_THAT(asked(TransportChoice::udp, 0, {{"port-zero-other-transport", "whole-chain"}}),
                ElementsAre("NAPTR pbx.test", "SRV _sip._udp.pbx.test", "A pbx.test"));
}

TEST(YealinkLocation, AsksForAllTransportsWhereNaptrBuildSaysSo) {  // YL-SDC-10
    EXPECT_THAT(asked(TransportChoice::by_dns, 0, {}, config::NaptrBuild::all_transports),
                testing::UnorderedElementsAre("NAPTR pbx.test", "SRV _sip._udp.pbx.test",
                                              "SRV _sip._tcp.pbx.test", "SRV _sips._tcp.pbx.test",
                                              "A pbx.test"));
}

TEST(YealinkLocation, AsksEachTimeWithoutACacheAndWithinTheTtlNeverWithOne) {  // YL-SDC-03, -04
    for (const auto& [type, queries] :
         {std::pair{config::DnsCacheType::none, 12U}, {config::DnsCacheType::answers, 4U}}) {
        auto config = yealink_failover();
        config.accounts[0].dns_cache_type = type;
        PhoneBench bench(config);
        publish_pbx(bench, 86400);
        EXPECT_EQ(firsts(bench, 3).size(), 3U);
        EXPECT_EQ(bench.queries().size(), queries);
    }
}

}  // namespace
}  // namespace twinline::test
