// Addresses that come with an SRV answer: used and kept as account.X.dns_cache_type says (YL-SDC-03
// to YL-SDC-05, reading additional-not-cached).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using config::DnsCacheType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::DnsType;

struct Additional {
    PhoneBench bench;

    static config::PhoneConfig config(DnsCacheType type) {
        auto config = yealink_failover();
        config.accounts[0].dns_cache_type = type;
        return config;
    }
    explicit Additional(DnsCacheType type, Readings readings = {})
        : bench(config(type), 1, {}, std::move(readings)) {
        const std::string service = "_sip._udp.pbx.test";
        bench.dns[{"pbx.test", DnsType::naptr}].answer = {
            naptr("pbx.test", 10, 10, "s", "SIP+D2U", service, {}, 600)};
        auto& reply = bench.dns[{service, DnsType::srv}];
        reply.answer = {srv(service, 0, 0, 5060, "a.pbx.test", 600)};
        reply.additional = {a("a.pbx.test", "192.0.2.11", 600), a("evil.test", "192.0.2.66", 600)};
        bench.dns[{"a.pbx.test", DnsType::a}].answer = {a("a.pbx.test", "192.0.2.11", 600)};
        bench.servers[primary] = grants(100);
        bench.power_on();
        bench.run_until(10s);
    }
    std::vector<std::string> asked_from(wire::Duration instant) {
        std::vector<std::string> types;
        for (const auto& query : bench.queries())
            if (query.at >= instant) types.emplace_back(to_string(query.dns.question.type));
        return types;
    }
};

TEST(YealinkAdditional, IsNotUsedByTheAnswerCache) {  // YL-SDC-04, additional-not-cached: ignored
    Additional phone(DnsCacheType::answers);
    EXPECT_THAT(phone.asked_from(0s), ElementsAre("NAPTR", "SRV", "A"));
    phone.bench.run_until(300s);
    EXPECT_GT(phone.bench.sip().size(), 2U);
    EXPECT_THAT(phone.asked_from(10s), IsEmpty()) << "the A answer is kept";
}

TEST(YealinkAdditional,
     CanBeUsedInTheResolutionThatBroughtIt) {  // additional-not-cached: used-once
    Additional phone(DnsCacheType::answers, {{"additional-not-cached", "used-once"}});
    EXPECT_THAT(phone.asked_from(0s), ElementsAre("NAPTR", "SRV"));
    EXPECT_EQ(phone.bench.sip().front().host(), primary);
    phone.bench.run_until(300s);
    EXPECT_THAT(phone.asked_from(10s), ElementsAre("A")) << "once, at the first refresh";
}

TEST(YealinkAdditional, IsKeptForItsTtlWhereTheParameterSaysSo) {  // YL-SDC-05
    Additional phone(DnsCacheType::answers_and_additional);
    phone.bench.run_before(600s);
    EXPECT_THAT(phone.asked_from(0s), ElementsAre("NAPTR", "SRV"));
    EXPECT_GT(phone.bench.sip().size(), 5U);
    phone.bench.run_until(800s);
    EXPECT_THAT(phone.asked_from(600s), ElementsAre("NAPTR", "SRV"));
}

TEST(YealinkAdditional, IsOfNoUseInRealTime) {  // YL-SDC-03
    Additional phone(DnsCacheType::none);
    EXPECT_THAT(phone.asked_from(0s), ElementsAre("NAPTR", "SRV", "A"));
}

TEST(YealinkAdditional, IsBelievedOnlyForNamesThatTheAnswerLeadsTo) {
    Additional phone(DnsCacheType::answers_and_additional);
    phone.bench.dns[{"_sip._udp.pbx.test", DnsType::srv}].additional.clear();
    for (const auto& sent : phone.bench.sip()) EXPECT_NE(sent.host(), "192.0.2.66:5060");
    EXPECT_EQ(phone.bench.line_server(), primary);
}

}  // namespace
}  // namespace twinline::test
