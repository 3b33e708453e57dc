// What a phone's resolver gets to read: order, TTL, negative answers, case and truncation (RFC
// 1034, 1035, 2308, 2782), checked with ldns as the second reader of what the server writes by
// hand.
#include "tests/dns/asking.hh"

#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace twinline::dns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST_F(NameServerTest, BringsTheAddressesOfSrvTargetsWhenTold) {
    server_ = NameServer(zone_text, Additional::addresses);
    EXPECT_THAT(ask("_sip._udp.pbx.test", LDNS_RR_TYPE_SRV).additional,
                ElementsAre("b.pbx.test. 300 IN A 192.0.2.12", "a.pbx.test. 300 IN A 192.0.2.11"));
    EXPECT_THAT(ask("a.pbx.test", LDNS_RR_TYPE_A).additional, IsEmpty());
}

TEST_F(NameServerTest, AnswersSrvInTheOrderAndWithTheTtlsOfTheZoneAndNothingBeside) {
    Read got = ask("_sip._udp.pbx.test", LDNS_RR_TYPE_SRV);
    EXPECT_EQ(got.id, 0x1234U);
    EXPECT_EQ(got.rcode, 0U);
    EXPECT_TRUE(got.aa);
    EXPECT_TRUE(got.rd);
    EXPECT_THAT(got.answer, ElementsAre("_sip._udp.pbx.test. 300 IN SRV 10 0 5060 b.pbx.test.",
                                        "_sip._udp.pbx.test. 30 IN SRV 0 0 5060 a.pbx.test."));
    EXPECT_THAT(got.authority, IsEmpty());
    EXPECT_THAT(got.additional, IsEmpty());
}

TEST_F(NameServerTest, GivesServicesInAnOrderByLotAndAddressesInTheirOwn) {
    scenario::Topology topology;
    topology.hosts = {{"dns", "192.0.2.2", scenario::HostRuns::dns}};
    topology.zone = zone_text;
    topology.zone += "c IN A 192.0.2.31\nc IN A 192.0.2.29\nc IN A 192.0.2.30\n";
    std::set<std::string> firsts;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto drawn = in_any_order(zones_of(topology), seed);
        server_ = NameServer(topology, drawn);
        const auto services = ask("_sip._udp.pbx.test", LDNS_RR_TYPE_SRV).answer;
        ASSERT_EQ(services.size(), 2U);
        firsts.insert(services.front());
        EXPECT_THAT(
            ask("c.pbx.test", LDNS_RR_TYPE_A).answer,
            ElementsAre("c.pbx.test. 300 IN A 192.0.2.31", "c.pbx.test. 300 IN A 192.0.2.29",
                        "c.pbx.test. 300 IN A 192.0.2.30"));
    }
    EXPECT_EQ(firsts.size(), 2U);
}

TEST_F(NameServerTest, AnswersNaptrAtTheApex) {
    EXPECT_THAT(
        ask("pbx.test", LDNS_RR_TYPE_NAPTR).answer,
        ElementsAre("pbx.test. 300 IN NAPTR 10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.pbx.test."));
}

TEST_F(NameServerTest, KeepsTheCaseOfTheQuestionAndMatchesWithoutRegardToIt) {
    std::optional<std::string> octets = server_.answer(device, query("A.pBX.tesT", LDNS_RR_TYPE_A));
    ASSERT_TRUE(octets);
    EXPECT_EQ(octets->substr(12, 12), wire_name("A.pBX.tesT"));
    EXPECT_THAT(read(octets).answer, ElementsAre("A.pBX.tesT. 300 IN A 192.0.2.11"));
}

TEST_F(NameServerTest, MissingTypeIsNodataWithTheSoaLimitedToItsMinimum) {
    Read got = ask("a.pbx.test", LDNS_RR_TYPE_AAAA);
    EXPECT_EQ(got.rcode, 0U);
    EXPECT_THAT(got.answer, IsEmpty());
    EXPECT_THAT(got.authority, ElementsAre(StartsWith("pbx.test. 60 IN SOA dns.pbx.test. ")));
}

TEST_F(NameServerTest, MissingNameIsNxdomainButANameThatOnlyHasChildrenExists) {
    Read missing = ask("c.pbx.test", LDNS_RR_TYPE_A);
    EXPECT_EQ(missing.rcode, 3U);
    EXPECT_THAT(missing.authority, ElementsAre(StartsWith("pbx.test. 60 IN SOA")));
    EXPECT_EQ(ask("_udp.pbx.test", LDNS_RR_TYPE_A).rcode, 0U);
    EXPECT_EQ(ask("_tcp.pbx.test", LDNS_RR_TYPE_A).rcode, 3U);
}

