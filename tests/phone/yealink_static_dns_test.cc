// Records in the configuration against answers of the DNS: which of them decides where the first
// REGISTER goes (YL-DNS-06, YL-DNS-07, YL-SDC-07, YL-SDC-08, the guide's appendix B).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::IsEmpty;
using wire::DnsType;

const std::string configured = "192.0.2.21:5060";

enum class Dns { answers, no_name, servfail, silent };

struct Static {
    PhoneBench bench;

    static config::PhoneConfig config() {
        auto config = yealink_failover();
        config.accounts[0].servers[0].port = 5060;
        config.static_dns.a = {{"PBX.test", wire::parse_ipv4("192.0.2.21").value()}};
        return config;
    }
    explicit Static(Dns dns, config::PhoneConfig config = Static::config(), Readings readings = {})
        : bench(std::move(config), 1, {}, std::move(readings)) {
        bench.name_server = [dns](const Sent& query) -> std::optional<DnsReply> {
            if (dns == Dns::silent) return std::nullopt;
            if (dns == Dns::servfail) return DnsReply{.rcode = wire::DnsRcode::servfail};
            if (dns == Dns::no_name || query.dns.question.type != DnsType::a)
                return DnsReply{.rcode = wire::DnsRcode::nxdomain};
            return DnsReply{.answer = {a(query.dns.question.name, "192.0.2.11")}};
        };
        bench.power_on();
        bench.run_until(60s);
    }
    std::string first() const { return bench.sip().empty() ? "" : bench.sip().front().host(); }
};

TEST(YealinkStaticDns, GivesWayToTheDnsByDefault) {  // static_cache_pri=0, YL-SDC-08
    EXPECT_EQ(Static(Dns::answers).first(), primary);
}

TEST(YealinkStaticDns, IsPreferredWhereTheParameterSaysSo) {  // static_cache_pri=1, YL-SDC-07
    auto config = Static::config();
    config.accounts[0].static_cache_first = true;
    Static phone(Dns::answers, config);
    EXPECT_EQ(phone.first(), configured);
    EXPECT_THAT(phone.bench.queries(), IsEmpty());
}

TEST(YealinkStaticDns, ServesAPhoneWithoutADnsServer) {  // YL-DNS-06
    auto config = Static::config();
    config.dns_servers.clear();
    Static phone(Dns::answers, config);
    EXPECT_EQ(phone.first(), configured);
    EXPECT_EQ(phone.bench.sip().front().at, 0ms);
}

TEST(YealinkStaticDns, ServesWhereTheDnsSaysThatThereIsNothing) {  // YL-DNS-07, YL-EX-02
    EXPECT_EQ(Static(Dns::no_name).first(), configured);
}

TEST(YealinkStaticDns, ServesWhereTheDnsFails) {  // static-when-no-result: any-failure
    EXPECT_EQ(Static(Dns::servfail).first(), configured);
    EXPECT_EQ(Static(Dns::silent).first(), configured);
}

TEST(YealinkStaticDns, CanBeForNegativeAnswersOnly) {  // static-when-no-result: negative-answer
    const Readings strict{{"static-when-no-result", "negative-answer"}};
    EXPECT_EQ(Static(Dns::no_name, Static::config(), strict).first(), configured);
    EXPECT_EQ(Static(Dns::servfail, Static::config(), strict).first(), "");
    EXPECT_EQ(Static(Dns::silent, Static::config(), strict).first(), "");
}

// A registration of 100 s whose refreshes meet a DNS that knows the name from 25 s on.
TEST(YealinkStaticDns, IsNoMoreThanThatOrComesAfterADeadAddress) {  // static-when-unreachable
    EXPECT_EQ(count_to(Static(Dns::answers).bench, configured), 0U);
    Static phone(Dns::answers, Static::config(), {{"static-when-unreachable", "used"}});
    EXPECT_EQ(phone.first(), primary);
    EXPECT_GT(count_to(phone.bench, configured), 0U);
}

struct Aging {
    PhoneBench bench;

