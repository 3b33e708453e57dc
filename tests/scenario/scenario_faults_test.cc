// What the author of a bad scenario is told, word for word and with its line.
#include "tests/scenario/scenario_loader_fixture.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace twinline::scenario {
namespace {

using test::changed;
using test::scenario_name;
using test::scenario_text;
using test::ScenarioLoader;
using test::topology_text;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Bad {
    std::string_view from, to;
    unsigned line;
    std::string_view told;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.from << " -> " << bad.to; }

class BadScenario : public ScenarioLoader, public ::testing::WithParamInterface<Bad> {};

TEST_P(BadScenario, IsToldWhatIsWrongAndWhatIsAllowed) {
    EXPECT_THAT(faults(GetParam().from, GetParam().to),
                ElementsAre(at(GetParam().line, GetParam().told)));
}

INSTANTIATE_TEST_SUITE_P(
    Head, BadScenario,
    ::testing::Values(
        Bad{"title: Moves on\n", "", 1, "a scenario lacks the key \"title\", which is required"},
        Bad{"tier: 2", "tier: 3", 6,
            "tier \"3\" is not allowed; allowed is a whole number from 1 to 2"},
        Bad{"vendor: generic", "vendor: genric", 4,
            "unknown vendor \"genric\", did you mean \"generic\"?; allowed are "
            "generic, yealink, aastra, audiocodes"},
        Bad{"feature: register", "feature: calls", 1,
            "id \"generic/register/move\" is not of its vendor and feature; allowed "
            "is generic/calls/NAME"},
        Bad{"id: generic/register/move", "id: generic/register/stay", 1,
            "id \"generic/register/stay\" does not match the file "
            "generic/register/move.yaml; allowed is the path "
            "below scenarios without .yaml"},
        Bad{"story: The primary is silent.", "story:", 3,
            "story is empty; allowed is a value, or no such key"},
        Bad{"tags: [udp-schedule]", "tags: udp", 7,
            "tags is no list; allowed is a list, as in [a, b]"},
        Bad{"limit: 2 min", "limit: 120", 20,
            "limit \"120\" has no unit; allowed are ms, s, min and h, as in \"5 s\""},
        Bad{"limit: 2 min", "limit: 2 min\ntier: 1", 21,
            "duplicate key \"tier\" in a scenario; allowed is each key once"},
        Bad{"topology: pair", "topology: pear", 9, "unknown topology \"pear\"; allowed are pair"}));

INSTANTIATE_TEST_SUITE_P(
    Events, BadScenario,
    ::testing::Values(
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTR, to: primary}\n", 13,
            "unknown request \"REGISTR\", did you mean \"REGISTER\"?; allowed are any, REGISTER, "
            "INVITE, ACK, BYE, "
            "CANCEL, OPTIONS, SUBSCRIBE, NOTIFY, INFO, UPDATE, PRACK, REFER, MESSAGE, PUBLISH"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, to: tertiary}\n", 13,
            "unknown to \"tertiary\"; allowed are primary, secondary, dns, any"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, query: A}\n", 13,
            "a pattern has 2 forms; allowed is exactly one of request, response, query, answer, "
            "keepalive, kind"},
        Bad{"{request: REGISTER, to: primary}\n", "{keepalive: pang, to: primary}\n", 13,
            "unknown keepalive \"pang\", did you mean \"ping\"?; allowed are ping, pong"},
        Bad{"{request: REGISTER, to: primary}\n", "{keepalive: pong, send: 1}\n", 13,
            "\"send\" says nothing about keepalive.pong; it is allowed with a request, a response "
            "or a ping"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, to: primary, from: dns}\n",
            13, "a pattern has both to and from; allowed is one of them"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, of: INVITE}\n", 13,
            "\"of\" says nothing about sip.request; it is allowed with a response"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, where: {brunch: x}}\n", 13,
            "unknown field \"brunch\", did you mean \"branch\"?; allowed are method, uri, call_id, "
            "cseq, from_tag, "
            "to_tag, from_uri, to_uri, branch, sent_by, transport, contact, expires, auth, realm, "
            "nonce, user_agent, "
            "route, send, size, reg_id, instance, supported, require, from_name, username, rport"},
        Bad{"{request: REGISTER, to: primary}\n", "{request: REGISTER, where: {method: BYE}}\n", 13,
            "field \"method\" is set twice; allowed is where or the short form"},
        Bad{"{response: 2xx, of: REGISTER, from: any}",
            "{kind: rig.location, where: {state: none}}", 19,
            "\"end\" waits for \"home\", which no packet tells; allowed are events of the wire"},
        Bad{"response: 2xx", "response: 20", 15,
            "unknown status \"20\"; allowed are 100 to 699, 1xx to 6xx, any"},
        Bad{"after: first-try, nth: 2", "after: first-tri", 14,
            "unknown event \"first-tri\", did you mean \"first-try\"?; allowed are first-try, "
            "home, next-try, start, "
            "power-on"},
        Bad{"after: first-try, nth: 2", "after: next-try", 14,
            "event \"next-try\" comes after itself; allowed is an order without rings"},
        Bad{"after: first-try, nth: 2", "nth: 0", 14,
            "nth \"0\" is not allowed; allowed is a whole number from 1 to 10000"},
        Bad{"timeline:", "  End: {query: A}\ntimeline:", 16,
            "event \"End\" is no free name; allowed are a-z, 0-9 and hyphens, and not start, "
            "power-on, end"}));

