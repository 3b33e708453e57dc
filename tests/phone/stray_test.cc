// Responses that belong to no transaction of this phone (RFC-3261-1812): they change nothing, show
// nothing and leave nothing behind.
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::SizeIs;

struct Stray : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override {
        publish_pbx(bench);
        bench.power_on();
        bench.run_until(1s);
    }
    // The phone neither acts nor says anything about it, and its next deadline stays.
    void expect_ignored(const wire::SipMessage& response, const std::string& from = primary) {
        const auto said = bench.decisions().size();
        const auto deadline = bench.next_deadline();
        const auto line = bench.line_state();
        bench.deliver(response, from);
        EXPECT_EQ(bench.decisions().size(), said);
        EXPECT_EQ(bench.next_deadline(), deadline);
        EXPECT_EQ(bench.line_state(), line);
    }
    const wire::SipMessage& request() const { return bench.sip().back().sip; }
};

TEST_F(Stray, WithAForeignBranchIsDropped) {
    for (const auto* branch : {"z9hG4bKother", "", "z9hG4bK"}) {
        auto response = ok(request());
        response.via.front().branch = branch;
        expect_ignored(response);
    }
}

TEST_F(Stray, WithAForeignSentByHostIsDropped) {
    auto response = ok(request());
    response.via.front().host = "198.51.100.101";
    expect_ignored(response);
}

TEST_F(Stray, WithAForeignSentByPortIsDropped) {  // RFC 3261 18.1.2: sent-by is host and port
    auto response = ok(request());
    response.via.front().port = 5062;
    expect_ignored(response);
}

TEST_F(Stray, WithoutASentByPortIsTheDefaultPort) {  // RFC 3261 18.1.1: 5060 when absent
    auto response = ok(request());
    response.via.front().port = 0;
    bench.deliver(response, primary);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Stray, WithAnotherCseqMethodIsDropped) {
    for (const auto* method : {"OPTIONS", "INVITE", "register"}) {
        auto response = ok(request());
        response.cseq_method = method;
        expect_ignored(response);
    }
}

TEST_F(Stray, WithTwoViasIsDropped) {  // RFC 3261 8.1.3.3: misrouted
    auto response = ok(request());
    response.via.push_back(response.via.front());
    response.via.back().branch = "z9hG4bKbelow";
    expect_ignored(response);
}

TEST_F(Stray, OfTheServerThatWasGivenUpIsDropped) {  // RFC-3263-08: the branch is another one
    const auto late = ok(request());
    bench.run_until(33s);
    ASSERT_EQ(bench.sip().back().host(), secondary);
    expect_ignored(late);
    expect_ignored(challenge(bench.sip().front().sip, "n"));
    bench.deliver(ok(request()), secondary);
    EXPECT_EQ(bench.line_server(), secondary);
    expect_ignored(late);
}

TEST_F(Stray, BeforeThereIsAnyRequestIsDropped) {
    PhoneBench fresh(one_account("pbx.test"));
    fresh.name_server = [](const Sent&) { return std::nullopt; };
    fresh.power_on();
    fresh.deliver(ok(request()), primary);
    EXPECT_THAT(fresh.sip(), SizeIs(0));
    EXPECT_EQ(fresh.line_state(), "registering");
}

TEST_F(Stray, OctetsThatAreNoMessageAreDropped) {
    const auto said = bench.decisions().size();
    for (const auto& bytes :
         {std::string(), std::string("\r\n\r\n"), std::string("SIP/2.0"),
          std::string("SIP/2.0 200 OK\r\n\r\n"), std::string(2000, '\0'), std::string(65000, 'A')})
        bench.deliver_bytes(bytes, endpoint(primary), 5060);
    EXPECT_EQ(bench.decisions().size(), said);
}

TEST_F(Stray, AnswerThroughAnotherAddressStillCounts) {  // matched by Via, not by source (17.1.3)
    bench.deliver(ok(request()), "192.0.2.77:5060");
    EXPECT_EQ(bench.line_state(), "registered");
    EXPECT_EQ(bench.line_server(), primary);
}

TEST_F(Stray, FloodsOfAnswersLeaveNothingBehind) {  // bounded memory, no output for any of them
    const auto said = bench.decisions().size();
    for (int i = 0; i < 10000; ++i) {
        auto response = ok(request());
        response.via.front().branch += std::to_string(i);
        bench.deliver(response, "203.0.113." + std::to_string(i % 250) + ":5060");
    }
    EXPECT_EQ(bench.decisions().size(), said);
    bench.deliver(ok(request()), primary);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Stray, RequestsGetOneAnswerEach) {  // RFC 3261 8.2.1, RFC 3581 section 4
    auto options = request();
    options.method = options.cseq_method = "OPTIONS";
    options.via.front() = {"UDP", "192.0.2.11", 5060, "z9hG4bKprobe", {{"rport", ""}}};
    const auto before = bench.sip().size();
    bench.deliver_bytes(wire::serialise(options), endpoint("192.0.2.11:6001"), 5060);
    options.method = options.cseq_method = "MESSAGE";
    bench.deliver_bytes(wire::serialise(options), endpoint("192.0.2.11:6001"), 5060);
    options.method = options.cseq_method = "ACK";
    bench.deliver_bytes(wire::serialise(options), endpoint("192.0.2.11:6001"), 5060);
    ASSERT_THAT(bench.sip(), SizeIs(before + 2));
    EXPECT_EQ(bench.sip()[before].sip.status, 200);
    EXPECT_EQ(bench.sip()[before + 1].sip.status, 405);
    EXPECT_EQ(bench.sip()[before].host(), "192.0.2.11:6001") << "to where it came from";
    EXPECT_FALSE(bench.sip()[before].sip.tag_of_to().empty());
}

TEST_F(Stray, RequestsWithoutRportAreAnsweredAtTheirSentByPort) {  // RFC 3261 18.2.2
    auto options = request();
    options.method = options.cseq_method = "OPTIONS";
    options.via.front() = {"UDP", "192.0.2.11", 5080, "z9hG4bKprobe", {}};
    bench.deliver_bytes(wire::serialise(options), endpoint("192.0.2.11:6001"), 5060);
    EXPECT_EQ(bench.sip().back().host(), "192.0.2.11:5080");
}

}  // namespace
}  // namespace twinline::test
