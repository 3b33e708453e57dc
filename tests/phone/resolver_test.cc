// The stub resolver against silent, lying and failing name servers (RFC 1035, RFC 1123 section
// 6.1.3, RFC 5452).
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::DnsRcode;
using wire::DnsType;
using Times = std::vector<wire::Duration>;

const std::string dns1 = "192.0.2.2:53", dns2 = "192.0.2.3:53";

// pair.test:5060, so that one A query is all there is to ask.
config::PhoneConfig by_address(int name_servers = 1) {
    auto config = one_account("pbx.test", 5060);
    if (name_servers == 0) config.dns_servers.clear();
    if (name_servers == 2) config.dns_servers.push_back(wire::parse_ipv4("192.0.2.3").value());
    return config;
}

struct Resolver : ::testing::Test {
    PhoneBench bench{by_address(2)};
    const DnsReply good{.answer = {a("pbx.test", "192.0.2.11")}};

    static Times times(const PhoneBench& phone) {
        Times list;
        for (const auto& query : phone.queries()) list.push_back(query.at);
        return list;
    }
    static std::vector<std::string> asked(const PhoneBench& phone) {
        std::vector<std::string> list;
        for (const auto& query : phone.queries()) list.push_back(query.host());
        return list;
    }
    void answer_of(const std::string& server, DnsReply reply) {
        bench.name_server = [=, good = good](const Sent& query) -> std::optional<DnsReply> {
            return query.host() == server ? reply : good;
        };
    }
};

TEST_F(Resolver, TurnsToTheSecondServerWhenTheFirstIsSilent) {  // RFC-1123-01: 5 s
    bench.delay = 0s;
    bench.name_server = [&](const Sent& query) {
        return query.host() == dns2 ? std::optional(good) : std::nullopt;
    };
    bench.power_on();
    bench.run_before(5s);
    EXPECT_THAT(bench.queries(), SizeIs(1));
    bench.run_until(5s);
    EXPECT_THAT(asked(bench), ElementsAre(dns1, dns2));
    EXPECT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.queries()[0].dns.question, bench.queries()[1].dns.question);
    EXPECT_NE(bench.queries()[0].bytes, bench.queries()[1].bytes) << "another id (RFC 5452)";
}

TEST_F(Resolver, WaitsLongerInTheSecondRoundAndThenGivesUp) {  // RFC-1123-01
    bench.name_server = [](const Sent&) { return std::nullopt; };
    bench.power_on();
    bench.run_before(30s);
    EXPECT_EQ(times(bench), (Times{0s, 5s, 10s, 20s}));
    EXPECT_NE(bench.line_state(), "failed");
    bench.run_until(30s);
    EXPECT_EQ(bench.line_state(), "failed");
    EXPECT_THAT(bench.sip(), IsEmpty());
}

TEST_F(Resolver, AsksAgainAfterAFailureWithinFiveMinutes) {  // RFC-2308-03
    bench.name_server = [](const Sent&) { return std::nullopt; };
    bench.power_on();
    bench.run_until(30s);
    bench.name_server = [&](const Sent&) { return std::optional(good); };
    bench.run_until(30s + 5min);
    EXPECT_FALSE(bench.sip().empty());
}

TEST_F(Resolver, TurnsToTheSecondServerAtOnceAfterAnError) {  // RFC-1123-01
    for (const auto rcode :
         {DnsRcode::servfail, DnsRcode::refused, DnsRcode::formerr, DnsRcode::notimp}) {
        PhoneBench one(by_address(2));
        one.name_server = [&](const Sent& query) -> std::optional<DnsReply> {
            return query.host() == dns2 ? good : DnsReply{.rcode = rcode};
        };
        one.power_on();
        one.run_until(400ms);
        EXPECT_THAT(asked(one), ElementsAre(dns1, dns2));
        EXPECT_THAT(one.sip(), SizeIs(1));
    }
}

