// Where a REGISTER goes (RFC 3263 section 4, RFC 2782, RFC 3403): which questions are asked, in
// which order, and which addresses come of it.
#include "tests/phone/driver.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using wire::DnsRcode;
using wire::DnsType;

struct Location : ::testing::Test {
    const std::string service = "_sip._udp.pbx.test";
    PhoneBench bench{one_account("pbx.test")};

    // Every server says 503, so that the phone shows its whole list.
    std::vector<std::string> servers_of(PhoneBench& phone) {
        for (int host = 0; host < 100; ++host)
            for (const auto* port : {":5060", ":5070", ":5080"})
                phone.servers["192.0.2." + std::to_string(host) + port] = always(503);
        phone.power_on();
        phone.run_until(25s);
        std::vector<std::string> list;
        for (const auto& sent : phone.sip()) list.push_back(sent.host());
        return list;
    }
    std::vector<std::string> servers() { return servers_of(bench); }
};

TEST_F(Location, AsksNaptrThenSrvThenA) {  // RFC-3263-01, RFC-3263-03, RFC-2782-05, RFC-2782-06
    publish_pbx(bench);
    EXPECT_THAT(servers(), ElementsAre(primary, secondary));
    EXPECT_THAT(bench.asked(),
                ElementsAre("NAPTR pbx.test", "SRV " + service, "A a.pbx.test", "A b.pbx.test"));
}

TEST_F(Location, OfANumericHostAsksNobody) {  // RFC-3263-04
    PhoneBench numeric(one_account("192.0.2.11"));
    EXPECT_THAT(servers_of(numeric), ElementsAre(primary));
    EXPECT_THAT(numeric.queries(), IsEmpty());
    PhoneBench with_port(one_account("192.0.2.11", 5070));
    EXPECT_THAT(servers_of(with_port), ElementsAre("192.0.2.11:5070"));
    EXPECT_THAT(with_port.queries(), IsEmpty());
}

TEST_F(Location, OfANameWithAPortAsksForAddressesOnly) {  // RFC-3263-05
    PhoneBench port(one_account("pbx.test", 5070));
    port.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11")};
    EXPECT_THAT(servers_of(port), ElementsAre("192.0.2.11:5070"));
    EXPECT_THAT(port.asked(), ElementsAre("A pbx.test"));
    PhoneBench default_port(one_account("pbx.test", 5060));
    default_port.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11")};
    EXPECT_THAT(servers_of(default_port), ElementsAre(primary));
    EXPECT_THAT(default_port.asked(), ElementsAre("A pbx.test"));
}

TEST_F(Location, WithATransportAsksNoNaptr) {  // RFC-3263-01
    auto config = one_account("pbx.test");
    config.accounts[0].servers[0].transport = config::TransportChoice::udp;
    PhoneBench udp(config);
    publish_pbx(udp);
    EXPECT_THAT(servers_of(udp), ElementsAre(primary, secondary));
    EXPECT_THAT(udp.asked(), Not(Contains("NAPTR pbx.test")));
}

TEST_F(Location, WithoutSrvAsksForTheAddressOfTheName) {  // RFC-3263-06
    bench.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11")};
    EXPECT_THAT(servers(), ElementsAre(primary));
    EXPECT_THAT(bench.asked(), ElementsAre("NAPTR pbx.test", "SRV " + service, "A pbx.test"));
}

TEST_F(Location, DoesNotCareForTheCaseOfTheConfiguredName) {  // RFC 1034 section 3.1
    for (const auto* name : {"PBX.Test", "pbx.test."}) {
        PhoneBench mixed(one_account(name));
        publish_pbx(mixed);
        const std::map<wire::DnsQuestion, DnsReply> zone = mixed.dns;
        mixed.name_server = [zone](const Sent& query) -> std::optional<DnsReply> {
            auto question = query.dns.question;
            for (auto& c : question.name) c = static_cast<char>(std::tolower(c));
            const auto found = zone.find(question);
            return found == zone.end() ? DnsReply{.rcode = DnsRcode::nxdomain} : found->second;
        };
        EXPECT_THAT(servers_of(mixed), ElementsAre(primary, secondary)) << name;
    }
}

