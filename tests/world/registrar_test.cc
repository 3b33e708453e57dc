// The simulated registrar as a phone sees it from outside (RFC 3261 section 10.3), its nonces just
// before and at their end.
#include "rig/world/registrar.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const wire::Endpoint phone{{0xc6336464}, 5060};
const wire::Instant start{};

struct Registrar : ::testing::Test {
    world::Registrar registrar{"primary", {{"1001", "secret"}}, 1800s};

    static wire::SipMessage request(const std::string& method = "REGISTER") {
        wire::SipMessage m;
        m.method = m.cseq_method = method;
        m.request_uri = "sip:pbx.test";
        m.via = {{"UDP", "198.51.100.100", 5060, "z9hG4bKb", {{"rport", ""}}}};
        m.from = {"", "sip:1001@pbx.test", {{"tag", "t"}}};
        m.to = {"", "sip:1001@pbx.test", {}};
        m.call_id = "c";
        m.cseq = 7;
        m.max_forwards = 70;
        m.contact = {{"", "sip:1001@198.51.100.100:5060", {}}};
        m.expires = 3600;
        return m;
    }
    wire::SipMessage ask(const wire::SipMessage& m, wire::Instant at = start) {
        return registrar.answer(at, phone, m).value();
    }
    // A request with credentials for a fresh challenge.
    wire::SipMessage authorised(const std::string& password = "secret",
                                const std::string& user = "1001", wire::Instant at = start) {
        auto m = request();
        const auto challenged = ask(m, at);
        m.other = {wire::authorize(challenged.challenges.at(0), {user, password}, "REGISTER",
                                   m.request_uri, "cnonce", 1)};
        return m;
    }
};

TEST_F(Registrar, ChallengesARequestWithoutCredentials) {
    const auto response = ask(request());
    EXPECT_EQ(response.status, 401);
    ASSERT_THAT(response.challenges, SizeIs(1));
    EXPECT_EQ(response.challenges[0].param("realm"), "primary");
    EXPECT_THAT(response.contact, IsEmpty());
}

TEST_F(Registrar, RefusesWhatIsTooBrief) {  // RFC 3261 10.3
    registrar = world::Registrar("primary", {{"1001", "secret"}}, 1800s, 120s);
    auto brief = authorised();
    brief.expires = 119;
    EXPECT_EQ(ask(brief).status, 423);
    EXPECT_EQ(ask(brief).min_expires, 120U);
    brief.expires = 120;
    EXPECT_EQ(ask(brief).status, 200);
    brief.expires = 0;  // leaving is never too brief
    EXPECT_EQ(ask(brief).status, 200);
}

TEST_F(Registrar, ChallengesACallUntilItHasCredentials) {
    auto invite = request("INVITE");
    invite.to = {"", "sip:2000@pbx.test", {}};
    const auto challenged = registrar.challenge_caller(start, phone, invite);
    ASSERT_TRUE(challenged);
    EXPECT_EQ(challenged->status, 407);
    invite.other = {wire::authorize(challenged->challenges.at(0), {"1001", "secret"}, "INVITE",
                                    invite.request_uri, "cnonce", 1)};
    EXPECT_FALSE(registrar.challenge_caller(start, phone, invite));
}

TEST_F(Registrar, GivesEachRequestANonceOfItsOwn) {
    EXPECT_NE(ask(request()).challenges[0].param("nonce"),
              ask(request()).challenges[0].param("nonce"));
}

TEST_F(Registrar, GrantsNoMoreThanItsLimit) {
    const auto response = ask(authorised());
    EXPECT_EQ(response.status, 200);
    ASSERT_THAT(response.contact, SizeIs(1));
    EXPECT_EQ(response.contact[0].uri, "sip:1001@198.51.100.100:5060");
    EXPECT_EQ(response.contact[0].param("expires"), "1800");
}

TEST_F(Registrar, GrantsLessWhenLessIsAsked) {
    auto m = authorised();
    m.expires = 60;
    EXPECT_EQ(ask(m).contact.at(0).param("expires"), "60");
    m.contact[0].params = {{"expires", "90"}};
    EXPECT_EQ(ask(m).contact.at(0).param("expires"), "90") << "the contact's own goes first";
    m.contact[0].params = {{"expires", "nonsense"}};
    EXPECT_EQ(ask(m).contact.at(0).param("expires"), "60");
}

TEST_F(Registrar, RemovesABindingByAnExpiryOfZero) {  // RFC 3261 10.2.2
    auto m = authorised();
    m.expires = 0;
    EXPECT_EQ(ask(m).status, 200);
    EXPECT_THAT(ask(m).contact, IsEmpty());
}

TEST_F(Registrar, RefusesAWrongPasswordUserOrNonce) {
    EXPECT_EQ(ask(authorised("wrong")).status, 401);
    EXPECT_EQ(ask(authorised("secret", "1002")).status, 401);
    world::Registrar other("primary", {{"1001", "secret"}}, 1800s);
    EXPECT_EQ(other.answer(start, phone, authorised())->status, 401) << "another server's nonce";
}

TEST_F(Registrar, RefusesCredentialsForAnotherMethodOrUser) {
    auto m = authorised();
    m.to.uri = "sip:1002@pbx.test";
    EXPECT_EQ(ask(m).status, 401);
}

TEST_F(Registrar, KnowsANonceForFiveMinutes) {  // just before / at
    const auto m = authorised();
    EXPECT_EQ(ask(m, start + 300s - 1ns).status, 200);
    EXPECT_EQ(ask(m, start + 300s).status, 401);
}

TEST_F(Registrar, AnswersOptionsAndNothingElseAndNoAck) {
    EXPECT_EQ(ask(request("OPTIONS")).status, 200);
    EXPECT_EQ(ask(request("INVITE")).status, 404);
    EXPECT_FALSE(registrar.answer(start, phone, request("ACK")));
}

TEST_F(Registrar, RepeatsWhatAResponseMustRepeat) {  // RFC 3261 8.2.6.2, RFC 3581 section 4
    const auto m = request();
    const auto response = ask(m);
    EXPECT_EQ(response.from, m.from);
    EXPECT_EQ(response.call_id, m.call_id);
    EXPECT_EQ(response.cseq, m.cseq);
    EXPECT_EQ(response.cseq_method, "REGISTER");
    EXPECT_FALSE(response.tag_of_to().empty());
    ASSERT_THAT(response.via, SizeIs(1));
    EXPECT_EQ(response.via[0].branch, m.via[0].branch);
    EXPECT_EQ(response.via[0].params,
              (std::vector<wire::Param>{{"rport", "5060"}, {"received", "198.51.100.100"}}));
}

}  // namespace
}  // namespace twinline::test