TEST_F(NameServerTest, FollowsAliasesInsideTheZone) {
    EXPECT_THAT(
        ask("ALIAS.pbx.test", LDNS_RR_TYPE_A).answer,
        ElementsAre("ALIAS.pbx.test. 300 IN CNAME a.pbx.test.", "a.pbx.test. 300 IN A 192.0.2.11"));
    EXPECT_THAT(ask("far.pbx.test", LDNS_RR_TYPE_A).answer,
                ElementsAre("far.pbx.test. 300 IN CNAME a.other.test."));
    Read lost = ask("lost.pbx.test", LDNS_RR_TYPE_A);
    EXPECT_EQ(lost.rcode, 3U);
    EXPECT_EQ(lost.answer.size(), 1U);
    EXPECT_EQ(ask("loop.pbx.test", LDNS_RR_TYPE_A).rcode, 2U);
    EXPECT_THAT(ask("alias.pbx.test", LDNS_RR_TYPE_CNAME).answer, ElementsAre(HasSubstr("CNAME")));
}

TEST_F(NameServerTest, NamesOutsideTheZoneAreRefused) {
    EXPECT_EQ(ask("other.test", LDNS_RR_TYPE_A).rcode, 5U);
    EXPECT_EQ(ask("xpbx.test", LDNS_RR_TYPE_A).rcode, 5U);
    EXPECT_EQ(ask("", LDNS_RR_TYPE_NS).rcode, 5U);
}

TEST_F(NameServerTest, TruncatesJustAboveTheLimit) {
    std::string question = query("many.pbx.test", LDNS_RR_TYPE_TXT);
    std::size_t whole = server_.answer(device, question, 65535)->size();
    ASSERT_GT(whole, 512U);
    EXPECT_TRUE(read(server_.answer(device, question)).tc);
    EXPECT_THAT(read(server_.answer(device, question)).answer, IsEmpty());
    EXPECT_TRUE(read(server_.answer(device, question, whole - 1)).tc);
    Read all = read(server_.answer(device, question, whole));
    EXPECT_FALSE(all.tc);
    EXPECT_EQ(all.answer.size(), 5U);
}

TEST_F(NameServerTest, BehavesPerAsker) {
    std::string question = query("a.pbx.test", LDNS_RR_TYPE_A);
    server_.behave(device, Behaviour::silent);
    EXPECT_FALSE(server_.answer(device, question));
    EXPECT_EQ(read(server_.answer(twin, question)).answer.size(), 1U);
    server_.behave(device, Behaviour::servfail);
    EXPECT_EQ(read(server_.answer(device, question)).rcode, 2U);
    server_.behave(device, Behaviour::refused);
    EXPECT_EQ(read(server_.answer(device, question)).rcode, 5U);
    server_.behave(device, Behaviour::answers);
    EXPECT_EQ(read(server_.answer(device, question)).answer.size(), 1U);
}

TEST_F(NameServerTest, AViewOfItsOwnIsForTheAskerOnlyAndCanBeForgotten) {
    std::string question = query("a.pbx.test", LDNS_RR_TYPE_A);
    server_.replace_zone(device,
                         "$ORIGIN pbx.test.\n@ 60 IN SOA d h 1 2 3 4 5\na 7 IN A 192.0.2.99\n");
    EXPECT_THAT(read(server_.answer(device, question)).answer,
                ElementsAre("a.pbx.test. 7 IN A 192.0.2.99"));
    EXPECT_THAT(read(server_.answer(twin, question)).answer,
                ElementsAre("a.pbx.test. 300 IN A 192.0.2.11"));
    server_.behave(device, Behaviour::silent);
    server_.forget(device);
    EXPECT_THAT(read(server_.answer(device, question)).answer,
                ElementsAre("a.pbx.test. 300 IN A 192.0.2.11"));
}

TEST_F(NameServerTest, AZoneThatCannotBeReadLeavesTheViewAsItWas) {
    EXPECT_THROW(server_.replace_zone(device, "nonsense"), std::invalid_argument);
    EXPECT_EQ(ask("a.pbx.test", LDNS_RR_TYPE_A).answer.size(), 1U);
}

TEST(Zone, TakesADefaultTtlOfZeroAtItsWord) {
    NameServer server(
        "$ORIGIN pbx.test.\n$TTL 0\n@ IN SOA d h 1 2 3 4 5\na IN A 192.0.2.1\n"
        "$TTL 60\nb IN A 192.0.2.2\n");
    EXPECT_THAT(read(server.answer(device, query("a.pbx.test", LDNS_RR_TYPE_A))).answer,
                ElementsAre("a.pbx.test. 0 IN A 192.0.2.1"));
    EXPECT_THAT(read(server.answer(device, query("b.pbx.test", LDNS_RR_TYPE_A))).answer,
                ElementsAre("b.pbx.test. 60 IN A 192.0.2.2"));
}