    static config::PhoneConfig config(bool static_first) {
        auto config = Static::config();
        config.accounts[0].static_cache_first = static_first;
        config.static_dns.a[0].ttl = 30s;
        return config;
    }
    explicit Aging(bool static_first, Readings readings = {})
        : bench(config(static_first), 1, {}, std::move(readings)) {
        bench.name_server = [this](const Sent& query) -> std::optional<DnsReply> {
            const auto& name = query.dns.question.name;
            if (bench.now() < 25s)
                return DnsReply{.rcode = wire::DnsRcode::nxdomain,
                                .authority = {soa("test", 5, 5)}};
            return DnsReply{.answer = {a(name, "192.0.2.11", 5)}};
        };
        bench.servers[configured] = bench.servers[primary] = grants(20);
        bench.power_on();
    }
    std::vector<std::string> hosts_after(wire::Duration instant) {
        bench.run_until(200s);
        std::vector<std::string> hosts;
        for (const auto& sent : bench.sip())
            if (sent.at >= instant) hosts.push_back(sent.host());
        return hosts;
    }
};

TEST(YealinkStaticDns,
     AsksTheDnsWhenTheTimeOfARecordIsOver) {  // YL-SDC-A3, static-ttl-end: ask-dns
    Aging phone(true);
    phone.bench.run_before(30s);
    EXPECT_THAT(phone.bench.queries(), IsEmpty());
    EXPECT_THAT(phone.hosts_after(30s), testing::Each(primary));
    EXPECT_FALSE(phone.bench.queries().empty());
}

TEST(YealinkStaticDns, CanKeepARecordWhoseTimeIsOver) {  // static-ttl-end: keep-static
    Aging phone(true, Readings{{"static-ttl-end", "keep-static"}});
    EXPECT_THAT(phone.hosts_after(0s), testing::Each(configured));
    EXPECT_THAT(phone.bench.queries(), IsEmpty());
}

TEST(YealinkStaticDns, LeavesARecordWhenTheDnsKnowsTheName) {  // YL-SDC-06, YL-DNS-07
    Aging phone(false);
    EXPECT_THAT(phone.hosts_after(40s), testing::Each(primary));
    EXPECT_EQ(phone.bench.sip().front().host(), configured);
}

config::PhoneConfig with_srv(std::uint16_t port) {
    auto config = yealink_failover();
    config.static_dns.srv = {{"_sip._udp.pbx.test", port, 0, "one.pbx.test", 1},
                             {"_sip._udp.pbx.test", port, 0, "192.0.2.22", 2}};
    return config;
}

TEST(YealinkStaticDns, MixesItsSrvRecordsWithAddressesOfTheDns) {  // YL-EX-03, YL-SDC-S5, YL-SRV-05
    Static phone(Dns::answers, with_srv(5070));
    EXPECT_EQ(phone.first(), "192.0.2.22:5070") << "the higher weight, a numeric target";
    EXPECT_FALSE(phone.bench.times("192.0.2.11:5070").empty()) << "the other one by the DNS";
}

TEST(YealinkStaticDns, LeadsByItsNaptrRecordToTheTransportThatIsSpoken) {  // YL-EX-04
    auto config = with_srv(5070);
    for (auto& record : config.static_dns.srv) record.name = "_other._udp.pbx.test";
    config.static_dns.naptr = {{"pbx.test", "S", 90, 50, "_sip._tcp.pbx.test", "SIP+D2S"},
                               {"pbx.test", "S", 100, 50, "_other._udp.pbx.test", "SIP+D2U"}};
    EXPECT_EQ(Static(Dns::answers, config).first(), "192.0.2.22:5070");
}

TEST(YealinkStaticDns, LeadsToPort5060WhereItsSrvRecordHasNone) {  // YL-DNS-05, YL-SDC-S2
    EXPECT_EQ(Static(Dns::answers, with_srv(0)).first(), "192.0.2.22:5060");
}

}  // namespace
}  // namespace twinline::test
