// What the rig's own request says, and which packets answer it.
#include "rig/testbed/probe_request.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::testbed {
namespace {

using testing::HasSubstr;

const SipWay over_udp{"192.0.2.11", 5060, "198.51.100.250", 40000, false};

std::string answer_to(const SipRequest& request, const std::string& status) {
    return "SIP/2.0 " + status + "\r\nCall-ID: " + request.call_id + "\r\n\r\n";
}

TEST(AProbesRequest, SaysHowItWentAndComesBack) {
    auto way = over_udp;
    EXPECT_THAT(request_to(way, "OPTIONS").octets,
                testing::AllOf(HasSubstr("OPTIONS sip:192.0.2.11:5060 SIP/2.0\r\n"),
                               HasSubstr("Via: SIP/2.0/UDP 198.51.100.250:40000;branch=z9hG4bK")));
    way.over_tls = true;
    EXPECT_THAT(request_to(way, "INVITE").octets,
                testing::AllOf(HasSubstr("INVITE sip:probe@192.0.2.11:5060;transport=tls SIP"),
                               HasSubstr("Via: SIP/2.0/TLS 198.51.100.250:40000;"),
                               HasSubstr("<sip:probe@198.51.100.250:40000;transport=tls>")));
}

TEST(AProbesRequest, IsAnsweredByAFinalStatusOfItsOwn) {
    const auto request = request_to(over_udp, "OPTIONS"), other = request_to(over_udp, "OPTIONS");
    EXPECT_EQ(request.status_of(answer_to(request, "200 OK")), 200);
    EXPECT_EQ(request.status_of(answer_to(request, "503 Service Unavailable")), 503);
    EXPECT_EQ(request.status_of(answer_to(request, "100 Trying")), std::nullopt);
    EXPECT_EQ(request.status_of(answer_to(other, "200 OK")), std::nullopt) << "another's";
    EXPECT_EQ(request.status_of(request.octets), std::nullopt) << "a request";
}

}  // namespace
}  // namespace twinline::testbed
