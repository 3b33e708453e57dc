// How long the phone remembers what the DNS said (RFC 1035 section 3.2.1, RFC 2308), and that it
// does not remember without end.
#include "reference_impl/phone/dns_cache.hh"
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::SizeIs;
using wire::DnsRcode;
using wire::DnsType;
using Times = std::vector<wire::Duration>;

// Registers once a minute or so; the instants of the queries show what is remembered.
struct Memory : ::testing::Test {
    PhoneBench bench{one_account("pbx.test", 5060)};
    DnsReply& reply = bench.dns[{"pbx.test", DnsType::a}];

    void SetUp() override { bench.delay = 0s; }
    void refuses() { bench.servers[primary] = always(403); }
};

TEST_F(Memory, OfARecordLastsForItsTtl) {  // RFC-1035-01: just before / at
    reply.answer = {a("pbx.test", "192.0.2.11", 30)};
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        PhoneBench one(one_account("pbx.test", 5060), seed);
        one.delay = 0s;
        one.dns = bench.dns;
        one.servers[primary] = grants(35);  // refreshed after 28 to 31.5 s
        one.power_on();
        one.run_until(33s);
        ASSERT_THAT(one.sip(), SizeIs(2)) << seed;
        EXPECT_EQ(one.queries().size(), one.sip()[1].at < 30s ? 1U : 2U)
            << "seed " << seed << ", refresh at " << one.sip()[1].at.count() << " ns";
    }
}

TEST_F(Memory, OfATtlOfZeroIsGoodForOneRequestOnly) {  // RFC-1035-01
    reply.answer = {a("pbx.test", "192.0.2.11", 0), a("pbx.test", "192.0.2.12", 0)};
    bench.servers[primary] = always(503);
    bench.servers[secondary] = grants(60);
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.queries(), SizeIs(1)) << "the next server is of the same request";
    bench.run_until(59s);
    EXPECT_THAT(bench.queries(), SizeIs(2));
}

TEST_F(Memory, OfATtlOfFiveIsOverAtTheRefresh) {  // RFC-1035-01
    reply.answer = {a("pbx.test", "192.0.2.11", 5)};
    bench.servers[primary] = grants(60);
    bench.power_on();
    bench.run_until(5min);
    EXPECT_EQ(bench.queries().size(), bench.sip().size());
}

TEST_F(Memory, OfAnRrsetIsAsShortAsItsShortestRecord) {  // RFC 2181 section 5.2
    reply.answer = {a("pbx.test", "192.0.2.11", 86400), a("pbx.test", "192.0.2.12", 10)};
    bench.servers[primary] = grants(60);
    bench.power_on();
    bench.run_until(59s);
    EXPECT_THAT(bench.queries(), SizeIs(2));
}

TEST_F(Memory, OfAnAliasIsAsShortAsTheChain) {  // RFC-1035-01
    reply.answer = {cname("pbx.test", "x.test", 10), a("x.test", "192.0.2.11", 86400)};
    bench.servers[primary] = grants(60);
    bench.power_on();
    bench.run_until(59s);
    EXPECT_THAT(bench.queries(), SizeIs(2));
}