INSTANTIATE_TEST_SUITE_P(
    Timeline, BadScenario,
    ::testing::Values(
        Bad{"  - {at: start + 200 ms, do: power on}\n", "", 17,
            "the timeline lacks a power on that hangs on \"start\", which is required"},
        Bad{"  - {at: home + 5 s, do: end}\n", "", 17,
            "the timeline has 0 steps that end it; allowed is exactly one"},
        Bad{"do: silence primary", "do: silence primry", 17,
            "unknown host \"primry\", did you mean \"primary\"?; allowed are primary, secondary, "
            "dns"},
        Bad{"do: silence primary", "do: silence", 17,
            "unknown host \"\"; allowed are primary, secondary, dns"},
        Bad{"do: silence primary", "do: flood primary", 17,
            "unknown action \"flood primary\"; allowed are power on, silence, refuse, reject, "
            "slow, "
            "stall, cut, truncate, wrong certificate, wrong id, rotate, mute keep-alives, lose, "
            "delay, duplicate, reorder, unreachable, stop, crash, link down, address gone, heal, "
            "set zone, "
            "unregister, register again, "
            "dial, answer, hang up, hold, "
            "resume, notify, caller, read, forget, skip, upgrade firmware, flash, look at, end"},
        Bad{"do: silence primary", "do: silence primary for ever", 17,
            "\"for ever\" is too much; allowed is in, out or both after the host, or nothing"},
        Bad{"do: silence primary", "do: reject primary 99", 17,
            "status \"99\" is not allowed; allowed is a whole number from 100 to 699"},
        Bad{"do: silence primary", "do: reject primary 503 REGISTR", 17,
            "unknown method \"REGISTR\", did you mean \"REGISTER\"?; allowed are any, REGISTER, "
            "INVITE, ACK, BYE, CANCEL, OPTIONS, SUBSCRIBE, NOTIFY, INFO, UPDATE, PRACK, REFER, "
            "MESSAGE, PUBLISH"},
        Bad{"do: silence primary", "do: reject primary 503 REGISTER soon", 17,
            "\"soon\" is too much; allowed is CODE METHOD retry-after DURATION"},
        Bad{"do: silence primary", "do: reject primary 503 retry-after 5", 17,
            "retry-after \"5\" has no unit; allowed are ms, s, min and h, as in \"5 s\""},
        Bad{"do: silence primary", "do: slow primary", 17,
            "slow \"\" is no duration; allowed are ms, s, min and h, as in \"5 s\""},
        Bad{"do: silence primary", "do: reject dns 503", 17,
            "unknown rcode \"503\"; allowed are SERVFAIL, REFUSED, NXDOMAIN, NODATA"},
        Bad{"do: silence primary", "do: stall dns now", 17,
            "\"now\" is too much; allowed is nothing after the host"},
        Bad{"do: silence primary", "do: truncate dns 100", 17,
            "\"100\" is too much; allowed is \"without tcp\" after the host, or nothing"},
        Bad{"do: silence primary", "do: cut dns 100", 17,
            "a name server cannot be made to cut; allowed are silence, refuse, unreachable, "
            "reject, slow, stall, truncate, wrong id, rotate, link down, address gone"},
        Bad{"do: silence primary", "do: wrong id primary", 17,
            "only a name server can be made to wrong id"},
        Bad{"do: silence primary", "do: truncate primary 100", 17,
            "only a configuration server can be made to truncate"},
        Bad{"do: silence primary", "do: cut primary 100", 17,
            "only a configuration server can be made to cut"},
        Bad{"do: silence primary", "do: mute keep-alives primary", 17,
            "host \"primary\" answers no keep-alives; allowed are those with outbound: true"},
        Bad{"do: silence primary", "do: lose primary", 17,
            "\"\" says not what is lost; allowed is next COUNT, every COUNT, all but every COUNT "
            "or "
            "SHARE % [seed NUMBER], and in, out or both behind it"},
        Bad{"do: silence primary", "do: delay primary 2 min", 17,
            "delay \"2 min\" is not allowed; allowed is 1 ms to 60 s"},
        Bad{"do: silence primary", "do: stop dns", 17,
            "host \"dns\" cannot be made to stop; allowed are proxies, and servers of SIP where "
            "there is no proxy"},
        Bad{"do: silence primary", "do: crash dns", 17,
            "host \"dns\" cannot be made to crash; allowed are proxies, and servers of SIP where "
            "there is no proxy"},
        Bad{"do: silence primary", "do: crash primary now", 17,
            "\"now\" is too much; allowed is nothing after the host"},
        Bad{"do: silence primary", "do: unreachable primary now", 17,
            "\"now\" is too much; allowed is nothing after the host"},
        Bad{"do: silence primary", "do: set zone moved", 17,
            "the topology pair has no zones to set"},
        Bad{"home + 5 s", "hom + 5 s", 19,
            "unknown event \"hom\", did you mean \"home\"?; allowed are first-try, home, next-try, "
            "start, power-on"},
        Bad{"home + 5 s", "home + 5", 19,
            "at \"5\" has no unit; allowed are ms, s, min and h, as in \"5 s\""},
        Bad{"home + 5 s", "start", 19,
            "this action cannot hang on \"start\"; allowed there are power on, faults and their "
            "end"},
        Bad{"{at: home + 5 s, do: end}", "{at: home, do: dial 1002}\n  - {at: home + 5 s, do: end}",
            19, "the topology pair has no callee to dial"},
        Bad{"{at: home + 5 s, do: end}", "{do: end}", 19,
            "a step lacks the key \"at\", which is required"}));

