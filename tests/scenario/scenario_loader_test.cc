// What a good scenario file means, member by member.
#include "tests/scenario/scenario_loader_fixture.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <system_error>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using test::changed;
using test::scenario_text;
using test::ScenarioLoader;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST_F(ScenarioLoader, ReadsEachKindOfFaultAndWritesItBack) {
    const std::vector<std::string> lines{"silence primary",
                                         "refuse primary",
                                         "reject primary 503",
                                         "reject primary 503 REGISTER retry-after 30 s",
                                         "reject primary 404 INVITE",
                                         "reject dns SERVFAIL",
                                         "slow primary 800 ms",
                                         "stall primary",
                                         "lose primary next 2 in",
                                         "delay dns 200 ms",
                                         "unreachable dns",
                                         "stop primary",
                                         "crash primary",
                                         "link down primary",
                                         "address gone dns"};
    for (const auto& line : lines) {
        const auto s = load(changed(scenario_text, "do: silence primary", "do: " + line));
        EXPECT_EQ(to_text(s.steps[0]), line);
    }
    const auto s = load(changed(scenario_text, "do: silence primary",
                                "do: reject primary 503 REGISTER retry-after 2 min"));
    const auto& treatment = s.steps[0].treatment;
    EXPECT_EQ(treatment.kind, Treatment::Kind::reject);
    EXPECT_EQ(treatment.status, 503U);
    EXPECT_EQ(treatment.retry_after, 120U);
    EXPECT_TRUE(treatment.concerns("REGISTER"));
    EXPECT_FALSE(treatment.concerns("INVITE"));
}

TEST_F(ScenarioLoader, ReadsTheHead) {
    Scenario s = load(scenario_text);
    EXPECT_EQ(s.id, "generic/register/move");
    EXPECT_EQ(s.title, "Moves on");
    EXPECT_EQ(s.vendor, "generic");
    EXPECT_EQ(s.firmware, 0U);
    EXPECT_EQ(s.feature, "register");
    EXPECT_EQ(s.tier, 2U);
    EXPECT_THAT(s.tags, ElementsAre("udp-schedule"));
    EXPECT_THAT(s.clauses, ElementsAre("C-3", "C-1", "C-2"));
    EXPECT_EQ(s.topology.id, "pair");
    EXPECT_EQ(s.config, "account.1.user = 1001\n");
    EXPECT_EQ(s.config_line, 11U);
    EXPECT_EQ(s.limit, 2min);
    EXPECT_EQ(s.place.line, 1U);
}

TEST_F(ScenarioLoader, ReadsTheFirmwareThatItIsFor) {
    const auto s =
        load(changed(scenario_text, "vendor: generic\n", "vendor: generic\nfirmware: 80\n"));
    EXPECT_EQ(s.firmware, 80U);
}

TEST_F(ScenarioLoader, ReadsEventsIntoKindsAndFields) {
    Scenario s = load(scenario_text);
    const Pattern& next = s.events.at("next-try");
    EXPECT_EQ(next.kind, "sip.request");
    EXPECT_EQ(next.peer, "secondary");
    EXPECT_EQ(next.direction, timeline::Direction::out);
    EXPECT_THAT(next.fields, ElementsAre(Pair("method", "REGISTER")));
    EXPECT_EQ(next.nth, 2U);
    EXPECT_EQ(next.after, "first-try");
    EXPECT_EQ(next.place.line, 14U);
    const Pattern& home = s.events.at("home");
    EXPECT_EQ(home.kind, "sip.response");
    EXPECT_EQ(home.peer, "");
    EXPECT_EQ(home.direction, timeline::Direction::in);
    EXPECT_THAT(home.fields, ElementsAre(Pair("method", "REGISTER"), Pair("status", "2xx")));
}

TEST_F(ScenarioLoader, ReadsWhatACallerDoes) {
    folder_.write("topologies/pair.yaml", std::string(test::topology_text) + "callee: \"2000\"\n");
    const auto scenario = load(changed(
        scenario_text, "  - {at: home + 5 s, do: end}",
        "  - {at: home + 1 s, do: caller primary hangs up}\n  - {at: home + 5 s, do: end}"));
    const auto step = std::find_if(scenario.steps.begin(), scenario.steps.end(),
                                   [](const Step& s) { return s.action == ActionKind::caller; });
    ASSERT_NE(step, scenario.steps.end());
    EXPECT_EQ(step->target, "primary");
    EXPECT_EQ(step->notice, "hangs up");
    EXPECT_EQ(to_text(*step), "caller primary hangs up");
}

