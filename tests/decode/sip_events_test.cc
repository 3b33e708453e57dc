// SIP on the wire must become the events that probes/timeline/event.hh documents, retransmissions
// counted.
#include "tests/decode/frame_builder.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace twinline;
using namespace twinline::test;
using testing::ElementsAre;
using timeline::Direction;
using timeline::Event;
using timeline::Fields;
using timeline::Timeline;

TEST(SipEvents, AResponseHasItsFields) {
    const std::string challenge =
        "SIP/2.0 401 Not yet\r\nv: SIP/2.0/UDP 198.51.100.100;branch=z9hG4bK-1\r\n"
        "f: <sip:1001@pbx.test>;tag=a\r\nt: sip:1001@pbx.test;tag=b\r\ni: c\r\nCSeq: 7 REGISTER\r\n"
        "WWW-Authenticate: Digest realm=\"pbx, \\\"test\",nonce=\"n1\", stale=TRUE\r\n"
        "Retry-After: 20 (busy (very)) ;duration=60\r\n\r\n";
    const Timeline events =
        test::decode({ethernet(ipv4({primary, device}, udp(5060, 49152, challenge)))});
    ASSERT_THAT(kinds(events), ElementsAre("sip.response"));
    EXPECT_EQ(events[0].direction, Direction::in);
    EXPECT_EQ(events[0].peer, "primary");
    EXPECT_EQ(events[0].fields, (Fields{{"status", "401"},
                                        {"reason", "Not yet"},
                                        {"method", "REGISTER"},
                                        {"cseq", "7"},
                                        {"call_id", "c"},
                                        {"from_tag", "a"},
                                        {"to_tag", "b"},
                                        {"branch", "z9hG4bK-1"},
                                        {"retry_after", "20"},
                                        {"realm", "pbx, \\\"test"},
                                        {"nonce", "n1"},
                                        {"stale", "TRUE"},
                                        {"send", "1"},
                                        {"size", std::to_string(challenge.size())}}));
}

TEST(SipEvents, ARequestTellsWhoAsksAndInWhoseName) {
    auto request = register_request();
    request.insert(request.find("Contact:"),
                   "Authorization: Digest username=\"desk-1001\", realm=\"pbx\", nonce=\"n\", "
                   "uri=\"sip:pbx.test\", response=\"" +
                       std::string(32, '0') + "\"\r\n");
    const Timeline events = test::decode({sip_frame(request)});
    ASSERT_THAT(kinds(events), ElementsAre("sip.request"));
    EXPECT_EQ(events[0].field("from_name"), "Alice");
    EXPECT_EQ(events[0].field("username"), "desk-1001");
}

TEST(SipEvents, TransmissionsAreCountedByBranchCseqAndEnds) {
    const auto to = [](std::uint32_t destination, const std::string& message) {
        return ethernet(ipv4({device, destination}, udp(5060, 5060, message)));
    };
    const Timeline events =
        test::decode({to(primary, register_request()), to(primary, register_request()),
                      to(primary, register_request("z9hG4bK-2")),
                      to(primary, register_request("z9hG4bK-1", "2")), to(dns, register_request()),
                      to(primary, register_request())});
    std::vector<std::string> sends;
    for (const Event& event : events) {
        sends.emplace_back(event.field("send"));
    }
    EXPECT_THAT(sends, ElementsAre("1", "2", "1", "1", "1", "3"));
}

TEST(SipEvents, OfManyBindingsTheOneAskedForGivesTheExpiry) {
    const std::string both =
        "Contact: <sip:1001@10.0.0.9>;expires=7, <sip:1001@198.51.100.100:5060>;expires=60\r\n";
    const auto response = ethernet(ipv4({primary, device}, udp(5060, 5060, ok_response(both))));
    EXPECT_EQ(test::decode({sip_frame(register_request()), response})[1].field("expires"), "60");
    EXPECT_EQ(test::decode({response})[0].field("expires"), "7");
}

TEST(SipEvents, OfTheFlowsOfOneContactTheOneAskedForGivesTheExpiry) {  // RFC 5626 4.2
    const auto flow = [](std::string_view number, std::string_view more) {
        return "<sip:1001@198.51.100.100:5060>;reg-id=" + std::string(number) +
               ";+sip.instance=\"<urn:uuid:0-1>\"" + std::string(more);
    };
    auto request = register_request();
    const std::string old = "<sip:1001@198.51.100.100:5060>";
    ASSERT_NE(request.find(old), request.npos);
    request.replace(request.find(old), old.size(), flow("2", ""));
    const auto response =
        ok_response("Contact: " + flow("1", ";expires=7") + ", " + flow("2", ";expires=60") +
                    "\r\nRequire: outbound\r\nk: outbound ,\r\n path\r\n" +
                    "Supported: GRUU\r\nFlow-Timer: 30\r\n" +
                    "Service-Route: <sip:edge.test;lr>,\r\n <sip:core.test;lr>\r\n");
    const auto events = test::decode(
        {sip_frame(request), ethernet(ipv4({primary, device}, udp(5060, 5060, response)))});
    EXPECT_EQ(events[0].field("reg_id"), "2");
    EXPECT_EQ(events[0].field("instance"), "urn:uuid:0-1");
    EXPECT_EQ(events[1].field("reg_id"), "2");
    EXPECT_EQ(events[1].field("expires"), "60");
    EXPECT_EQ(events[1].field("require"), "outbound");
    EXPECT_EQ(events[1].field("supported"), "outbound,path,GRUU");
    EXPECT_EQ(events[1].field("flow_timer"), "30");
    EXPECT_EQ(events[1].field("service_route"), "sip:edge.test;lr");
    EXPECT_EQ(events[0].field("rport"), "yes");
}

TEST(SipEvents, BadMessagesAreTold) {
    const Timeline events =
        test::decode({sip_frame("REGISTER sip:pbx.test SIP/3.0\r\n\r\n"), sip_frame("")});
    ASSERT_THAT(kinds(events), ElementsAre("sip.malformed"));
    EXPECT_EQ(events[0].field("offset"), "22");
    EXPECT_EQ(events[0].field("start"), "REGISTER sip:pbx.test SIP/3.0");
}

TEST(SipEvents, SipIsFoundOnAnyPort) {
    const auto on_ports = [](std::string_view message) {
        return ethernet(ipv4({}, udp(7000, 7001, message)));
    };
    EXPECT_THAT(kinds(test::decode({on_ports("some text\r\n"), on_ports("\r\n\r\n"),
                                    on_ports(register_request()), on_ports(ok_response(""))})),
                ElementsAre("sip.request", "sip.response"));
}

}  // namespace
