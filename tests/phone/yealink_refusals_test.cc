// What a Yealink phone does when a server says no, or when nobody is there: 503, ICMP, other 5xx,
// Retry-After, and the end of the list (YL-FO-TRG-01, YL-FB-NEW-01, YL-REG-02).
#include "tests/phone/yealink_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

struct Refusal {
    PhoneBench bench;

    explicit Refusal(Readings readings = {}, PhoneBench::Server first = always(503),
                     config::FailbackMode mode = config::FailbackMode::new_requests)
        : bench(config(mode), 1, {}, std::move(readings)) {
        publish_addresses(bench, 86400);
        bench.servers[primary] = std::move(first);
        bench.servers[secondary] = grants(60);
        bench.power_on();
    }
    static config::PhoneConfig config(config::FailbackMode mode) {
        auto config = yealink_failover(mode);
        config.accounts[0].servers[0].port = 5060;
        return config;
    }
    std::set<std::uint32_t> cseqs(const std::string& host) const {
        std::set<std::uint32_t> some;
        for (const auto& sent : bench.sip_to(host)) some.insert(sent.sip.cseq);
        return some;
    }
};

TEST(YealinkRefusals, ThatSay503MoveThePhoneAtOnce) {  // unavailable-server: next-at-once
    Refusal phone;
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 1U);
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(YealinkRefusals, ThatSay503CanBeRetriedFirst) {  // unavailable-server: retries-then-next
    Refusal phone(Readings{{"unavailable-server", "retries-then-next"}});
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 4U) << "one and three retries";
    EXPECT_EQ(phone.cseqs(primary).size(), 4U) << "an answered request can only be sent anew";
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(YealinkRefusals, OfTheSecondServerAreCountedForItself) {  // unavailable-server
    Refusal phone(Readings{{"unavailable-server", "retries-then-next"}});
    phone.bench.servers[secondary] = always(503);
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 4U);
    EXPECT_EQ(count_to(phone.bench, secondary), 4U);
    EXPECT_EQ(phone.bench.line_state(), "failed");
}

struct Unreachable : Refusal {
    explicit Unreachable(Readings readings = {})
        : Refusal(std::move(readings), [](const auto&) { return std::nullopt; }) {
        bench.run_until(10ms);
        bench.refuse(bench.sip().front());
    }
};

TEST(YealinkRefusals, ByIcmpMoveThePhoneAtOnce) {  // icmp-error: next-at-once
    Unreachable phone;
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 1U);
    EXPECT_EQ(phone.bench.times(secondary).front(), 10ms);
}

TEST(YealinkRefusals, ByIcmpCanGoUnheard) {  // icmp-error: ignored
    Unreachable phone(Readings{{"icmp-error", "ignored"}});
    phone.bench.run_before(7501ms);
    EXPECT_EQ(count_to(phone.bench, primary), 4U);
    EXPECT_EQ(count_to(phone.bench, secondary), 0U);
    phone.bench.run_until(7501ms);
    EXPECT_EQ(count_to(phone.bench, secondary), 1U);
}

TEST(YealinkRefusals, WithAnother5xxKeepThePhoneWhereItIs) {  // register-5xx: stays
    for (const int status : {500, 504}) {
        Refusal phone(Readings{}, always(status));
        phone.bench.run_until(25s);
        EXPECT_EQ(count_to(phone.bench, primary), 1U) << status;
        phone.bench.run_until(61s);
        EXPECT_GE(count_to(phone.bench, primary), 2U) << status << ": the next one comes later";
        EXPECT_EQ(count_to(phone.bench, secondary), 0U) << status;
    }
}

TEST(YealinkRefusals, WithAnother5xxCanMoveThePhoneAtOnce) {  // register-5xx: next-at-once
    Refusal phone(Readings{{"register-5xx", "next-at-once"}}, always(504));
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 1U);
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(YealinkRefusals, WithAnother5xxCanBeRetriedFirst) {  // register-5xx: retries-then-next
    Refusal phone(Readings{{"register-5xx", "retries-then-next"}}, always(500));
    phone.bench.run_until(1s);
    EXPECT_EQ(count_to(phone.bench, primary), 4U);
    EXPECT_EQ(phone.bench.line_server(), secondary);
}

