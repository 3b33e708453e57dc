// A subscription on one server: how it is asked for, kept, refused and ended (RFC 6665 4.1.2).
#include "tests/phone/subscription_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Subscription, BeginsOnceRegisteredWithItsOwnCallId) {
    Subscriber phone;
    phone.bench.servers.erase(primary);
    phone.bench.servers.erase(secondary);
    phone.bench.power_on();
    phone.run(5s);
    EXPECT_THAT(phone.subscribes(), IsEmpty()) << "nobody registers the phone";
    phone.bench.servers[primary] = phone.bench.servers[secondary] = notifier(primary);
    phone.run(200s);
    ASSERT_FALSE(phone.subscribes().empty());
    const auto first = phone.subscribes().front();
    const auto& request = first.sip;
    EXPECT_EQ(request.request_uri, "sip:1001@pbx.test");
    EXPECT_EQ(header(request, "Event"), "message-summary");
    EXPECT_EQ(header(request, "Accept"), "application/simple-message-summary");
    EXPECT_EQ(request.expires, 120U);
    EXPECT_TRUE(request.tag_of_to().empty());
    EXPECT_NE(request.call_id, sent(phone.bench, "REGISTER").front().sip.call_id);
    ASSERT_THAT(request.contact, SizeIs(1));
}

TEST(Subscription, RefreshesInItsDialogBeforeItEnds) {
    Subscriber phone;
    phone.bench.servers[primary] = notifier(primary, 100);
    phone.boot();
    ASSERT_THAT(phone.subscribes(), SizeIs(1));
    phone.bench.run_before(80s);
    EXPECT_THAT(phone.subscribes(), SizeIs(1)) << "not before 80 % of the time that was granted";
    phone.bench.run_until(91s);
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    const auto first = phone.subscribes()[0].sip;
    const auto refresh = phone.subscribes()[1].sip;
    EXPECT_EQ(refresh.call_id, first.call_id);
    EXPECT_EQ(refresh.tag_of_from(), first.tag_of_from());
    EXPECT_EQ(refresh.tag_of_to(), "far-end");
    EXPECT_EQ(refresh.cseq, first.cseq + 1);
    EXPECT_EQ(refresh.request_uri, "sip:notifier@192.0.2.11:5060");
    phone.run(30s);
    EXPECT_THAT(phone.subscribes(), SizeIs(2)) << "the refresh was granted 100 s too";
}

TEST(Subscription, AnswersAChallenge) {
    Subscriber phone;
    phone.bench.servers[primary] =
        [](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "REGISTER") return ok(request);
        return request.find("Authorization") == nullptr ? challenge(request, "n1")
                                                        : take_subscription(request, 120);
    };
    phone.boot();
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    EXPECT_TRUE(phone.subscribes()[1].has_credentials());
    EXPECT_EQ(phone.subscribes()[1].sip.cseq, phone.subscribes()[0].sip.cseq + 1);
    phone.run(110s);
    ASSERT_THAT(phone.subscribes(), SizeIs(3));
    EXPECT_TRUE(phone.subscribes()[2].has_credentials()) << "a refresh too";
}

TEST(Subscription, DoesNotRepeatRefusedCredentials) {
    Subscriber phone;
    phone.bench.servers[primary] = [](const wire::SipMessage& request) {
        return request.method == "REGISTER" ? ok(request) : challenge(request, "n1");
    };
    phone.bench.power_on();
    phone.run(20s);
    EXPECT_THAT(phone.subscribes(), SizeIs(2));
}

TEST(Subscription, AsksForLongerWhereTheTimeIsTooBrief) {
    Subscriber phone;
    phone.bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.method == "REGISTER") return ok(request);
        if (request.expires >= 300U) return take_subscription(request, *request.expires);
        auto brief = answer(request, 423);
        brief.min_expires = 300;
        return brief;
    };
    phone.boot();
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    EXPECT_EQ(phone.subscribes()[1].sip.expires, 300U);
}

