// Two outbound proxies: the second while the first is silent, probes of the first at
// account.X.outbound_proxy_fallback_interval, and the way back (YL-UI-03, YL-PAR-12, YL-PAR-22).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;

const std::string proxy_1 = "192.0.2.31:5060";
const std::string proxy_2 = "192.0.2.32:5060";

struct Proxies {
    PhoneBench bench;

    static config::PhoneConfig config(std::chrono::seconds interval) {
        auto config = yealink(one_account("192.0.2.11", 5060));
        auto& account = config.accounts[0];
        account.outbound_proxies = {account.servers[0], account.servers[0]};
        account.outbound_proxies[0].host = "192.0.2.31";
        account.outbound_proxies[1].host = "192.0.2.32";
        account.fallback_timeout = 45s;  // inert here (YS-FBK-15)
        account.outbound_proxy_fallback_interval = interval;
        return config;
    }
    explicit Proxies(Readings readings = {}, std::chrono::seconds interval = 60s)
        : bench(config(interval), 1, {}, std::move(readings)) {
        bench.servers[proxy_2] = grants(3600);
    }
    Proxies& boot() {
        bench.power_on();
        return *this;
    }
    std::vector<wire::Duration> probes() const {
        std::vector<wire::Duration> starts;
        std::uint32_t last = 0;
        for (const auto& sent : bench.sip_to(proxy_1))
            if (std::exchange(last, sent.sip.cseq) != sent.sip.cseq) starts.push_back(sent.at);
        return starts;
    }
};

TEST(YealinkProxies, RegistersOverTheFirstOnly) {  // YL-REG-06
    Proxies phone;
    phone.bench.servers[proxy_1] = grants(3600);
    phone.boot().bench.run_until(1000s);
    EXPECT_EQ(count_to(phone.bench, proxy_1), 1U);
    EXPECT_EQ(count_to(phone.bench, proxy_2), 0U);
    EXPECT_EQ(count_to(phone.bench, working), 0U);
}

TEST(YealinkProxies,
     TurnsToTheSecondAfterTheRetries) {  // outbound-proxy-retries: sip-server-counts
    Proxies phone;
    phone.boot().bench.run_before(7500ms);
    EXPECT_EQ(count_to(phone.bench, proxy_1), 4U);
    EXPECT_EQ(count_to(phone.bench, proxy_2), 0U);
    phone.bench.run_until(7500ms);
    ASSERT_EQ(count_to(phone.bench, proxy_2), 1U);
    const auto sent = phone.bench.sip_to(proxy_2).front();
    EXPECT_EQ(sent.sip.request_uri, "sip:pbx.test") << "the registrar stays the same";
    ASSERT_EQ(sent.sip.route.size(), 1U);
    EXPECT_EQ(sent.sip.route.front().uri, "sip:192.0.2.32:5060;lr");
}

TEST(YealinkProxies, CanGiveTheProxyTheWholeTransaction) {  // outbound-proxy-retries: rfc-timers
    Proxies phone(Readings{{"outbound-proxy-retries", "rfc-timers"}});
    phone.boot().bench.run_before(32s);
    EXPECT_EQ(count_to(phone.bench, proxy_1), 11U);
    EXPECT_EQ(count_to(phone.bench, proxy_2), 0U);
    phone.bench.run_until(32s);
    EXPECT_EQ(count_to(phone.bench, proxy_2), 1U);
}

TEST(YealinkProxies, KeepsOneIdentityAtTheRegistrar) {  // RFC-3261-102-CALLID
    Proxies phone;
    phone.boot().bench.run_until(200s);
    std::uint32_t last = 0;
    for (const auto& sent : phone.bench.sip()) {
        EXPECT_EQ(sent.sip.call_id, phone.bench.sip().front().sip.call_id);
        EXPECT_GE(sent.sip.cseq, last);
        last = sent.sip.cseq;
    }
}

TEST(YealinkProxies, ProbesTheFirstAtItsInterval) {  // YL-PAR-22, fallback-probe-origin: from-start
    Proxies phone;
    phone.boot().bench.run_before(120s);
    EXPECT_THAT(phone.probes(), ElementsAre(0s, 60s));
    phone.bench.run_until(120s);
    EXPECT_THAT(phone.probes(), ElementsAre(0s, 60s, 120s));
}

TEST(YealinkProxies, CanCountTheIntervalFromTheEnd) {  // fallback-probe-origin: from-end
    Proxies phone(Readings{{"fallback-probe-origin", "from-end"}});
    phone.boot().bench.run_until(136s);
    EXPECT_THAT(phone.probes(), ElementsAre(0s, 67500ms, 135s));
}

TEST(YealinkProxies, GoesBackWithTheProbeThatIsAnswered) {  // YL-PAR-22
    Proxies phone;
    phone.boot().bench.run_until(30s);
    phone.bench.servers[proxy_1] = grants(3600);
    phone.bench.run_until(5000s);
    EXPECT_EQ(phone.bench.line_server(), proxy_1);
    EXPECT_EQ(count_to(phone.bench, proxy_2), 1U) << "no refresh there and no removal";
}

TEST(YealinkProxies, TurnsAtOnceWhenTheFirstDiesLater) {  // YL-PAR-22
    Proxies phone;
    phone.bench.servers[proxy_1] = grants(100);
    phone.boot().bench.run_until(1s);
    phone.bench.servers.erase(proxy_1);
    phone.bench.run_until(99s);
    ASSERT_EQ(count_to(phone.bench, proxy_2), 1U);
    const auto refresh = phone.bench.times(proxy_1)[1];
    EXPECT_EQ(phone.bench.times(proxy_2).front(), refresh + 7500ms);
}

TEST(YealinkProxies, AsksASilentProxyWithoutAnIntervalAgainAfterAPause) {
    Proxies phone(Readings{}, 0s);
    phone.boot().bench.run_until(1000s);
    EXPECT_LT(count_to(phone.bench, proxy_1), 80U);
    EXPECT_GT(count_to(phone.bench, proxy_1), 4U);
}

}  // namespace
}  // namespace twinline::test
