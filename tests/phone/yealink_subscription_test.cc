// Subscriptions among several servers, as Yealink's guide has it: counts, failover, and
// failback_subscribe with its readings.
#include "tests/phone/subscription_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using config::FailbackMode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<wire::Duration> offsets(const std::vector<Sent>& sends) {
    std::vector<wire::Duration> list;
    for (const auto& s : sends) list.push_back(s.at - sends.front().at);
    return list;
}

// Registered and subscribed at the primary; the registration is refreshed after 48 to 54 s.
struct Moving : Subscriber {
    explicit Moving(config::PhoneConfig config, Readings readings = {})
        : Subscriber(with_mwi(std::move(config), 3600s), std::move(readings)) {
        bench.servers[primary] = notifier(primary, 3600, 60);
        bench.servers[secondary] = notifier(secondary, 3600, 60);
        boot();
    }
    // The primary dies; the next registration is at the secondary.
    Moving& move() {
        bench.servers.erase(primary);
        run(70s);
        return *this;
    }
};

config::PhoneConfig failback_subscribe(FailbackMode mode = FailbackMode::duration) {
    auto config = yealink_failover(mode);
    config.accounts[0].servers[0].failback_subscribe = true;
    config.accounts[0].servers[0].register_on_enable = true;
    return config;
}

TEST(YealinkSubscription, GoesToTheNextServerByItsRetryCount) {
    auto config = with_mwi(yealink_failover(), 120s);
    config.accounts[0].servers[0].retry_counts = 1;
    config.accounts[0].servers[0].invite_retry_counts = 2;
    const std::vector<std::pair<Readings, std::vector<wire::Duration>>> cases{
        {{}, {0s, 500ms}},
        {{{"invite-count-methods", "all-but-register"}}, {0s, 500ms, 1500ms}},
        {{{"invite-count-methods", "all-requests"}}, {0s, 500ms, 1500ms}}};
    for (const auto& [readings, expected] : cases) {
        Subscriber phone(config, readings);
        phone.bench.servers[primary] = answers_subscribe(0);
        phone.bench.power_on();
        phone.run(10s);
        EXPECT_EQ(offsets(phone.subscribes(primary)), expected);
        ASSERT_THAT(phone.subscribes(secondary), SizeIs(1));
        EXPECT_EQ(phone.subscribes(secondary)[0].sip.call_id,
                  phone.subscribes(primary)[0].sip.call_id);
        EXPECT_NE(phone.subscribes(secondary)[0].branch(), phone.subscribes(primary)[0].branch());
    }
}

TEST(YealinkSubscription, LeavesAServerThatIsUnavailableAtOnceOrByCount) {
    for (const auto& [reading, sends] : {std::pair("next-at-once", 1), {"retries-then-next", 4}}) {
        Subscriber phone(with_mwi(yealink_failover(), 120s), {{"unavailable-server", reading}});
        phone.bench.servers[primary] = answers_subscribe(503);
        phone.bench.power_on();
        phone.run(1s);
        EXPECT_THAT(phone.subscribes(primary), SizeIs(sends)) << reading;
        EXPECT_THAT(phone.subscribes(secondary), SizeIs(1)) << reading;
    }
}

// YS-INV-18
TEST(YealinkSubscription, ADeadRefreshIsFollowedByANewSubscriptionElsewhere) {
    Subscriber phone;
    phone.boot();
    const auto begun = phone.subscribes()[0].at;
    phone.bench.servers.erase(primary);
    phone.bench.run_until(130s);
    const auto at_primary = phone.subscribes(primary);
    ASSERT_THAT(at_primary, SizeIs(9)) << "itself, 4 sends of the refresh, 4 of the new one";
    const auto& refresh = at_primary[1];
    EXPECT_GE(refresh.at - begun, 96s);
    EXPECT_EQ(refresh.sip.tag_of_to(), "far-end");
    const auto& anew = at_primary[5];
    EXPECT_EQ(anew.at - refresh.at, 7500ms) << "when the refresh is given up";
    EXPECT_TRUE(anew.sip.tag_of_to().empty());
    EXPECT_NE(anew.sip.call_id, refresh.sip.call_id);
    ASSERT_THAT(phone.subscribes(secondary), SizeIs(1));
    EXPECT_EQ(phone.subscribes(secondary)[0].sip.call_id, anew.sip.call_id)
        << "the refresh itself never gets to the secondary";
}

TEST(YealinkSubscription, ADeadRefreshMayBeWaitedOut) {
    Subscriber phone(with_mwi(yealink_failover(), 120s),
                     {{"subscription-after-dead-refresh", "at-expiry"}});
    phone.boot();
    const auto begun = phone.subscribes()[0].at;
    phone.bench.servers.erase(primary);
    phone.bench.run_before(begun + 120s);
    EXPECT_THAT(phone.subscribes(), SizeIs(5));
    phone.bench.run_until(begun + 120s + 10ms);
    ASSERT_THAT(phone.subscribes(), SizeIs(6));
    EXPECT_TRUE(phone.subscribes()[5].sip.tag_of_to().empty());
}

TEST(YealinkSubscription, BeginsAtTheServerThatTookTheLastOne) {
    Moving phone(yealink_failover(FailbackMode::duration));
    phone.move();
    EXPECT_THAT(phone.subscribes(secondary), IsEmpty());
    phone.run(3300s);
    ASSERT_FALSE(phone.subscribes(secondary).empty());
    const auto refreshes = phone.subscribes(primary);
    EXPECT_EQ(refreshes.back().sip.tag_of_to(), "far-end")
        << "only the refresh still goes to the primary";
}