TEST(Zone, MayHaveOthersBesideIt) {
    NameServer server(zone_text);
    server.add_zone("$ORIGIN rps.test.\n$TTL 60\n@ IN SOA d h 1 2 3 4 5\n@ IN A 192.0.2.9\n");
    server.replace_zone(device, "$ORIGIN pbx.test.\n$TTL 60\n@ IN SOA d h 1 2 3 4 5\n");
    for (const auto asker : {device, twin})
        EXPECT_THAT(read(server.answer(asker, query("RPS.test", LDNS_RR_TYPE_A))).answer,
                    ElementsAre(testing::EndsWith("60 IN A 192.0.2.9")));
    EXPECT_EQ(read(server.answer(twin, query("other.test", LDNS_RR_TYPE_A))).rcode,
              LDNS_RCODE_REFUSED);
}

std::string refusal(std::string_view zone) {
    try {
        NameServer server(zone);
    } catch (const std::invalid_argument& fault) {
        return fault.what();
    }
    return "accepted";
}

TEST(Zone, RefusesWhatItCannotReadWithTheLine) {
    EXPECT_THAT(
        refusal("$ORIGIN pbx.test.\n$TTL 300\n@ IN SOA d h 1 2 3 4 5\na IN A 192.0.2.300\n"),
        StartsWith("line 4: "));
    EXPECT_THAT(refusal("$ORIGIN pbx.test.\na IN A 192.0.2.1\n"), HasSubstr("SOA"));
    EXPECT_THAT(refusal(""), HasSubstr("SOA"));
    EXPECT_THAT(
        refusal("$ORIGIN pbx.test.\n@ IN SOA d h 1 2 3 4 5\nx.other.test. IN A 192.0.2.1\n"),
        StartsWith("line 3: x.other.test. lies outside the zone"));
    EXPECT_THAT(
        refusal("$ORIGIN pbx.test.\n\n@ IN SOA d h (1 2\n 3 4 5)\nb IN\nc IN A 192.0.2.1\n"),
        StartsWith("line 5: "));
    EXPECT_THAT(refusal("$ORIGIN pbx.test.\n@ IN SOA d h 1 2 3 4 5\n@ IN SOA d h 1 2 3 4 5\n"),
                StartsWith("line 3: a second SOA"));
    EXPECT_THAT(refusal("$INCLUDE /etc/passwd\n"), StartsWith("line 1: "));
}

TEST_F(NameServerTest, SaysFormatErrorOrNothingToWhatIsNoWholeQuery) {
    std::string question = query("a.pbx.test", LDNS_RR_TYPE_A);
    for (std::size_t size = 0; size < 12; ++size) {
        EXPECT_FALSE(server_.answer(device, question.substr(0, size))) << size;
    }
    for (std::size_t size = 12; size < question.size(); ++size) {
        EXPECT_EQ(read(server_.answer(device, question.substr(0, size))).rcode, 1U) << size;
    }
    EXPECT_FALSE(server_.answer(device, query("a.pbx.test", LDNS_RR_TYPE_A, 0x8100)));
    EXPECT_EQ(read(server_.answer(device, query("a.pbx.test", LDNS_RR_TYPE_A, 0x2100))).rcode, 4U);
    EXPECT_EQ(ask("pbx.test", LDNS_RR_TYPE_AXFR).rcode, 4U);
    std::string pointer =
        question.substr(0, 12) + "\xc0\x0c" + question.substr(question.size() - 4);
    EXPECT_EQ(read(server_.answer(device, pointer)).rcode, 1U);
}

TEST_F(NameServerTest, HostileOctetsNeverGiveMoreThanTheLimitNorCrash) {
    constexpr unsigned seed = 20240607;
    std::mt19937 random(seed);
    const std::string question = query("_sip._udp.pbx.test", LDNS_RR_TYPE_SRV);
    for (int round = 0; round < 20000; ++round) {
        std::string mutated = question;
        for (unsigned n = random() % 4; n < 4; ++n) {
            mutated[random() % mutated.size()] = static_cast<char>(random() & 0xff);
        }
        mutated.resize(random() % (mutated.size() + 1));
        std::optional<std::string> octets = server_.answer(device, mutated);
        if (!octets) continue;
        ASSERT_LE(octets->size(), 512U) << "seed " << seed << " round " << round;
        ASSERT_EQ(octets->substr(0, 2), mutated.substr(0, 2))
            << "seed " << seed << " round " << round;
    }
}

}  // namespace
}  // namespace twinline::dns