TEST_F(ScenarioLoader, RefusesACallerThatIsNotThere) {
    const auto faults = [&](std::string_view step) {
        try {
            load(changed(scenario_text, "do: silence primary", step));
        } catch (const BadInput& error) {
            return std::string(error.what());
        }
        return std::string("taken");
    };
    EXPECT_THAT(faults("do: caller primary calls"),
                ::testing::HasSubstr("has no callee to call the phone"));
    folder_.write("topologies/pair.yaml", std::string(test::topology_text) + "callee: \"2000\"\n");
    EXPECT_THAT(faults("do: caller dns calls"),
                ::testing::HasSubstr("host \"dns\" has nobody behind it"));
    EXPECT_THAT(faults("do: caller primary rings"),
                ::testing::HasSubstr("unknown deed \"rings\"; allowed are calls, hangs up"));
}

TEST_F(ScenarioLoader, ReadsWhatAServerHoldsAndForgets) {
    const auto doing = [&](const std::string& what) {
        return load(
            changed(scenario_text, "  - {at: home + 5 s, do: end}",
                    "  - {at: home + 1 s, do: " + what + "}\n  - {at: home + 5 s, do: end}"));
    };
    for (const auto& [text, action] : {std::pair{"read primary", ActionKind::read},
                                       std::pair{"forget primary", ActionKind::forget}}) {
        const auto scenario = doing(text);
        const auto step = std::ranges::find(scenario.steps, action, &Step::action);
        ASSERT_NE(step, scenario.steps.end());
        EXPECT_EQ(step->target, "primary");
        EXPECT_EQ(to_text(*step), text);
    }
    try {
        doing("read dns");
        FAIL() << "taken";
    } catch (const BadInput& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("host \"dns\" holds nothing of phones"));
    }
}

TEST_F(ScenarioLoader, ReadsThatKeepAlivesAreMuted) {
    folder_.write("topologies/pair.yaml",
                  changed(test::topology_text, "192.0.2.11,", "192.0.2.11, outbound: true,"));
    const auto text = changed(scenario_text, "silence primary", "mute keep-alives primary");
    const auto scenario = load(text);
    const auto step = std::find_if(scenario.steps.begin(), scenario.steps.end(),
                                   [](const Step& s) { return s.action == ActionKind::treat; });
    ASSERT_NE(step, scenario.steps.end());
    EXPECT_EQ(step->treatment.kind, Treatment::Kind::mute);
    EXPECT_EQ(step->target, "primary");
    EXPECT_EQ(to_text(*step), "mute keep-alives primary");
}

TEST_F(ScenarioLoader, ReadsTheOtherPatternForms) {
    auto pattern = [&](std::string_view text) {
        return load(changed(scenario_text, "{response: 2xx, of: REGISTER, from: any}", text))
            .events.at("home");
    };
    Pattern query = pattern("{query: NAPTR, name: pbx.test, to: dns}");
    EXPECT_EQ(query.kind, "dns.query");
    EXPECT_EQ(query.direction, timeline::Direction::out);
    EXPECT_THAT(query.fields,
                UnorderedElementsAre(Pair("type", "NAPTR"), Pair("name", "pbx.test")));
    Pattern answer = pattern("{answer: any, from: dns}");
    EXPECT_EQ(answer.kind, "dns.response");
    EXPECT_EQ(answer.direction, timeline::Direction::in);
    EXPECT_TRUE(answer.fields.empty());
    Pattern incoming = pattern("{request: NOTIFY, from: primary}");
    EXPECT_EQ(incoming.direction, timeline::Direction::in);
    EXPECT_EQ(incoming.peer, "primary");
    Pattern challenged = pattern("{request: any, auth: credentials, send: 1, where: {realm: pbx}}");
    EXPECT_THAT(challenged.fields, UnorderedElementsAre(Pair("auth", "credentials"),
                                                        Pair("send", "1"), Pair("realm", "pbx")));
    Pattern icmp = pattern("{kind: icmp.unreachable, from: primary, where: {code: \"*\"}}");
    EXPECT_EQ(icmp.kind, "icmp.unreachable");
    EXPECT_THAT(icmp.fields, ElementsAre(Pair("code", "*")));
    Pattern ping = pattern("{keepalive: ping, to: primary, send: 1, where: {form: stun}}");
    EXPECT_EQ(ping.kind, "keepalive.ping");
    EXPECT_EQ(ping.direction, timeline::Direction::out);
    EXPECT_EQ(ping.peer, "primary");
    EXPECT_THAT(ping.fields, UnorderedElementsAre(Pair("form", "stun"), Pair("send", "1")));
    EXPECT_EQ(pattern("{keepalive: ping, from: primary}").direction, timeline::Direction::in);
    Pattern pong = pattern("{keepalive: pong}");
    EXPECT_EQ(pong.kind, "keepalive.pong");
    EXPECT_EQ(pong.direction, timeline::Direction::in);
    EXPECT_TRUE(pong.fields.empty());
    EXPECT_EQ(pattern("{kind: tcp.rst}").direction, timeline::Direction::none);
}

