// The route that a registrar tells (RFC-3608-01): whose requests have it, and how long.
#include "tests/phone/call_bench.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Its registrar tells these routes; grants a minute.
PhoneBench::Server router(std::vector<std::string> routes) {
    return [routes](const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
        if (request.method == "ACK") return std::nullopt;
        if (request.method == "INVITE") return take_call(request);
        auto response = ok(request, 60);
        if (request.method == "REGISTER")
            for (const auto& route : routes) response.other.push_back({"Service-Route", route});
        return response;
    };
}

std::vector<std::string> routes_of(const Sent& sent) {
    std::vector<std::string> uris;
    for (const auto& route : sent.sip.route) uris.push_back(route.uri);
    return uris;
}

struct ServiceRoute : ::testing::Test {
    PhoneBench bench{one_account("pbx.test")};

    void boot() {
        publish_pbx(bench);
        bench.power_on();
        bench.run_until(10s);
    }
    std::vector<std::string> routes_of_a_call() {
        bench.input(phone::Dial{1, "2000"});
        bench.run_until(bench.now() + 40s);
        const auto routes = routes_of(sent(bench, "INVITE").back());
        bench.input(phone::HangUp{});
        bench.run_until(bench.now() + 2s);
        return routes;
    }
};

TEST_F(ServiceRoute, IsTheRouteOfACallInItsOrder) {
    bench.servers[primary] =
        router({"<sip:edge.pbx.test;lr>, <sip:192.0.2.11;lr>", "<sip:core.pbx.test;lr>"});
    boot();
    EXPECT_THAT(routes_of_a_call(),
                ElementsAre("sip:edge.pbx.test;lr", "sip:192.0.2.11;lr", "sip:core.pbx.test;lr"));
    EXPECT_EQ(sent(bench, "INVITE").back().host(), primary);
    for (const auto& request : sent(bench, "REGISTER")) EXPECT_THAT(routes_of(request), IsEmpty());
}

TEST_F(ServiceRoute, IsForgottenByTheNextBindingWithoutOne) {
    bench.servers[primary] = router({"<sip:192.0.2.11;lr>"});
    boot();
    bench.servers[primary] = router({});
    bench.run_until(100s);
    ASSERT_GE(sent(bench, "REGISTER").size(), 2U);
    EXPECT_THAT(routes_of_a_call(), IsEmpty());
}

TEST_F(ServiceRoute, IsNotTakenToAnotherServer) {
    bench.servers[primary] = router({"<sip:192.0.2.11;lr>"});
    bench.servers[secondary] = router({"<sip:192.0.2.12;lr>"});
    boot();
    bench.servers.erase(primary);
    EXPECT_THAT(routes_of_a_call(), IsEmpty()) << "to the secondary, where it is not registered";
    ASSERT_EQ(sent(bench, "INVITE").back().host(), secondary);
    bench.run_until(bench.now() + 150s);
    ASSERT_EQ(sent(bench, "REGISTER").back().host(), secondary);
    EXPECT_THAT(routes_of_a_call(), ElementsAre("sip:192.0.2.12;lr"));
}

TEST_F(ServiceRoute, ThatIsNoneIsNotFollowed) {
    bench.servers[primary] = router({"<sip:192.0.2.11;lr>", "over there"});
    boot();
    EXPECT_THAT(routes_of_a_call(), IsEmpty());
}

TEST(ServiceRouteBehindAProxy, ComesAfterTheOutboundProxy) {
    auto config = one_account("pbx.test");
    config.accounts.front().outbound_proxies.push_back(config.accounts.front().servers.front());
    config.accounts.front().outbound_proxies.front().host = "192.0.2.21";
    config.accounts.front().outbound_proxies.front().port = 5060;
    PhoneBench bench(config);
    bench.servers["192.0.2.21:5060"] = router({"<sip:192.0.2.11;lr>"});
    bench.power_on();
    bench.run_until(10s);
    bench.input(phone::Dial{1, "2000"});
    bench.run_until(12s);
    EXPECT_THAT(routes_of(sent(bench, "INVITE").back()),
                ElementsAre("sip:192.0.2.21:5060;lr", "sip:192.0.2.11;lr"));
}

}  // namespace
}  // namespace twinline::test