INSTANTIATE_TEST_SUITE_P(
    Expectations, BadScenario,
    ::testing::Values(
        Bad{"unique: branch}", "unique: branch, see: home}", 46,
            "an expectation has 2 forms; allowed is exactly one of see, never, count, schedule, "
            "differ, equal, rises, "
            "unique"},
        Bad{", unique: branch}", "}", 46,
            "an expectation has 0 forms; allowed is exactly one of see, never, count, schedule, "
            "differ, equal, rises, "
            "unique"},
        Bad{"unique: branch}", "unique: branch, until: home}", 46,
            "\"until\" beside \"unique\"; none is allowed"},
        Bad{"until: home", "within: [0 s, 1 s]", 37,
            "\"within\" beside \"never\"; allowed are after until"},
        Bad{"[31.9 s, 33 s]", "[33 s, 31.9 s]", 31,
            "within is no window; allowed is [earliest, latest]"},
        Bad{"[31.9 s, 33 s]", "[33 s]", 31, "within is no window; allowed is [earliest, latest]"},
        Bad{"[0 s, 500 ms, 1.5 s]", "[0 s, 1.5 s, 500 ms]", 25,
            "at is no schedule; allowed are rising offsets from 0 s on"},
        Bad{"[0 s, 500 ms, 1.5 s]", "[500 ms, 1.5 s]", 25,
            "at is no schedule; allowed are rising offsets from 0 s on"},
        Bad{"    tolerance: 50 ms + 5 %\n", "", 22,
            "an expectation lacks the key \"tolerance\", which is required"},
        Bad{"50 ms + 5 %", "5 % + 50 ms", 26,
            "tolerance \"5 %\" has an unknown unit; allowed are ms, s, min and h, as in \"5 s\""},
        Bad{"    at_least: 1\n    at_most: 3\n", "", 38,
            "a count without bounds; allowed are at_least, at_most or both"},
        Bad{"at_most: 3", "at_most: 0", 42,
            "at_most \"0\" is not allowed; allowed is a whole number from 1 to 1000000"},
        Bad{"differ: [branch], of: [first-try, next-try]", "differ: [branch], of: [first-try]", 43,
            "of names too few events; allowed are two or more"},
        Bad{"after: next-try\n", "after: end\n", 36,
            "unknown after \"end\"; allowed are first-try, home, next-try, start, power-on"},
        Bad{"count: {request: REGISTER, to: primary, send: 1}",
            "count: {request: REGISTER, nth: 1}", 40,
            "unknown key in a pattern \"nth\"; allowed are request, response, query, answer, "
            "keepalive, kind, of, name, to, from, "
            "auth, send, where"}));