TEST_F(ScenarioLoader, ReadsTheTimeline) {
    Scenario s = load(scenario_text);
    ASSERT_EQ(s.steps.size(), 3U);
    EXPECT_EQ(s.steps[0].action, ActionKind::treat);
    EXPECT_EQ(s.steps[0].treatment.kind, Treatment::Kind::silence);
    EXPECT_EQ(s.steps[0].target, "primary");
    EXPECT_EQ(s.steps[0].when.event, "start");
    EXPECT_EQ(s.steps[1].action, ActionKind::power_on);
    EXPECT_EQ(s.steps[1].when.offset, 200ms);
    EXPECT_EQ(s.steps[2].action, ActionKind::end);
    EXPECT_EQ(s.steps[2].when.event, "home");
    EXPECT_EQ(s.steps[2].place.line, 19U);
    EXPECT_TRUE(s.has_step(ActionKind::treat));
    EXPECT_FALSE(s.has_step(ActionKind::heal));
}

TEST_F(ScenarioLoader, ReadsEveryFormOfExpectation) {
    Scenario s = load(scenario_text);
    ASSERT_EQ(s.expectations.size(), 8U);
    const auto& e = s.expectations;
    EXPECT_EQ(e[0].form, ExpectationForm::schedule);
    EXPECT_EQ(e[0].event, "first-try");
    EXPECT_THAT(e[0].at, ElementsAre(0s, 500ms, 1500ms));
    EXPECT_EQ(e[0].tolerance, 50ms);
    EXPECT_DOUBLE_EQ(e[0].tolerance_ratio, 0.05);
    EXPECT_EQ(e[0].place.line, 22U);
    EXPECT_EQ(e[1].form, ExpectationForm::see);
    EXPECT_EQ(e[1].after, "first-try");
    ASSERT_TRUE(e[1].within);
    EXPECT_EQ(e[1].within->earliest, 31900ms);
    EXPECT_EQ(e[1].within->latest, 33s);
    EXPECT_THAT(e[1].when, ElementsAre(Pair("count", ElementsAre("sends"))));
    EXPECT_EQ(e[2].form, ExpectationForm::never);
    EXPECT_EQ(e[2].pattern.peer, "primary");
    EXPECT_EQ(e[2].until, "home");
    EXPECT_EQ(e[3].form, ExpectationForm::count);
    EXPECT_EQ(e[3].at_least, 1U);
    EXPECT_EQ(e[3].at_most, 3U);
    EXPECT_EQ(e[3].after, "power-on");
    EXPECT_EQ(e[3].until, "end");
    EXPECT_EQ(e[4].form, ExpectationForm::differ);
    EXPECT_EQ(e[5].form, ExpectationForm::equal);
    EXPECT_THAT(e[5].fields, ElementsAre("call_id", "from_tag"));
    EXPECT_THAT(e[5].of, ElementsAre("first-try", "next-try"));
    EXPECT_EQ(e[6].form, ExpectationForm::rises);
    EXPECT_EQ(e[6].by, 1U);
    EXPECT_EQ(e[7].form, ExpectationForm::unique);
    EXPECT_THAT(e[7].fields, ElementsAre("branch"));
}

TEST_F(ScenarioLoader, TakesATopologyAtHandIfItIsTheOneNamed) {
    std::filesystem::path file = folder_.write(test::scenario_name, scenario_text);
    Topology topology = load_topology(folder_.path() / "topologies/pair.yaml");
    EXPECT_EQ(load_scenario(file, topology).topology.hosts.size(), 3U);
    topology.id = "other";
    EXPECT_THAT(test::faults_of(folder_, [&] { load_scenario(file, topology); }),
                ElementsAre(at(9, "topology \"pair\" is not the one at hand; allowed is other")));
}

TEST_F(ScenarioLoader, NamesTheAttemptWhenTheFileCannotBeOpened) {
    try {
        load_scenario(folder_.path() / "absent.yaml", folder_.path() / "topologies");
        FAIL() << "loaded a file that is not there";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("open "), HasSubstr("absent.yaml: No such file")));
    }
}

}  // namespace
}  // namespace twinline::scenario