TEST_F(Location, OfANameThatNoQueryCanCarryGoesNowhere) {  // RFC 1035 section 2.3.4
    for (const auto& name : {std::string(64, 'x') + ".test", std::string("a..test"), [] {
                                 std::string long_name;
                                 for (int i = 0; i < 50; ++i) long_name += "abcd.";
                                 return long_name +
                                        "test";  // 254: _sip._udp. does not fit before it
                             }()}) {
        PhoneBench odd(one_account(name));
        EXPECT_THAT(servers_of(odd), IsEmpty());
        EXPECT_EQ(odd.line_state(), "failed");
    }
}

struct Naptr : Location {
    void records(std::vector<wire::DnsRecord> list) {
        bench.dns[{"pbx.test", DnsType::naptr}].answer = std::move(list);
    }
    void SetUp() override {
        for (const auto* name : {"one", "two", "three"}) {
            const std::string srv_name = std::string("_sip._udp.") + name + ".test";
            const std::string host = std::string("host.") + name + ".test";
            bench.dns[{srv_name, DnsType::srv}].answer = {srv(srv_name, 0, 0, 5060, host)};
        }
        bench.dns[{"host.one.test", DnsType::a}].answer = {a("host.one.test", "192.0.2.1")};
        bench.dns[{"host.two.test", DnsType::a}].answer = {a("host.two.test", "192.0.2.2")};
        bench.dns[{"host.three.test", DnsType::a}].answer = {a("host.three.test", "192.0.2.3")};
    }
    const std::string one = "_sip._udp.one.test", two = "_sip._udp.two.test",
                      three = "_sip._udp.three.test";
};

