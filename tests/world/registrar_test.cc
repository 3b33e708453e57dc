// The simulated registrar as a phone sees it from outside (RFC 3261 section 10.3), its nonces just
// before and at their end.
#include "rig/world/registrar.hh"

#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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
        return registrar.answer(at, phone_contact, m).value();
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

TEST_F(Registrar, TellsItsServiceRouteToWhoIsRegistered) {
    EXPECT_EQ(ask(authorised()).find("Service-Route"), nullptr) << "asked for none";
    registrar.tell_service_route("sip:192.0.2.11:5060");
    EXPECT_EQ(ask(request()).find("Service-Route"), nullptr) << "of a challenge";
    const auto told = ask(authorised());
    ASSERT_EQ(told.status, 200);
    ASSERT_NE(told.find("Service-Route"), nullptr);
    EXPECT_EQ(told.find("Service-Route")->value, "<sip:192.0.2.11:5060;lr>");
    auto streamed = authorised();
    streamed.via.front().transport = "TCP";
    EXPECT_EQ(ask(streamed).find("Service-Route")->value, "<sip:192.0.2.11:5060;transport=tcp;lr>");
    auto leaves = authorised();
    leaves.expires = 0;
    EXPECT_EQ(ask(leaves).find("Service-Route"), nullptr);
}

TEST_F(Registrar, TakesTheLoginOfAUserThatHasOne) {
    registrar.know_logins({{"1001", "desk-1001"}});
    EXPECT_EQ(ask(authorised("secret", "1001")).status, 401);
    EXPECT_EQ(ask(authorised("secret", "desk-1001")).status, 200);
}

TEST_F(Registrar, KnowsNoChallengeOnceItHasForgotten) {
    const auto credentials = authorised();
    EXPECT_EQ(ask(credentials).status, 200);
    registrar.forget();
    EXPECT_EQ(ask(credentials).status, 401);
}

// A phone's flows (RFC 5626 section 6).
struct OutboundRegistrar : Registrar {
    wire::SipMessage flow(const std::string& reg_id, std::uint32_t expires = 60,
                          const std::string& supported = "path, outbound") {
        auto m = authorised();
        m.contact = {{"",
                      "sip:1001@198.51.100.100:5060",
                      {{"reg-id", reg_id}, {"+sip.instance", "\"<urn:uuid:0-1>\""}}}};
        m.expires = expires;
        m.other.push_back({"Supported", supported});
        return m;
    }
    static std::string value(const wire::SipMessage& m, std::string_view name) {
        const auto* header = m.find(name);
        return header == nullptr ? "" : header->value;
    }
};

TEST_F(OutboundRegistrar, HasNoFlowsOnceItHasForgotten) {
    registrar.support_outbound(30);
    ask(flow("1"));
    registrar.forget();
    const auto anew = ask(flow("2"));
    ASSERT_THAT(anew.contact, SizeIs(1));
    EXPECT_EQ(anew.contact[0].param("reg-id"), "2");
}

TEST_F(OutboundRegistrar, SaysSoAndKeepsABindingForEachFlow) {
    registrar.support_outbound(30);
    const auto first = ask(flow("1"));
    EXPECT_EQ(value(first, "Require"), "outbound");
    EXPECT_EQ(value(first, "Supported"), "outbound, path");
    EXPECT_EQ(value(first, "Flow-Timer"), "30");
    ASSERT_THAT(first.contact, SizeIs(1));
    EXPECT_EQ(first.contact[0].param("reg-id"), "1");
    EXPECT_EQ(first.contact[0].param("+sip.instance"), "\"<urn:uuid:0-1>\"");
    EXPECT_EQ(first.contact[0].param("expires"), "60");
    const auto second = ask(flow("2", 120), start + 10s);
    ASSERT_THAT(second.contact, SizeIs(2));
    EXPECT_EQ(second.contact[0].param("expires"), "50");
    EXPECT_EQ(second.contact[1].param("reg-id"), "2");
    EXPECT_THAT(ask(flow("1"), start + 20s).contact, SizeIs(2)) << "a refresh is no new flow";
    EXPECT_THAT(ask(flow("1", 0), start + 30s).contact, SizeIs(1));
}

TEST_F(OutboundRegistrar, ForgetsAFlowAtTheEndOfItsBinding) {
    registrar.support_outbound(std::nullopt);
    EXPECT_EQ(value(ask(flow("1")), "Flow-Timer"), "");
    EXPECT_THAT(ask(flow("2", 600), start + 59999ms).contact, SizeIs(2));
    EXPECT_THAT(ask(flow("2", 600), start + 60s).contact, SizeIs(1));
}

TEST_F(OutboundRegistrar, SaysNothingOfItToOneWhoDoesNotAsk) {
    for (const auto& m : {flow("1"), authorised()}) {  // before it takes part
        EXPECT_EQ(value(ask(m), "Require"), "");
        EXPECT_EQ(ask(m).contact[0].param("reg-id"), std::nullopt);
    }
    registrar.support_outbound(30);
    EXPECT_EQ(value(ask(authorised()), "Require"), "");
    EXPECT_EQ(value(ask(flow("1", 60, "path")), "Require"), "");
    auto without_instance = flow("1");
    without_instance.contact[0].params.pop_back();
    EXPECT_EQ(value(ask(without_instance), "Require"), "");
}

TEST_F(OutboundRegistrar, RefusesAFlowOverAProxyThatLacksIt) {
    registrar.support_outbound(30);
    const auto lacks = world::Registrar::FirstHop::lacks_outbound;
    EXPECT_EQ(registrar.answer(start, phone_contact, flow("1"), lacks)->status, 439);
    EXPECT_EQ(registrar.answer(start, phone_contact, authorised(), lacks)->status, 200);
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
    const auto challenged = registrar.challenge_caller(start, phone_contact, invite);
    ASSERT_TRUE(challenged);
    EXPECT_EQ(challenged->status, 407);
    invite.other = {wire::authorize(challenged->challenges.at(0), {"1001", "secret"}, "INVITE",
                                    invite.request_uri, "cnonce", 1)};
    EXPECT_FALSE(registrar.challenge_caller(start, phone_contact, invite));
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
    EXPECT_EQ(other.answer(start, phone_contact, authorised())->status, 401)
        << "another server's nonce";
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
    EXPECT_FALSE(registrar.answer(start, phone_contact, request("ACK")));
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
