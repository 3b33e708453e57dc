// SIP outbound in virtual time (RFC 5626): the reference's flows on the timeline, and what shows
// that their keep-alives were muted.
#include "tests/shadow/stage.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace twinline::test {
namespace {

using scenario::ActionKind;

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

scenario::Step muting_step(const std::string& event, scenario::Duration offset, ActionKind action) {
    scenario::Step s;
    s.when.event = event;
    s.when.offset = offset;
    s.action = action;
    s.target = "primary";
    s.treatment.kind = scenario::Treatment::Kind::mute;
    return s;
}

// Muted from 100 s to 130 s after the phone is home.
timeline::Timeline played() {
    auto scenario = boot();
    scenario.config += "account.1.outbound = 1\n";
    scenario.limit = 10min;
    for (auto& host : scenario.topology.hosts) host.outbound = host.role == "primary";
    scenario.topology.hosts.front().flow_timer = 20;
    scenario.steps = {muting_step("start", 0s, ActionKind::power_on),
                      muting_step("home", 100s, ActionKind::treat),
                      muting_step("home", 130s, ActionKind::heal),
                      muting_step("home", 200s, ActionKind::end)};
    return shadow::play(scenario, {{"device", {}}}, 1);
}

TEST(Outbound, AFlowIsRegisteredAndKeptAlive) {
    const auto timeline = played();
    const auto requests = sent_to(timeline, "device", "primary");
    ASSERT_FALSE(requests.empty());
    EXPECT_EQ(requests[0]->field("reg_id"), "1");
    EXPECT_FALSE(requests[0]->field("instance").empty());
    const auto responses = of_kind(timeline, "device", "sip.response");
    ASSERT_GE(responses.size(), 2U);
    EXPECT_EQ(responses[1]->field("require"), "outbound");
    EXPECT_EQ(responses[1]->field("flow_timer"), "20");
    const auto pings = of_kind(timeline, "device", "keepalive.ping");
    const auto pongs = of_kind(timeline, "device", "keepalive.pong");
    ASSERT_FALSE(pings.empty());
    ASSERT_FALSE(pongs.empty());
    EXPECT_EQ(pings[0]->peer, "primary");
    EXPECT_EQ(pings[0]->direction, timeline::Direction::out);
    EXPECT_EQ(pongs[0]->field("transaction"), pings[0]->field("transaction"));
    EXPECT_EQ(pongs[0]->field("mapped"), "198.51.100.100:5060");
}

TEST(Outbound, MutedKeepAlivesAreProvenByThoseOfTheRig) {
    const auto timeline = played();
    std::map<std::string, std::string> results;
    for (const auto* probe : of_kind(timeline, "device", "rig.probe"))
        if (!probe->field("transaction").empty())
            results[std::string(probe->field("from")) + " " + std::string(probe->field("phase"))] =
                probe->field("result");
    EXPECT_THAT(results, UnorderedElementsAre(
                             Pair("keyed before", "answered"), Pair("keyed during", "silent"),
                             Pair("unkeyed during", "answered"), Pair("keyed after", "answered")));
    const auto faults = of_kind(timeline, "device", "rig.fault");
    ASSERT_EQ(faults.size(), 2U);
    EXPECT_EQ(faults[0]->field("fault"), "mute keep-alives");
    unsigned pings = 0;
    for (const auto& event : timeline) {
        const bool during = event.at > faults[0]->at && event.at < faults[1]->at;
        if (!during || event.subject != "device") continue;
        pings += event.kind == "keepalive.ping" ? 1 : 0;
        EXPECT_NE(event.kind, "keepalive.pong");
    }
    EXPECT_GT(pings, 0U);
}

// Two proxies before the primary; the statuses that the second flow is answered with.
std::vector<std::string> answers_over_second_proxy(bool proxies_take_part) {
    auto scenario = boot();
    scenario.config +=
        "account.1.outbound = 1\n"
        "account.1.outbound_proxy = 192.0.2.21\naccount.1.outbound_port = 5060\n"
        "account.1.second_outbound_proxy = 192.0.2.22\naccount.1.second_outbound_port = 5060\n";
    for (auto& host : scenario.topology.hosts) host.outbound = host.role == "primary";
    for (const std::string role : {"proxy", "second-proxy"}) {
        const auto address = role == "proxy" ? "192.0.2.21" : "192.0.2.22";
        scenario.topology.hosts.push_back({role, address, scenario::HostRuns::proxy});
        scenario.topology.hosts.back().behind = "primary";
        scenario.topology.hosts.back().outbound = proxies_take_part;
    }
    scenario.events.at("first-try").peer = "proxy";
    scenario.steps = {muting_step("start", 0s, ActionKind::power_on),
                      muting_step("first-try", 20s, ActionKind::end)};
    std::vector<std::string> statuses;
    for (const auto& event : shadow::play(scenario, {{"device", {}}}, 1))
        if (event.subject == "device" && event.peer == "second-proxy" &&
            event.kind == "sip.response" && event.field("method") == "REGISTER")
            statuses.emplace_back(event.field("status"));
    return statuses;
}

TEST(Outbound, AFlowOverAProxyNeedsThatItTakesPart) {
    EXPECT_THAT(answers_over_second_proxy(true), ElementsAre("401", "200"));
    const auto refused = answers_over_second_proxy(false);
    ASSERT_GE(refused.size(), 2U);
    EXPECT_EQ(refused[1], "439");
}

}  // namespace
}  // namespace twinline::test
