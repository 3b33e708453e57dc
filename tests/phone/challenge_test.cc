// Digest challenges (RFC-3261-22): answered where they came from, once, and never taken for a
// failure of the server.
#include "reference_impl/wire/digest.hh"
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Challenges : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override { publish_pbx(bench); }

    const wire::Header& authorization(std::size_t i) const {
        return *bench.sip().at(i).sip.find("Authorization");
    }
};

TEST_F(Challenges, AreAnsweredAtTheServerThatChallenged) {  // RFC-3261-22
    bench.servers[primary] = registrar("n1");
    bench.power_on();
    bench.run_until(5s);
    ASSERT_THAT(bench.sip(), SizeIs(2));
    EXPECT_FALSE(bench.sip()[0].has_credentials());
    EXPECT_TRUE(bench.sip()[1].has_credentials());
    EXPECT_EQ(bench.sip()[1].host(), primary);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Challenges, RepeatTheRequestWithTheNextCseqANewBranchAndTheOldNames) {  // RFC-3261-22, -102
    bench.servers[primary] = registrar("n1");
    bench.power_on();
    bench.run_until(5s);
    ASSERT_THAT(bench.sip(), SizeIs(2));
    const auto &first = bench.sip()[0].sip, &second = bench.sip()[1].sip;
    EXPECT_EQ(second.cseq, first.cseq + 1);
    EXPECT_NE(second.via.front().branch, first.via.front().branch);
    EXPECT_EQ(second.call_id, first.call_id);
    EXPECT_EQ(second.from, first.from);
    EXPECT_EQ(second.to, first.to);
    EXPECT_EQ(second.contact, first.contact);
    EXPECT_EQ(second.request_uri, first.request_uri);
}

TEST_F(Challenges, AfterAFailoverAreAnsweredAtTheSecondServer) {  // RFC-3261-22, RFC-3263-08
    bench.servers[secondary] = registrar("n2");
    bench.power_on();
    bench.run_until(33s);
    const auto second = bench.sip_to(secondary);
    ASSERT_THAT(second, SizeIs(2));
    EXPECT_EQ(bench.sip().back().host(), secondary);
    EXPECT_TRUE(second[1].has_credentials());
    EXPECT_EQ(second[0].sip.cseq, bench.sip().front().sip.cseq) << "redirected, not renewed";
    EXPECT_EQ(second[1].sip.cseq, second[0].sip.cseq + 1);
    EXPECT_THAT(bench.sip_to(primary), SizeIs(11)) << "the dead server is not begun with again";
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST_F(Challenges, OfEachServerGetCredentialsForItsOwnNonceAndRealm) {  // RFC-3261-22
    bench.servers[primary] = registrar("n1", 60, "one.test");
    bench.servers[secondary] = registrar("n2", 3600, "two.test");
    bench.power_on();
    bench.run_until(5s);
    bench.servers.erase(primary);
    bench.run_until(5min);
    for (const auto& sent : bench.sip_to(secondary)) {
        const auto* header = sent.sip.find("Authorization");
        if (header == nullptr) continue;
        EXPECT_THAT(header->value, HasSubstr("realm=\"two.test\""));
        EXPECT_THAT(header->value, HasSubstr("nonce=\"n2\""));
    }
    EXPECT_EQ(bench.line_server(), secondary);
}

TEST_F(Challenges, KnownFromBeforeAreAnsweredWithoutBeingAskedAgain) {  // RFC 3261 22.3
    bench.servers[primary] = registrar("n1", 100);
    bench.power_on();
    bench.run_until(95s);
    ASSERT_THAT(bench.sip(), SizeIs(3));
    EXPECT_TRUE(bench.sip()[2].has_credentials());
}

TEST_F(Challenges, WithQopCountTheUsesOfANonce) {  // RFC 7616 section 3.4
    bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.find("Authorization") != nullptr) return ok(request, 100);
        auto response = challenge(request, "n1");
        response.challenges[0].params.push_back({"qop", "auth"});
        return response;
    };
    bench.power_on();
    bench.run_until(200s);
    ASSERT_GE(bench.sip().size(), 4U);
    EXPECT_THAT(authorization(1).value, HasSubstr("nc=00000001"));
    EXPECT_THAT(authorization(2).value, HasSubstr("nc=00000002"));
    EXPECT_THAT(authorization(3).value, HasSubstr("nc=00000003"));
}