TEST_F(ScenarioLoader, CollectsAllFaultsInTheOrderOfTheirLines) {
    std::string text = changed(scenario_text, "limit: 2 min", "limit: soon");
    text = changed(text, "title:", "titel:");
    text = changed(text, "see: next-try", "see: next-tri");
    EXPECT_THAT(faults(text),
                ElementsAre(HasSubstr("move.yaml:1: a scenario lacks the key \"title\""),
                            AllOf(HasSubstr("move.yaml:2: unknown key in a scenario \"titel\""),
                                  HasSubstr("did you mean \"title\"?; allowed are id, catalogue")),
                            HasSubstr("move.yaml:20: limit \"soon\" is no duration"),
                            HasSubstr("move.yaml:29: unknown see \"next-tri\"")));
}

TEST_F(ScenarioLoader, PassesOnTheFaultsOfItsTopology) {
    folder_.write("topologies/pair.yaml", changed(test::topology_text, "runs: dns", "runs: bind"));
    EXPECT_THAT(
        faults(scenario_text),
        Contains(
            "topologies/pair.yaml:6: unknown runs \"bind\"; allowed are kamailio, dns, proxy"));
    folder_.write("topologies/pair.yaml",
                  changed(test::topology_text, "runs: dns", "runs: proxy, behind: nobody"));
    EXPECT_THAT(
        faults(scenario_text),
        Contains(
            "topologies/pair.yaml:6: unknown host \"nobody\"; allowed are primary, secondary"));
    folder_.write("topologies/pair.yaml",
                  changed(test::topology_text, "runs: dns", "runs: proxy, biehnd: primary"));
    EXPECT_THAT(faults(scenario_text),
                Contains(HasSubstr("pair.yaml:6: a host lacks the key \"behind\"")));
}

TEST_F(ScenarioLoader, SaysWhereTheFileIsNoYaml) {
    EXPECT_THAT(faults("id: [\n"), ElementsAre(HasSubstr("move.yaml:2: no YAML: ")));
    EXPECT_THAT(faults("- 1\n"),
                ElementsAre(at(1, "a scenario is no map; allowed is a map, as in {key: value}")));
    EXPECT_THAT(faults(""), ElementsAre(HasSubstr("move.yaml:1: ")));
    EXPECT_THAT(faults("id: a\n---\nid: b\n"),
                ElementsAre(at(1, "more than one YAML document; allowed is one a file")));
    EXPECT_THAT(faults("  id: a\nid: b\n"),
                ElementsAre(at(1, "more than one YAML document; allowed is one a file")));
    EXPECT_THAT(faults("{id: a}\n{id: b}\n"),
                ElementsAre(at(1, "more than one YAML document; allowed is one a file")));
    // yaml-cpp would go on for ever.
    EXPECT_THAT(faults(","), ElementsAre(at(1, "no YAML document; allowed is one a file")));
    EXPECT_THAT(faults("[a]\n,\n"), ElementsAre(HasSubstr("move.yaml:1: ")));
}

// Where an item ends the rest is a whole file again; everywhere else the loader must answer with
// faults and nothing worse.
TEST_F(ScenarioLoader, SurvivesAFileThatEndsAnywhere) {
    std::size_t faulty = 0, all = 0;
    for (std::size_t size = 0; size < scenario_text.size(); size += 13, ++all) {
        EXPECT_NO_THROW(faulty += faults(scenario_text.substr(0, size)).empty() ? 0 : 1) << size;
    }
    EXPECT_GT(faulty, all * 9 / 10);
}

TEST_F(ScenarioLoader, NamesTheNumberThatCanBeDialled) {
    folder_.write("topologies/pair.yaml", std::string(topology_text) + "callee: 1002\n");
    EXPECT_THAT(faults("{at: home + 5 s, do: end}",
                       "{at: home, do: dial 1003}\n  - {at: home + 5 s, do: end}"),
                ElementsAre(at(19, "\"1003\" is no number of the topology; allowed is 1002")));
}

}  // namespace
}  // namespace twinline::scenario
