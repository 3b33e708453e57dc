// How long a binding lives and when it is refreshed (RFC 3261 sections 10.2.4 and 10.2.8).
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::SizeIs;

struct Expiry : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override {
        publish_pbx(bench);
        bench.delay = 0s;
    }
};

TEST_F(Expiry, IsRefreshedBeforeItEndsAndAtTheSameAddress) {  // RFC-3261-1024
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        PhoneBench one(one_account("pbx.test"), seed);
        publish_pbx(one);
        one.delay = 0s;
        one.servers[secondary] = grants(60);  // home is the secondary: the primary was dead
        one.power_on();
        one.run_until(33s);
        ASSERT_EQ(one.line_server(), secondary);
        one.servers[primary] = grants(60);
        const auto home = one.sip_to(secondary).back().at;
        one.run_before(home + 30s);
        EXPECT_EQ(one.sip_to(secondary).back().at, home) << "not before half of it, seed " << seed;
        one.run_before(home + 60s);
        EXPECT_GT(one.sip_to(secondary).back().at, home) << "seed " << seed;
        EXPECT_EQ(one.sip().back().host(), secondary) << "seed " << seed;
    }
}

TEST_F(Expiry, IsTheOneOfTheContactNotOfTheHeader) {  // RFC-3261-1024
    bench.servers[primary] = [](const wire::SipMessage& request) {
        auto response = ok(request, 60);
        response.expires = 3600;
        return response;
    };
    bench.power_on();
    bench.run_before(60s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
}

TEST_F(Expiry, IsThatOfTheOwnContactAmongOthers) {  // RFC 3261 10.2.4
    bench.servers[primary] = [](const wire::SipMessage& request) {
        auto response = ok(request, 300);
        response.contact.insert(response.contact.begin(),
                                {"", "sip:1001@203.0.113.7:5060", {{"expires", "10"}}});
        return response;
    };
    bench.power_on();
    bench.run_before(150s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    bench.run_before(300s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
}

TEST_F(Expiry, FallsBackToTheHeader) {  // RFC 3261 10.2.4
    bench.servers[primary] = [](const wire::SipMessage& request) {
        auto response = ok(request);
        response.contact.front().params.clear();
        response.expires = 60;
        return response;
    };
    bench.power_on();
    bench.run_before(60s);
    EXPECT_THAT(bench.sip(), SizeIs(2));
}

TEST_F(Expiry, OfZeroIsNoBindingAndNoLoop) {  // RFC-3261-1024
    bench.servers[primary] = grants(0);
    bench.power_on();
    bench.run_until(25s);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Expiry, OfOneSecondIsRefreshedInTimeToo) {  // RFC-3261-1024
    bench.servers[primary] = grants(1);
    bench.power_on();
    bench.run_before(1s);
    EXPECT_THAT(bench.sip(), SizeIs(2)) << "before it is over";
    bench.run_until(60s);
    EXPECT_LE(bench.sip().size(), 76U) << "and no faster than needed";
}

TEST_F(Expiry, OfTheGreatestNumberThereIsDoesNotOverflow) {  // RFC 3261 25.1: up to 2^32-1
    for (const auto* text : {"10300000", "2147483647", "4294967295"}) {
        PhoneBench one(one_account("192.0.2.11"));
        one.servers[primary] = [text](const wire::SipMessage& request) {
            auto response = ok(request);
            response.contact.front().params = {{"expires", text}};
            return response;
        };
        one.power_on();
        one.run_until(60s);
        EXPECT_EQ(one.line_state(), "registered") << text;
        ASSERT_TRUE(one.next_deadline()) << text;
        EXPECT_GT(*one.next_deadline(), 24h) << text;
        EXPECT_THAT(one.sip(), SizeIs(1)) << text;
    }
}

TEST_F(Expiry, ThatIsNoNumberIsNotBelieved) {  // RFC 3261 20.10
    for (const auto* text : {"9999999999", "99999999999999999999", "-1", "x", "1e9"}) {
        PhoneBench one(one_account("192.0.2.11"));
        one.servers[primary] = [text](const wire::SipMessage& request) {
            auto response = ok(request);
            response.contact.front().params = {{"expires", text}};
            return response;
        };
        one.power_on();
        one.run_until(30s);
        EXPECT_LE(one.sip().size(), 11U) << text << ": no loop";
    }
}

TEST_F(Expiry, TooBriefIsLengthenedAtTheSameServer) {  // RFC-3261-1028, RFC-3261-102
    bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.expires >= 7200U) return ok(request, 7200);
        auto response = answer(request, 423);
        response.min_expires = 7200;
        return response;
    };
    bench.power_on();
    bench.run_until(5s);
    ASSERT_THAT(bench.sip(), SizeIs(2));
    EXPECT_EQ(bench.sip()[1].host(), primary);
    EXPECT_GE(bench.sip()[1].sip.expires, 7200U);
    EXPECT_EQ(bench.sip()[1].sip.cseq, bench.sip()[0].sip.cseq + 1);
    EXPECT_NE(bench.sip()[1].branch(), bench.sip()[0].branch());
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Expiry, TooBriefWithoutASaneMinimumIsNoLoop) {  // RFC-3261-1028
    for (const auto least :
         {std::optional<std::uint32_t>{}, std::optional(60U), std::optional(3600U)}) {
        PhoneBench one(one_account("192.0.2.11"));
        one.servers[primary] = [least](const wire::SipMessage& request) {
            auto response = answer(request, 423);
            response.min_expires = least;
            return response;
        };
        one.power_on();
        one.run_until(25s);
        EXPECT_THAT(one.sip(), SizeIs(1));
        EXPECT_EQ(one.line_state(), "failed");
    }
}

TEST_F(Expiry, TooBriefForEverComesToAnEnd) {  // RFC-3261-1028
    bench.servers[primary] = [](const wire::SipMessage& request) {
        auto response = answer(request, 423);
        response.min_expires = *request.expires + 1;
        return response;
    };
    bench.power_on();
    bench.run_until(25s);
    EXPECT_LE(bench.sip().size(), 6U);
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Expiry, MinimumOfTheGreatestNumberDoesNotOverflow) {  // RFC 3261 25.1
    bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.expires == UINT32_MAX) return ok(request, UINT32_MAX);
        auto response = answer(request, 423);
        response.min_expires = UINT32_MAX;
        return response;
    };
    bench.power_on();
    bench.run_until(5s);
    EXPECT_EQ(bench.line_state(), "registered");
}

}  // namespace
}  // namespace twinline::test