TEST(Subscription, IsTriedAgainAfterAPauseWhenRefused) {
    Subscriber phone;
    phone.bench.servers[primary] = answers_subscribe(403);
    phone.bench.power_on();
    phone.run(10s);
    ASSERT_THAT(phone.subscribes(), SizeIs(1));
    EXPECT_THAT(phone.subscribes(secondary), IsEmpty()) << "a living server said no";
    const auto begun = phone.subscribes()[0].at;
    phone.bench.run_before(begun + 30s);
    EXPECT_THAT(phone.subscribes(), SizeIs(1));
    phone.bench.run_until(begun + 30s + 10ms);
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    EXPECT_NE(phone.subscribes()[1].sip.call_id, phone.subscribes()[0].sip.call_id);
}

TEST(Subscription, FailsWhenNoNotifyComes) {
    Subscriber phone;
    phone.bench.power_on();
    phone.run(1s);
    const auto begun = phone.subscribes().at(0).at;
    phone.bench.run_before(begun + 62s);
    EXPECT_THAT(phone.subscribes(), SizeIs(1)) << "Timer N is 32 s, and a pause of 30 s follows";
    phone.bench.run_until(begun + 62s + 10ms);
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    EXPECT_TRUE(phone.subscribes()[1].sip.tag_of_to().empty());
}

// RFC-6665-01, one by one.
TEST(Subscription, EndsByTheAnswersToItsRefreshThatEndIt) {
    for (const int status :
         {404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604}) {
        Subscriber phone;
        phone.boot();
        phone.bench.servers[primary] = [status](const wire::SipMessage& request) {
            const bool refresh = request.method == "SUBSCRIBE" && !request.tag_of_to().empty();
            return refresh ? answer(request, status) : notifier(primary)(request).value();
        };
        phone.bench.run_until(109s);
        ASSERT_THAT(phone.subscribes(), SizeIs(3)) << status;
        const auto anew = phone.subscribes()[2];
        EXPECT_NE(anew.sip.call_id, phone.subscribes()[0].sip.call_id) << status;
        EXPECT_NE(anew.sip.tag_of_from(), phone.subscribes()[0].sip.tag_of_from()) << status;
        EXPECT_TRUE(anew.sip.tag_of_to().empty()) << status;
        EXPECT_LT(anew.at - phone.subscribes()[1].at, 100ms) << status;
    }
}

TEST(Subscription, LivesOnUntilItsEndAfterAnotherAnswerToItsRefresh) {
    for (const int status : {400, 403, 500, 503}) {
        Subscriber phone;
        phone.boot();
        const auto begun = phone.subscribes()[0].at;
        phone.bench.servers[primary] = answers_subscribe(status);
        phone.bench.run_before(begun + 120s);
        ASSERT_THAT(phone.subscribes(), SizeIs(2)) << status;
        phone.bench.run_until(begun + 120s + 10ms);
        ASSERT_GE(phone.subscribes().size(), 3U) << status;
        EXPECT_TRUE(phone.subscribes()[2].sip.tag_of_to().empty()) << status;
    }
}

TEST(Subscription, IsNoBusierThanItsPauseWhateverTheServerDoes) {
    Subscriber phone;
    phone.boot();
    phone.bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.method == "REGISTER") return ok(request);
        return request.tag_of_to().empty() ? take_subscription(request, 1) : answer(request, 481);
    };
    phone.bench.run_until(600s);
    EXPECT_LT(phone.subscribes().size(), 40U);
}

TEST(Subscription, EndsWithTheRegistrationAndBeginsWithTheNext) {
    Subscriber phone;
    phone.boot();
    phone.bench.input(phone::Unregister{});
    phone.run(1s);
    ASSERT_THAT(phone.subscribes(), SizeIs(2));
    EXPECT_EQ(phone.subscribes()[1].sip.expires, 0U);
    EXPECT_EQ(phone.subscribes()[1].sip.tag_of_to(), "far-end");
    phone.notify("terminated;reason=timeout");
    EXPECT_EQ(phone.answered(), 200) << "the last NOTIFY";
    phone.run(300s);
    EXPECT_THAT(phone.subscribes(), SizeIs(2));
    phone.bench.input(phone::Register{});
    phone.run(1s);
    ASSERT_THAT(phone.subscribes(), SizeIs(3));
    EXPECT_TRUE(phone.subscribes()[2].sip.tag_of_to().empty());
}

TEST(Subscription, IsNotMadeWhereNoneIsConfigured) {
    Subscriber phone(yealink_failover());
    phone.bench.power_on();
    phone.run(100s);
    EXPECT_THAT(phone.subscribes(), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