TEST_F(Memory, OfTheGreatestTtlDoesNotOverflow) {  // RFC 2181 section 8
    for (const std::uint32_t ttl : {0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        PhoneBench one(one_account("pbx.test", 5060));
        one.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11", ttl)};
        one.servers[primary] = grants(3600);
        one.power_on();
        one.run_until(6 * 24h);
        const bool counts_as_zero = ttl > 0x7fffffffU;
        EXPECT_EQ(one.queries().size(), counts_as_zero ? one.sip().size() : 1U) << ttl;
        one.run_until(14 * 24h);
        EXPECT_GT(one.queries().size(), 1U) << "and not for ever";
    }
}

TEST_F(Memory, OfANoLastsForTheSmallerOfTheSoasNumbers) {  // RFC-2308-01
    for (const auto& [ttl, minimum] : {std::pair(600U, 45U), std::pair(45U, 600U)}) {
        for (const auto rcode : {DnsRcode::nxdomain, DnsRcode::noerror}) {
            for (std::uint64_t seed = 1; seed <= 10; ++seed) {
                PhoneBench one(one_account("pbx.test", 5060), seed);
                one.delay = 0s;
                one.dns[{"pbx.test", DnsType::a}] = {rcode, {}, {soa("test", ttl, minimum)}, false};
                one.power_on();
                one.run_until(61s);  // the next round comes after 30 to 60 s
                const auto again = one.queries().size() > 1;
                Times waits;
                for (const auto& d : one.decisions())
                    if (d.what == "wait")
                        waits.push_back(std::chrono::milliseconds(std::stoll(d.keys[0].second)));
                ASSERT_FALSE(waits.empty());
                EXPECT_EQ(again, waits[0] >= 45s) << "seed " << seed << " " << ttl;
            }
        }
    }
}

TEST_F(Memory, OfANoWithoutSoaIsNotKept) {  // RFC-2308-02
    bench.power_on();
    bench.run_until(61s);
    EXPECT_GE(bench.queries().size(), 2U);
    PhoneBench no_data(one_account("pbx.test", 5060));
    no_data.dns[{"pbx.test", DnsType::a}] = {};
    no_data.power_on();
    no_data.run_until(61s);
    EXPECT_GE(no_data.queries().size(), 2U);
}

TEST_F(Memory, OfAServerFailureIsNotKept) {  // RFC-2308-03
    reply.rcode = DnsRcode::servfail;
    reply.authority = {soa("test", 600, 600)};
    bench.power_on();
    bench.run_until(1s);
    const auto before = bench.queries().size();
    bench.run_until(61s);
    EXPECT_GT(bench.queries().size(), before);
}

TEST_F(Memory, IsBoundedAndForgetsFirstWhatEndsFirst) {
    phone::DnsCache cache;
    const wire::Instant now{};
    const auto question = [](int i) {
        return wire::DnsQuestion{"h" + std::to_string(i) + ".test", DnsType::a};
    };
    for (int i = 0; i < 10000; ++i)
        cache.store(now, question(i),
                    {.kind = phone::DnsAnswer::Kind::no_data,
                     .records = {},
                     .alias = {},
                     .lifetime = std::chrono::seconds(1000 + i),
                     .good_until = {},
                     .additional = {}});
    int known = 0;
    for (int i = 0; i < 10000; ++i) known += cache.find(now, question(i)) != nullptr ? 1 : 0;
    EXPECT_EQ(known, 256);
    EXPECT_EQ(cache.find(now, question(0)), nullptr);
    EXPECT_NE(cache.find(now, question(9999)), nullptr);
}

TEST_F(Memory, OfManyNamesOverALongTimeKeepsThePhoneAlive) {
    bench.dns.clear();
    int round = 0;
    bench.name_server = [&](const Sent& query) -> std::optional<DnsReply> {
        if (query.dns.question.name == "pbx.test")
            return DnsReply{
                .answer = {cname("pbx.test", "x" + std::to_string(++round) + ".test", 86400)}};
        return DnsReply{.answer = {a(query.dns.question.name, "192.0.2.11", 86400)}};
    };
    bench.servers[primary] = grants(60);
    bench.power_on();
    bench.run_until(12h);
    EXPECT_GT(round, 600);
    EXPECT_EQ(bench.line_state(), "registered");
}

TEST_F(Memory, FollowsAChangeOfAddressAfterTheTtl) {  // RFC-1035-01
    reply.answer = {a("pbx.test", "192.0.2.11", 30)};
    bench.servers[primary] = bench.servers[secondary] = grants(60);
    bench.power_on();
    bench.run_until(10s);
    reply.answer = {a("pbx.test", "192.0.2.12", 30)};
    bench.run_until(60s);
    EXPECT_EQ(bench.line_server(), secondary);
}

}  // namespace
}  // namespace twinline::test
