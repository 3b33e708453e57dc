// A plain outbound proxy in virtual time: whom it asks, and that it stays in the path.
#include "rig/world/outbound_proxies.hh"

#include "tests/world/places.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using scenario::HostRuns;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct OutboundProxies : ::testing::Test {
    static scenario::Topology topology() {
        scenario::Topology t;
        t.hosts = {{"primary", "192.0.2.11", HostRuns::kamailio},
                   {"secondary", "192.0.2.12", HostRuns::kamailio},
                   {"proxy", "192.0.2.21", HostRuns::proxy}};
        t.hosts.back().behind = "primary";
        return t;
    }
    std::optional<wire::Ipv4> next_hop(const std::string& uri, wire::Ipv4 host = proxy) const {
        wire::SipMessage request;
        request.method = "REGISTER";
        request.request_uri = uri;
        return proxies.next_hop(host, request);
    }
    std::vector<wire::NameAddr> recorded(const std::string& method, int status,
                                         const std::string& to_tag = {}) const {
        wire::SipMessage request, response;
        request.method = method;
        if (!to_tag.empty()) request.to.params = {{"tag", to_tag}};
        response.status = status;
        proxies.record_route(proxy, request, response);
        return response.record_route;
    }

    world::OutboundProxies proxies{topology()};
};

TEST_F(OutboundProxies, AsksTheServerThatIsNamedAndElseTheOneBehind) {
    EXPECT_EQ(next_hop("sip:192.0.2.12"), secondary);
    EXPECT_EQ(next_hop("sip:2000@192.0.2.12:5060;user=phone"), secondary);
    EXPECT_EQ(next_hop("sip:pbx.test"), primary);
    EXPECT_EQ(next_hop("sip:2000@192.0.2.99"), primary);
    EXPECT_EQ(next_hop(""), primary);
}

TEST_F(OutboundProxies, AnswersForItselfOnly) {
    EXPECT_EQ(next_hop("sip:192.0.2.21:5060"), std::nullopt);
    EXPECT_EQ(next_hop("sip:pbx.test", primary), std::nullopt);
}

TEST_F(OutboundProxies, StayInThePathOfADialogThatBegins) {  // RFC 3261 16.6 step 4
    ASSERT_THAT(recorded("INVITE", 200), SizeIs(1));
    EXPECT_EQ(recorded("INVITE", 200)[0].uri, "sip:192.0.2.21:5060;lr");
    EXPECT_THAT(recorded("SUBSCRIBE", 202), SizeIs(1));
    EXPECT_THAT(recorded("INVITE", 503), IsEmpty());
    EXPECT_THAT(recorded("INVITE", 200, "there"), IsEmpty());
    EXPECT_THAT(recorded("REGISTER", 200), IsEmpty());
}

}  // namespace
}  // namespace twinline::test