TEST_F(Resolver, AsksAgainOverTcpForWhatWasTruncated) {  // RFC-7766-05
    auto cut = good;
    cut.truncated = true;
    answer_of(dns1, cut);
    bench.power_on();
    bench.run_until(400ms);
    EXPECT_THAT(asked(bench), ElementsAre(dns1, dns1));
    ASSERT_THAT(bench.opened(), SizeIs(1));
    EXPECT_EQ(bench.opened()[0].connect.transport, wire::Transport::tcp);
    EXPECT_EQ(wire::to_string(bench.opened()[0].connect.remote), dns1);
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip()[0].host(), primary);
}

TEST_F(Resolver, GivesTheServerThatHangsOverTcpFiveSeconds) {
    auto cut = good;
    cut.truncated = true;
    answer_of(dns1, cut);
    bench.delay = 0s;
    bench.hanging = {dns1};
    bench.power_on();
    bench.run_before(5s);
    EXPECT_THAT(asked(bench), ElementsAre(dns1));
    bench.run_until(5s);
    EXPECT_THAT(asked(bench), ElementsAre(dns1, dns2));
    EXPECT_THAT(bench.sip(), SizeIs(1));
}

TEST_F(Resolver, SurvivesAStreamOfAnything) {
    auto cut = good;
    cut.truncated = true;
    bench.name_server = [=](const Sent& query) -> std::optional<DnsReply> {
        if (query.local.port == 0) return std::nullopt;
        return cut;
    };
    bench.power_on();
    bench.run_until(400ms);
    for (int i = 0; i < 1000; ++i)
        bench.input(phone::StreamReceived{1, std::string(1000, static_cast<char>(i))});
    bench.input(phone::ConnectionLost{1, "closes the connection"});
    bench.run_until(60s);
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Resolver, DoesNotUseATruncatedAnswer) {  // RFC 2181 section 9
    auto cut = good;
    cut.truncated = true;
    cut.answer = {a("pbx.test", "192.0.2.66")};
    answer_of(dns1, cut);
    bench.refusing = {dns1};
    bench.power_on();
    bench.run_until(400ms);
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip()[0].host(), primary);
}

TEST_F(Resolver, AServerFailureEverywhereComesToAnEndAtOnce) {  // RFC-2308-03
    bench.name_server = [](const Sent&) {
        return std::optional(DnsReply{.rcode = DnsRcode::servfail});
    };
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(bench.queries(), SizeIs(4));
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Resolver, DoesNotAskTheSecondServerAfterANo) {  // RFC 1035: NXDOMAIN is an answer
    answer_of(dns1, {.rcode = DnsRcode::nxdomain});
    bench.power_on();
    bench.run_until(1s);
    EXPECT_THAT(asked(bench), ElementsAre(dns1));
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Resolver, TurnsToTheSecondServerWhenIcmpComesBack) {  // RFC-1123-01
    bench.name_server = [&](const Sent& query) {
        return query.host() == dns2 ? std::optional(good) : std::nullopt;
    };
    bench.power_on();
    bench.refuse(bench.queries().front());
    EXPECT_THAT(asked(bench), ElementsAre(dns1, dns2));
    bench.run_until(400ms);
    EXPECT_THAT(bench.sip(), SizeIs(1));
    bench.refuse(bench.queries().front());
    EXPECT_THAT(bench.queries(), SizeIs(2)) << "a late one changes nothing";
}

TEST_F(Resolver, WithoutAnyServerFailsAndTriesAgainLater) {
    for (const auto* host : {"pbx.test", "192.0.2.11"}) {
        auto config = by_address(0);
        config.accounts[0].servers[0].host = host;
        PhoneBench alone(config);
        alone.power_on();
        alone.run_until(2h);
        EXPECT_THAT(alone.queries(), IsEmpty());
        EXPECT_EQ(alone.sip().empty(), host == std::string("pbx.test"));
        EXPECT_EQ(alone.line_state(), "failed") << host;
    }
    PhoneBench by_name([] {
        auto config = one_account("pbx.test");
        config.dns_servers.clear();
        return config;
    }());
    by_name.power_on();
    by_name.run_until(2h);
    EXPECT_EQ(by_name.line_state(), "failed");
}

