// The way home of calls where a reading, or the rule of registered servers, decides: when the time
// of a stay begins, whether a REGISTER comes first, and what real time means for a call.
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::IsEmpty;

config::FailbackMode failback_mode(int number) { return static_cast<config::FailbackMode>(number); }

std::string host_of_next_call(Caller& phone, wire::Duration at) {
    const auto before = sent(phone.bench, "INVITE").size();
    phone.bench.run_until(at);
    phone.dial().run(1s).hang_up();
    return sent(phone.bench, "INVITE").at(before).host();
}

// A call alone has failed over; the primary is back.
struct UsedSecondary : Caller {
    explicit UsedSecondary(int number, Readings readings = {}, std::uint32_t ttl = 3600)
        : Caller(yealink_failover(failback_mode(number), 300s), std::move(readings), ttl) {
        dies().dial().run(8s).hang_up();
        bench.servers[primary] = switchboard();
    }
};

TEST(WayHome, TheTtlOfACallCountsFromTheAnswer) {  // YL-FB-TTL-01, dnsttl-start
    UsedSecondary phone(1, {}, 300);
    EXPECT_EQ(host_of_next_call(phone, 297s), secondary);
    EXPECT_EQ(host_of_next_call(phone, 301s), primary);
}

TEST(WayHome, TheTtlOfACallCanCountFromTheFailover) {  // dnsttl-start: from-failover
    UsedSecondary phone(1, {{"dnsttl-start", "from-failover"}}, 300);
    const auto used = sent(phone.bench, "INVITE", secondary).front().at;
    EXPECT_EQ(host_of_next_call(phone, 305s), secondary);
    EXPECT_EQ(host_of_next_call(phone, used + 301s), primary);
}

TEST(WayHome, CallsDoNotRestartFailbackTimeout) {  // YL-PAR-27, duration-restart
    UsedSecondary phone(
        3, {{"last-server-mode-3", "last-used"}, {"duration-restart", "from-last-registration"}});
    const auto used = sent(phone.bench, "INVITE", secondary).front().at;
    EXPECT_EQ(host_of_next_call(phone, used + 290s), secondary);
    EXPECT_EQ(host_of_next_call(phone, used + 301s), primary);
}

// Registered at the secondary, since the primary was dead at boot; registered servers only.
struct Strict {
    PhoneBench bench;

    explicit Strict(Readings readings = {}) : bench(config(), 1, {}, std::move(readings)) {
        publish_pbx(bench, 3600);
        bench.servers[secondary] = switchboard();
        bench.power_on();
        bench.run_until(20s);
    }
    static config::PhoneConfig config() {
        auto config = yealink_failover(failback_mode(3), 60s);
        config.accounts[0].servers[0].only_signal_with_registered = true;
        return config;
    }
    void dial_at(wire::Duration at) {
        bench.run_until(at);
        bench.input(phone::Dial{1, "2000"});
        bench.run_until(at + 20s);
    }
};

TEST(WayHome, APrimaryThatOnlyRegisteredServersGetCallsFromRegistersFirst) {  // YL-OSR-01
    Strict phone;
    phone.bench.servers[primary] = switchboard();
    phone.dial_at(100s);
    ASSERT_THAT(sent(phone.bench, "INVITE", primary), ::testing::SizeIs(1));
    EXPECT_LT(sent(phone.bench, "REGISTER", primary).back().at,
              sent(phone.bench, "INVITE", primary)[0].at);
    EXPECT_EQ(phone.bench.call_state(), "talking");
}

TEST(WayHome, WhereThatRuleIsInertTheCallGoesHomeByItself) {
    Strict phone(Readings{{"only-signal-without-register-on", "inert"}});
    phone.bench.servers[primary] = switchboard();
    const auto before = sent(phone.bench, "REGISTER", primary).size();
    phone.dial_at(100s);
    EXPECT_EQ(sent(phone.bench, "INVITE", primary).size(), 1U);
    EXPECT_EQ(sent(phone.bench, "REGISTER", primary).size(), before);
}

TEST(WayHome, APrimaryThatIsStillDeadCostsNoCall) {  // YL-FB-TTL-02
    Strict phone;
    phone.dial_at(100s);
    EXPECT_THAT(sent(phone.bench, "INVITE", primary), IsEmpty());
    EXPECT_EQ(phone.bench.call_state(), "talking");
    EXPECT_EQ(phone.bench.line_state(), "registered");
}

TEST(RealTime, EachCallAsksTheDnsOrUsesWhatTheRegistrationFound) {  // realtime-query-scope
    for (const auto* scope : {"each-request", "each-registration"}) {
        auto config = yealink_failover();
        config.accounts[0].dns_cache_type = config::DnsCacheType::none;
        Caller phone(config, {{"realtime-query-scope", scope}});
        const auto before = phone.bench.queries().size();
        phone.dial().run(1s);
        EXPECT_EQ(phone.bench.call_state(), "talking") << scope;
        EXPECT_EQ(phone.bench.queries().size() - before,
                  std::string(scope) == "each-request" ? before : 0U)
            << scope;
    }
}

}  // namespace
}  // namespace twinline::test