TEST_F(Challenges, WithAStaleNonceAreAnsweredAgain) {  // RFC 7616 section 3.3
    int nonce = 0;
    bench.servers[primary] = [&](const wire::SipMessage& request) {
        if (nonce == 3) return ok(request);
        auto response = challenge(request, "n" + std::to_string(++nonce));
        if (nonce > 1) response.challenges[0].params.push_back({"stale", "TRUE"});
        return response;
    };
    bench.power_on();
    bench.run_until(5s);
    ASSERT_THAT(bench.sip(), SizeIs(4));
    EXPECT_THAT(authorization(3).value, HasSubstr("nonce=\"n3\""));
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Challenges, ThatAreAlwaysStaleComeToAnEnd) {  // RFC-3261-22
    int nonce = 0;
    bench.servers[primary] = [&](const wire::SipMessage& request) {
        auto response = challenge(request, "n" + std::to_string(++nonce));
        response.challenges[0].params.push_back({"stale", "true"});
        return response;
    };
    bench.power_on();
    bench.run_until(25s);
    EXPECT_LE(bench.sip().size(), 6U);
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Challenges, AreNotAnsweredTwiceWithAWrongPassword) {  // RFC 3261 22.1
    auto config = one_account("pbx.test");
    config.accounts[0].password = "wrong";
    PhoneBench wrong(config);
    publish_pbx(wrong);
    int nonce = 0;
    wrong.servers[primary] = [&](const wire::SipMessage& request) {
        return challenge(request, "n" + std::to_string(++nonce));
    };
    wrong.power_on();
    wrong.run_until(25s);
    EXPECT_THAT(wrong.sip(), SizeIs(2));
    EXPECT_EQ(wrong.line_state(), "failed");
    EXPECT_THAT(wrong.sip_to(secondary), SizeIs(0)) << "a refused password is no dead server";
    wrong.run_until(1h);
    EXPECT_LE(wrong.sip().size(), 24U) << "and later tries keep RFC-5626-06";
}

TEST_F(Challenges, ToARefreshWithAFreshNonceAreAnswered) {  // RFC-3261-22
    std::string nonce = "n1";
    bench.servers[primary] = [&](const wire::SipMessage& request) {
        return *registrar(nonce, 100)(request);
    };
    bench.power_on();
    bench.run_until(5s);
    nonce = "n2";  // the server restarted: no stale flag
    bench.run_until(95s);
    EXPECT_EQ(bench.line_state(), "registered");
    EXPECT_THAT(bench.sip(), SizeIs(4));
    EXPECT_THAT(authorization(3).value, HasSubstr("nonce=\"n2\""));
}

TEST_F(Challenges, OfAProxyGetProxyCredentials) {  // RFC-3261-22: 407
    bench.servers[primary] = [](const wire::SipMessage& request) {
        if (request.find("Proxy-Authorization") != nullptr) return ok(request);
        auto response = challenge(request, "n1");
        response.status = 407;
        response.challenges[0].proxy = true;
        return response;
    };
    bench.power_on();
    bench.run_until(5s);
    ASSERT_THAT(bench.sip(), SizeIs(2));
    EXPECT_EQ(bench.sip()[1].host(), primary);
    EXPECT_EQ(bench.sip()[1].sip.find("Authorization"), nullptr);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Challenges, ThatNobodyCanAnswerEndTheRound) {  // RFC-3261-22
    for (const auto* form : {"none", "scheme", "algorithm", "qop"}) {
        PhoneBench one(one_account("pbx.test"));
        publish_pbx(one);
        one.servers[primary] = [&](const wire::SipMessage& request) {
            auto response = challenge(request, "n1");
            auto& c = response.challenges[0];
            if (form == std::string("none")) response.challenges.clear();
            if (form == std::string("scheme")) c.scheme = "Bearer";
            if (form == std::string("algorithm")) c.params.push_back({"algorithm", "MD9"});
            if (form == std::string("qop")) c.params.push_back({"qop", "auth-int"});
            return response;
        };
        one.power_on();
        one.run_until(25s);
        EXPECT_THAT(one.sip(), SizeIs(1)) << form;
        EXPECT_EQ(one.line_state(), "failed") << form;
    }
}

TEST_F(Challenges, MutantRestartsAtTheFirstServer) {  // kills mutant/restarts-after-challenge
    PhoneBench mutant(one_account("pbx.test"), 1, {.credentials_to_challenger = false});
    publish_pbx(mutant);
    mutant.servers[secondary] = registrar("n2");
    mutant.power_on();
    mutant.run_until(33s);
    EXPECT_EQ(mutant.sip().back().host(), primary);
}

}  // namespace
}  // namespace twinline::test