TEST(YealinkSubscription, FollowsTheRegistrationAtOnce) {  // YL-FSUB-01
    for (const auto mode :
         {FailbackMode::dns_ttl, FailbackMode::registration, FailbackMode::duration}) {
        Moving phone(failback_subscribe(mode));
        phone.move();
        const auto anew = phone.subscribes(secondary);
        ASSERT_THAT(anew, SizeIs(1));
        EXPECT_NE(anew[0].sip.call_id, phone.subscribes(primary)[0].sip.call_id);
        EXPECT_NE(anew[0].sip.tag_of_from(), phone.subscribes(primary)[0].sip.tag_of_from());
        EXPECT_TRUE(anew[0].sip.tag_of_to().empty());
        EXPECT_EQ(anew[0].why.clauses.front(), "YL-FSUB-01");
        const auto registered = sent(phone.bench, "REGISTER", secondary);
        ASSERT_FALSE(registered.empty());
        EXPECT_GT(anew[0].at, registered[0].at);
        EXPECT_LT(anew[0].at - registered[0].at, 100ms);
    }
}

TEST(YealinkSubscription, MayTakeItsDialogAlong) {  // reading resubscribe-dialog
    Moving phone(failback_subscribe(), {{"resubscribe-dialog", "old-dialog"}});
    phone.move();
    const auto first = phone.subscribes(primary)[0];
    const auto anew = phone.subscribes(secondary);
    ASSERT_THAT(anew, SizeIs(1));
    EXPECT_EQ(anew[0].sip.call_id, first.sip.call_id);
    EXPECT_EQ(anew[0].sip.tag_of_to(), "far-end");
    EXPECT_EQ(anew[0].sip.cseq, first.sip.cseq + 1);
    phone.run(3600s);
    EXPECT_EQ(phone.subscribes().back().host(), secondary) << "the next refresh too";
    EXPECT_THAT(phone.subscribes(primary), SizeIs(1));
}

TEST(YealinkSubscription, StaysWhereItWasWithoutTheParameter) {  // YL-FSUB-02
    auto config = failback_subscribe();
    config.accounts[0].servers[0].failback_subscribe = false;
    Moving phone(config);
    phone.move();
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
}

TEST(YealinkSubscription, DoesNotFollowInMode0) {  // YL-FSUB-03
    Moving phone(failback_subscribe(FailbackMode::new_requests));
    phone.move();
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
}

TEST(YealinkSubscription, DoesNotFollowToAnotherPort) {  // YL-FSUB-04
    const std::string other_port = "192.0.2.11:5080";
    auto config = with_mwi(failback_subscribe(), 3600s);
    Subscriber phone(config);
    const std::string service = "_sip._udp.pbx.test";
    phone.bench.dns[{service, wire::DnsType::srv}].answer = {
        srv(service, 0, 0, 5060, "a.pbx.test", 3600),
        srv(service, 10, 0, 5080, "a.pbx.test", 3600)};
    phone.bench.servers[primary] = notifier(primary, 3600, 60);
    phone.bench.servers[other_port] = notifier(other_port, 3600, 60);
    phone.boot();
    phone.bench.servers.erase(primary);
    phone.run(70s);
    EXPECT_FALSE(sent(phone.bench, "REGISTER", other_port).empty());
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
}

TEST(YealinkSubscription, FollowsHomeByOneReadingOnly) {  // reading resubscribe-on-return
    for (const bool both : {false, true}) {
        auto config = failback_subscribe();
        config.accounts[0].servers[0].failback_timeout = 60s;
        Moving phone(config, {{"resubscribe-on-return", both ? "both-ways" : "secondary-only"}});
        phone.move();
        ASSERT_THAT(phone.subscribes(secondary), SizeIs(1));
        phone.notify("active");
        phone.bench.servers[primary] = notifier(primary, 3600, 60);
        phone.run(120s);
        EXPECT_EQ(sent(phone.bench, "REGISTER").back().host(), primary);
        EXPECT_THAT(phone.subscribes(primary), SizeIs(both ? 2 : 1));
    }
}

// YL-OSR-01: no refresh goes to a server that holds no registration.
TEST(YealinkSubscription, IsNotRefreshedWhereNothingIsRegistered) {
    auto config = failback_subscribe();
    config.accounts[0].servers[0].failback_subscribe = false;
    config.accounts[0].servers[0].only_signal_with_registered = true;
    Moving phone(config);
    phone.move();
    phone.run(3600s);
    EXPECT_THAT(phone.subscribes(primary), SizeIs(1));
    EXPECT_FALSE(phone.subscribes(secondary).empty());
}

TEST(YealinkSubscription, IsOfTheWorkingServerOnlyInConcurrentMode) {  // YL-REG-05
    Subscriber phone(with_mwi(yealink_fallback(config::Redundancy::concurrent), 120s));
    phone.bench.servers[fallback] = notifier(fallback);
    phone.bench.servers[working] = answers_subscribe(0);
    phone.bench.power_on();
    phone.run(60s);
    EXPECT_FALSE(phone.subscribes(working).empty());
    EXPECT_THAT(phone.subscribes(fallback), IsEmpty());
}

TEST(YealinkSubscription, GoesWhereThePhoneIsRegisteredInSuccessiveMode) {  // YL-REG-07
    Subscriber phone(with_mwi(yealink_fallback(config::Redundancy::successive), 120s));
    phone.bench.servers.erase(working);
    phone.bench.servers[fallback] = notifier(fallback);
    phone.bench.power_on();
    phone.run(60s);
    ASSERT_THAT(phone.subscribes(fallback), SizeIs(1));
    EXPECT_THAT(phone.subscribes(working), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