TEST(YealinkRefusals, ByA4xxOr6xxAreNoFailoverEvent) {  // YL-FO-TRG-01, RFC-3261-21x
    for (const int status : {400, 403, 404, 600}) {
        Refusal phone(Readings{{"register-5xx", "next-at-once"}}, always(status));
        phone.bench.run_until(25s);
        EXPECT_EQ(count_to(phone.bench, secondary), 0U) << status;
    }
}

TEST(YealinkRefusals, WithRetryAfterDoNotChangeThePrimaryInMode0) {  // retry-after-in-mode-0
    Refusal phone(Readings{}, unavailable_for(1000));
    phone.bench.run_until(60s);  // one refresh of the 60 s at the secondary
    EXPECT_EQ(count_to(phone.bench, primary), 2U) << "all requests go to the primary first";
}

TEST(YealinkRefusals, WithRetryAfterCanBeHonouredInMode0) {  // retry-after-in-mode-0: honoured
    Refusal phone(Readings{{"retry-after-in-mode-0", "honoured"}}, unavailable_for(1000));
    phone.bench.run_before(1000s);
    EXPECT_EQ(count_to(phone.bench, primary), 1U);
    EXPECT_GT(count_to(phone.bench, secondary), 15U);
    phone.bench.run_until(1061s);
    EXPECT_EQ(count_to(phone.bench, primary), 2U);
}

TEST(YealinkRefusals, WithRetryAfterAreHonouredInTheOtherModes) {  // RFC-3261-2154
    Refusal phone(Readings{}, unavailable_for(1000), config::FailbackMode::registration);
    phone.bench.run_before(1000s);
    EXPECT_EQ(count_to(phone.bench, primary), 1U) << "retry-after-in-mode-0 is for mode 0";
}

struct AllDead {
    PhoneBench bench;

    explicit AllDead(Readings readings = {}) : bench(config(), 1, {}, std::move(readings)) {
        publish_addresses(bench, 86400);
        bench.power_on();
    }
    static config::PhoneConfig config() {
        auto config = yealink_failover();
        config.accounts[0].servers[0].port = 5060;
        config.accounts[0].servers[0].expires = 600s;
        return config;
    }
};

constexpr wire::Duration failed = 1ms + 2 * 7500ms;

TEST(YealinkRefusals, OfAllServersArePausedForThenTheFirstIsAsked) {  // all-servers-failed
    AllDead phone;
    phone.bench.run_before(failed);
    EXPECT_EQ(phone.bench.line_state(), "registering");
    phone.bench.run_until(failed);
    EXPECT_EQ(phone.bench.line_state(), "failed");
    phone.bench.run_before(failed + 30s);
    EXPECT_EQ(phone.bench.sip().size(), 8U) << "half of 60 s at least (RFC-5626-06)";
    phone.bench.run_until(failed + 60s);
    ASSERT_GT(phone.bench.sip().size(), 8U);
    EXPECT_EQ(phone.bench.sip()[8].host(), primary);
}

TEST(YealinkRefusals, OfAllServersCanLeadToARoundAtOnce) {  // all-servers-failed: round-at-once
    AllDead phone(Readings{{"all-servers-failed", "round-at-once"}});
    phone.bench.run_until(failed + 1s);
    ASSERT_GT(phone.bench.sip().size(), 8U);
    EXPECT_EQ(phone.bench.sip()[8].host(), primary);
    phone.bench.run_until(600s);
    EXPECT_LT(phone.bench.sip().size(), 8U * 41) << "no storm: a round lives for 15 s";
}

TEST(YealinkRefusals, OfAllServersCanBeWaitedOut) {  // all-servers-failed: wait-for-expiry
    AllDead phone(Readings{{"all-servers-failed", "wait-for-expiry"}});
    phone.bench.run_before(600s);
    EXPECT_EQ(phone.bench.sip().size(), 8U);
    phone.bench.run_until(600s + 1ms);
    EXPECT_EQ(phone.bench.sip().size(), 9U) << "the registration period is over";
}

}  // namespace
}  // namespace twinline::test
