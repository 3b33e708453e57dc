// What stays and what changes from request to request over a long life: branch, CSeq, Call-ID, tag,
// Contact (RFC-3261-0811, RFC-3261-102, RFC-3261-102-CALLID).
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twinline::test {
namespace {

using ::testing::SizeIs;

config::PhoneConfig two_accounts() {
    auto config = one_account("pbx.test");
    config.accounts.push_back(config.accounts.front());
    config.accounts[1].index = 2;
    config.accounts[1].user = "1002";
    return config;
}

// A life with failovers, challenges and refreshes.
void live(PhoneBench& bench) {
    publish_pbx(bench, 30);
    bench.servers[primary] = registrar("n1", 60);
    bench.servers[secondary] = registrar("n2", 60);
    bench.power_on();
    for (int hour = 0; hour < 6; ++hour) {
        bench.run_until(hour * 20min + 5min);
        bench.servers.erase(primary);
        bench.run_until(hour * 20min + 10min);
        bench.servers[primary] = registrar("n1-" + std::to_string(hour), 60);
        bench.servers[secondary] = always(503);
        bench.run_until(hour * 20min + 15min);
        bench.servers[secondary] = registrar("n2-" + std::to_string(hour), 60);
    }
}

struct Identity : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void SetUp() override { live(bench); }
};

TEST_F(Identity, EachTransactionHasABranchOfItsOwn) {  // RFC-3261-0811
    std::map<std::string, std::string> owner;          // branch -> where and what
    std::set<std::string> octets;
    for (const auto& sent : bench.sip()) {
        EXPECT_TRUE(sent.branch().starts_with("z9hG4bK"));
        const auto [place, is_new] = owner.emplace(sent.branch(), sent.host() + sent.bytes);
        EXPECT_EQ(place->second, sent.host() + sent.bytes) << "only repeats share a branch";
        octets.insert(sent.host() + sent.bytes);
    }
    EXPECT_EQ(owner.size(), octets.size());
    EXPECT_GT(owner.size(), 50U);
}

TEST_F(Identity, CseqRisesByOneFromRequestToRequest) {  // RFC-3261-102
    std::uint32_t last = 0;
    for (const auto& sent : bench.sip()) {
        EXPECT_TRUE(sent.sip.cseq == last || sent.sip.cseq == last + 1);
        last = sent.sip.cseq;
    }
    EXPECT_GT(last, 40U);
}

TEST_F(Identity, CallIdFromTagAndContactStay) {  // RFC-3261-102-CALLID
    for (const auto& sent : bench.sip()) {
        EXPECT_EQ(sent.sip.call_id, bench.sip().front().sip.call_id);
        EXPECT_EQ(sent.sip.from, bench.sip().front().sip.from);
        EXPECT_EQ(sent.sip.contact, bench.sip().front().sip.contact);
        EXPECT_TRUE(sent.sip.tag_of_to().empty());
    }
}

TEST_F(Identity, TheRequestNamesTheDomainAndWhereItCameFrom) {  // RFC-3261-102-URI, RFC-3581-01
    const auto& first = bench.sip().front();
    EXPECT_EQ(first.sip.request_uri, "sip:pbx.test");
    EXPECT_EQ(first.sip.via.front().host, "198.51.100.100");
    EXPECT_EQ(first.sip.via.front().port, first.local.port);
    EXPECT_EQ(first.sip.via.front().params, (std::vector<wire::Param>{{"rport", ""}}));
    EXPECT_EQ(first.sip.max_forwards, 70U);
}

TEST(IdentityOfTwoPhones, DiffersWithTheSeed) {
    PhoneBench one(one_account("192.0.2.11"), 1), other(one_account("192.0.2.11"), 2);
    one.power_on();
    other.power_on();
    EXPECT_NE(one.sip().front().sip.call_id, other.sip().front().sip.call_id);
    EXPECT_NE(one.sip().front().branch(), other.sip().front().branch());
    EXPECT_NE(one.sip().front().sip.tag_of_from(), other.sip().front().sip.tag_of_from());
}

TEST(IdentityOfTwoPhones, IsTheSameOctetForOctetWithTheSameSeed) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        PhoneBench one(two_accounts(), seed), other(two_accounts(), seed);
        live(one);
        live(other);
        ASSERT_EQ(one.sip().size(), other.sip().size());
        for (std::size_t i = 0; i < one.sip().size(); ++i) {
            ASSERT_EQ(one.sip()[i].at, other.sip()[i].at);
            ASSERT_EQ(one.sip()[i].bytes, other.sip()[i].bytes);
        }
        for (std::size_t i = 0; i < one.queries().size(); ++i)
            ASSERT_EQ(one.queries()[i].bytes, other.queries()[i].bytes);
        EXPECT_EQ(one.ladder(), other.ladder());
    }
}