TEST_F(Naptr, OfUnsupportedServicesAreSkipped) {  // RFC-3263-02
    records({naptr("pbx.test", 10, 10, "s", "SIP+D2S", three),
             naptr("pbx.test", 20, 10, "s", "SIPS+D2S", three),
             naptr("pbx.test", 30, 10, "s", "SIP+D2S", three),
             naptr("pbx.test", 40, 10, "u", "E2U+sip", ""),
             naptr("pbx.test", 50, 10, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, WithoutAnySupportedServiceFallBackToSrv) {  // RFC-3263-02, RFC-3263-03
    records({naptr("pbx.test", 10, 10, "s", "SIP+D2S", three)});
    bench.dns[{service, DnsType::srv}].answer = {srv(service, 0, 0, 5060, "host.one.test")};
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, ComeInTheOrderOfOrder) {  // RFC-3403-01
    records({naptr("pbx.test", 100, 1, "s", "SIP+D2U", two),
             naptr("pbx.test", 90, 50, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_THAT(bench.asked(), Not(Contains("SRV " + two))) << "another order is not considered";
}

TEST_F(Naptr, OfOneOrderComeInTheOrderOfPreference) {  // RFC-3403-02
    records({naptr("pbx.test", 10, 20, "s", "SIP+D2U", two),
             naptr("pbx.test", 10, 10, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, FlagsAndServicesAreReadInAnyCase) {  // RFC-3403-03
    records({naptr("pbx.test", 10, 10, "S", "sip+d2u", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, FlagALeadsToAnAddress) {  // RFC-3403-03, RFC 3404 section 4.3
    records({naptr("pbx.test", 10, 10, "a", "SIP+D2U", "host.one.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_THAT(bench.asked(), ElementsAre("NAPTR pbx.test", "A host.one.test"));
}

TEST_F(Naptr, ThatCannotBeUsedGiveWayToTheNextPreference) {  // RFC-3403-02
    records({naptr("pbx.test", 10, 10, "u", "SIP+D2U", two),
             naptr("pbx.test", 10, 15, "x", "SIP+D2U", two),
             naptr("pbx.test", 10, 20, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, WithoutFlagNameTheNextKey) {  // RFC-3403-03
    records({naptr("pbx.test", 10, 10, "", "", "next.test")});
    bench.dns[{"next.test", DnsType::naptr}].answer = {
        naptr("next.test", 10, 10, "s", "SIP+D2U", one)};
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_THAT(bench.asked(),
                ElementsAre("NAPTR pbx.test", "NAPTR next.test", "SRV " + one, "A host.one.test"));
}

TEST_F(Naptr, WithoutFlagButOfAnUnsupportedServiceAreSkipped) {  // RFC-3263-02
    records({naptr("pbx.test", 10, 10, "", "SIP+D2S", "next.test"),
             naptr("pbx.test", 20, 10, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_THAT(bench.asked(), Not(Contains("NAPTR next.test")));
}

TEST_F(Naptr, ThatLoopComeToAnEnd) {  // RFC-3403-04
    records({naptr("pbx.test", 10, 10, "", "", "pbx.test")});
    bench.dns[{service, DnsType::srv}].answer = {srv(service, 0, 0, 5060, "host.one.test")};
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_LE(bench.queries().size(), 10U);
}

TEST_F(Naptr, ThatChainForEverComeToAnEnd) {  // RFC-3403-04
    bench.name_server = [](const Sent& query) -> std::optional<DnsReply> {
        const auto& name = query.dns.question.name;
        if (query.dns.question.type != DnsType::naptr) return DnsReply{.rcode = DnsRcode::nxdomain};
        return DnsReply{.answer = {naptr(name, 1, 1, "", "", "x" + name)}};
    };
    EXPECT_THAT(servers(), IsEmpty());
    EXPECT_LE(bench.queries().size(), 10U);
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Naptr, WithRegexpAndReplacementAreIgnored) {  // RFC-3403-04
    records({naptr("pbx.test", 10, 10, "s", "SIP+D2U", two, "!.*!sip:x@y!"),
             naptr("pbx.test", 20, 10, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Naptr, WithTheRootAsReplacementAreIgnored) {  // RFC 3403 section 4.1: no replacement
    records({naptr("pbx.test", 10, 10, "s", "SIP+D2U", ""),
             naptr("pbx.test", 20, 10, "s", "SIP+D2U", one)});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

struct Srv : Location {
    void records(std::vector<wire::DnsRecord> list) {
        bench.dns[{service, DnsType::srv}].answer = std::move(list);
        for (int i = 1; i < 10; ++i) {
            const auto name = "h" + std::to_string(i) + ".test";
            bench.dns[{name, DnsType::a}].answer = {a(name, "192.0.2." + std::to_string(i))};
        }
    }
};

TEST_F(Srv, TargetsComeInTheOrderOfPriorityWithTheirPorts) {  // RFC-2782-01
    records({srv(service, 30, 0, 5060, "h3.test"), srv(service, 10, 0, 5070, "h1.test"),
             srv(service, 20, 100, 5080, "h2.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5070", "192.0.2.2:5080", "192.0.2.3:5060"));
}

TEST_F(Srv, AllAddressesOfATargetComeBeforeTheNextTarget) {  // RFC-3263-09
    records({srv(service, 10, 0, 5060, "h1.test"), srv(service, 20, 0, 5060, "h2.test")});
    bench.dns[{"h1.test", DnsType::a}].answer = {a("h1.test", "192.0.2.31"),
                                                 a("h1.test", "192.0.2.21")};
    bench.dns[{"h2.test", DnsType::a}].answer = {a("h2.test", "192.0.2.22"),
                                                 a("h2.test", "192.0.2.12")};
    EXPECT_THAT(servers(), ElementsAre("192.0.2.31:5060", "192.0.2.21:5060", "192.0.2.22:5060",
                                       "192.0.2.12:5060"));
}

TEST_F(Srv, TheSameAddressIsTriedOnceARound) {  // RFC 3263 section 4.3: each address
    records({srv(service, 10, 0, 5060, "h1.test"), srv(service, 20, 0, 5060, "h1.test"),
             srv(service, 30, 0, 5070, "h1.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060", "192.0.2.1:5070"));
}

TEST_F(Srv, ATargetWithoutAddressIsSkipped) {  // RFC 2782, usage rules
    records({srv(service, 10, 0, 5060, "gone.test"), srv(service, 20, 0, 5060, "h2.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.2:5060"));
}

TEST_F(Srv, ASingleTargetOfRootMeansThatThereIsNoService) {  // RFC-2782-04
    records({srv(service, 0, 0, 0, "")});
    bench.dns[{"pbx.test", DnsType::a}].answer = {a("pbx.test", "192.0.2.11")};
    EXPECT_THAT(servers(), IsEmpty());
    EXPECT_THAT(bench.asked(), Not(Contains("A pbx.test"))) << "no fall through to A";
    EXPECT_EQ(bench.line_state(), "failed");
}

TEST_F(Srv, ARootAmongOtherTargetsIsSkipped) {  // RFC-2782-04: only a single one says no
    records({srv(service, 0, 0, 0, ""), srv(service, 10, 0, 5060, "h1.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
}

TEST_F(Srv, AnAddressInTheAdditionalSectionIsNotNeeded) {  // RFC-2782-05
    records({srv(service, 10, 0, 5060, "h1.test")});
    EXPECT_THAT(servers(), ElementsAre("192.0.2.1:5060"));
    EXPECT_THAT(bench.asked(), Contains("A h1.test"));
}

struct Alias : Location {
    PhoneBench port{one_account("pbx.test", 5060)};
};

TEST_F(Alias, InsideTheAnswerIsFollowed) {  // RFC 1034 section 3.6.2
    port.dns[{"pbx.test", DnsType::a}].answer = {
        cname("pbx.test", "x.test"), cname("x.test", "y.test"), a("y.test", "192.0.2.11")};
    EXPECT_THAT(servers_of(port), ElementsAre(primary));
    EXPECT_THAT(port.asked(), SizeIs(1));
}

TEST_F(Alias, InsideTheAnswerIsFollowedInAnyOrderOfRecords) {  // RFC 1034 section 3.6.2
    port.dns[{"pbx.test", DnsType::a}].answer = {
        a("y.test", "192.0.2.11"), cname("x.test", "y.test"), cname("pbx.test", "x.test")};
    EXPECT_THAT(servers_of(port), ElementsAre(primary));
}

TEST_F(Alias, OutsideTheAnswerIsAskedFor) {  // RFC 1034 section 3.6.2
    port.dns[{"pbx.test", DnsType::a}].answer = {cname("pbx.test", "far.test")};
    port.dns[{"far.test", DnsType::a}].answer = {a("far.test", "192.0.2.11")};
    EXPECT_THAT(servers_of(port), ElementsAre(primary));
    EXPECT_THAT(port.asked(), ElementsAre("A pbx.test", "A far.test"));
}

TEST_F(Alias, OfTheServiceNameIsFollowed) {
    bench.dns[{service, DnsType::srv}].answer = {cname(service, "_sip._udp.far.test"),
                                                 srv("_sip._udp.far.test", 0, 0, 5070, "h.test")};
    bench.dns[{"h.test", DnsType::a}].answer = {a("h.test", "192.0.2.11")};
    EXPECT_THAT(servers(), ElementsAre("192.0.2.11:5070"));
}

TEST_F(Alias, ThatLoopsInOneAnswerComesToAnEnd) {
    port.dns[{"pbx.test", DnsType::a}].answer = {cname("pbx.test", "x.test"),
                                                 cname("x.test", "pbx.test")};
    EXPECT_THAT(servers_of(port), IsEmpty());
    EXPECT_LE(port.queries().size(), 10U);
    EXPECT_EQ(port.line_state(), "failed");
}

TEST_F(Alias, ThatLoopsOverAnswersComesToAnEnd) {
    port.name_server = [](const Sent& query) -> std::optional<DnsReply> {
        const auto& name = query.dns.question.name;
        return DnsReply{.answer = {cname(name, name == "pbx.test" ? "x.test" : "pbx.test")}};
    };
    EXPECT_THAT(servers_of(port), IsEmpty());
    EXPECT_LE(port.queries().size(), 10U);
    EXPECT_EQ(port.line_state(), "failed");
}

TEST_F(Alias, RecordsOfForeignNamesAreNotBelieved) {  // RFC 2181 section 5.4.1
    port.dns[{"pbx.test", DnsType::a}].answer = {a("evil.test", "192.0.2.66")};
    EXPECT_THAT(servers_of(port), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