// Answers that are not the answer to the query: each is delivered, none may count (RFC 5452).
struct Forgery : Resolver {
    void SetUp() override {
        bench.name_server = [](const Sent&) { return std::nullopt; };
        bench.power_on();
    }
    const Sent& query() const { return bench.queries().front(); }
    void expect_ignored(const DnsAsked& asked, const std::string& from, std::uint16_t port) {
        bench.deliver_bytes(write_reply(asked, {.answer = {a("pbx.test", "192.0.2.66")}}),
                            endpoint(from), port);
        EXPECT_THAT(bench.sip(), IsEmpty());
        EXPECT_THAT(bench.queries(), SizeIs(1));
        EXPECT_EQ(bench.next_deadline(), 5s) << "the query still waits";
    }
};

TEST_F(Forgery, WithAWrongIdIsIgnored) {
    auto asked = query().dns;
    ++asked.id;
    expect_ignored(asked, dns1, query().local.port);
}

TEST_F(Forgery, FromAnotherHostIsIgnored) {
    expect_ignored(query().dns, "192.0.2.9:53", query().local.port);
    expect_ignored(query().dns, dns2, query().local.port);
}

TEST_F(Forgery, FromAnotherPortIsIgnored) {
    expect_ignored(query().dns, "192.0.2.2:5353", query().local.port);
}

TEST_F(Forgery, ToAnotherPortIsIgnored) {
    expect_ignored(query().dns, dns1, static_cast<std::uint16_t>(query().local.port ^ 1));
    expect_ignored(query().dns, dns1, 5060);
}

TEST_F(Forgery, OfAnotherQuestionIsIgnored) {
    auto asked = query().dns;
    asked.question.type = DnsType::aaaa;
    expect_ignored(asked, dns1, query().local.port);
    asked.question = {"pbx.tesx", DnsType::a};
    expect_ignored(asked, dns1, query().local.port);
}

TEST_F(Forgery, OfDamagedOctetsIsIgnored) {
    const auto whole = write_reply(query().dns, good);
    for (std::size_t size = 0; size < whole.size(); ++size)
        bench.deliver_bytes(whole.substr(0, size), query().remote, query().local.port);
    EXPECT_THAT(bench.sip(), IsEmpty());
    EXPECT_EQ(bench.next_deadline(), 5s);
}

TEST_F(Forgery, FloodsDoNotKeepTheTrueAnswerOut) {  // 10^4 answers, bounded memory
    auto asked = query().dns;
    for (int i = 0; i < 10000; ++i) {
        ++asked.id;
        if (asked.id == query().dns.id) continue;
        bench.deliver_bytes(write_reply(asked, {.answer = {a("pbx.test", "192.0.2.66")}}),
                            query().remote, query().local.port);
    }
    EXPECT_THAT(bench.sip(), IsEmpty());
    bench.deliver_bytes(write_reply(query().dns, good), query().remote, query().local.port);
    ASSERT_THAT(bench.sip(), SizeIs(1));
    EXPECT_EQ(bench.sip()[0].host(), primary);
}

TEST_F(Forgery, ARepeatOfTheTrueAnswerIsIgnored) {
    for (int i = 0; i < 3; ++i)
        bench.deliver_bytes(write_reply(query().dns, good), query().remote, query().local.port);
    EXPECT_THAT(bench.sip(), SizeIs(1));
}

TEST_F(Forgery, AnswersInAnyCaseOfTheNameCount) {  // RFC 1034 section 3.1
    auto asked = query().dns;
    asked.question.name = "PbX.tEsT";
    bench.deliver_bytes(write_reply(asked, {.answer = {a("PBX.test", "192.0.2.11")}}),
                        query().remote, query().local.port);
    EXPECT_THAT(bench.sip(), SizeIs(1));
}

}  // namespace
}  // namespace twinline::test