struct TwoAccounts : ::testing::Test {
    PhoneBench bench{two_accounts()};

    std::vector<Sent> of(const std::string& user) const {
        std::vector<Sent> some;
        for (const auto& sent : bench.sip())
            if (sent.sip.to.uri == "sip:" + user + "@pbx.test") some.push_back(sent);
        return some;
    }
};

TEST_F(TwoAccounts, RegisterSideBySideWithCallIdsOfTheirOwn) {  // RFC-3261-102-CALLID
    publish_pbx(bench);
    bench.servers[primary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_state(1), "registered");
    EXPECT_EQ(bench.line_state(2), "registered");
    ASSERT_THAT(of("1001"), SizeIs(1));
    ASSERT_THAT(of("1002"), SizeIs(1));
    EXPECT_NE(of("1001")[0].sip.call_id, of("1002")[0].sip.call_id);
    EXPECT_NE(of("1001")[0].branch(), of("1002")[0].branch());
    EXPECT_THAT(bench.queries(), SizeIs(4)) << "a question under way is not asked twice";
}

TEST_F(TwoAccounts, DoNotTakeEachOthersAnswers) {  // RFC-3261-1812
    publish_pbx(bench);
    bench.power_on();
    bench.run_until(1s);
    bench.deliver(ok(of("1002").back().sip), primary);
    EXPECT_EQ(bench.line_state(1), "registering");
    EXPECT_EQ(bench.line_state(2), "registered");
}

TEST_F(TwoAccounts, FailOverEachForItself) {  // RFC-3263-07
    publish_pbx(bench);
    bench.servers[primary] = [](const wire::SipMessage& request) {
        return request.to.uri.starts_with("sip:1001") ? answer(request, 503) : ok(request);
    };
    bench.servers[secondary] = grants(3600);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_EQ(bench.line_server(1), secondary);
    EXPECT_EQ(bench.line_server(2), primary);
}

TEST_F(TwoAccounts, ThatAreOffStaySilent) {
    auto config = two_accounts();
    config.accounts[0].enabled = false;
    PhoneBench half(config);
    publish_pbx(half);
    half.power_on();
    half.run_until(1s);
    ASSERT_FALSE(half.sip().empty());
    for (const auto& sent : half.sip()) EXPECT_EQ(sent.sip.to.uri, "sip:1002@pbx.test");
}

TEST(OutboundProxy, IsLocatedInsteadOfTheRegistrarAndNamedInTheRoute) {  // RFC-3261-812
    auto config = one_account("pbx.test");
    config.accounts[0].outbound_proxies = {{.host = "192.0.2.50", .port = 5070}};
    PhoneBench bench(config);
    bench.power_on();
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip()[0].host(), "192.0.2.50:5070");
    EXPECT_EQ(bench.sip()[0].sip.request_uri, "sip:pbx.test");
    ASSERT_THAT(bench.sip()[0].sip.route, SizeIs(1));
    EXPECT_EQ(bench.sip()[0].sip.route[0].uri, "sip:192.0.2.50:5070;lr");
    EXPECT_THAT(bench.queries(), SizeIs(0));
}

}  // namespace
}  // namespace twinline::test
