// The trigger matcher: which event a name means, and when what hangs on it is due.
#include "rig/scenario/matcher.hh"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using timeline::Direction;
using timeline::Event;
using timeline::Instant;

Event event(Duration at, std::string kind, Direction direction, std::string peer,
            timeline::Fields fields) {
    Event result;
    result.at = Instant(at);
    result.subject = "device";
    result.kind = std::move(kind);
    result.direction = direction;
    result.peer = std::move(peer);
    result.fields = std::move(fields);
    return result;
}

Event send(Duration at, std::string peer, std::string ordinal = "1") {
    return event(at, "sip.request", Direction::out, std::move(peer),
                 {{"method", "REGISTER"}, {"send", std::move(ordinal)}});
}

Pattern register_to(std::string peer) {
    Pattern pattern;
    pattern.kind = "sip.request";
    pattern.direction = Direction::out;
    pattern.peer = std::move(peer);
    pattern.fields = {{"method", "REGISTER"}};
    return pattern;
}

TEST(Matches, EveryMemberThatIsSet) {
    Event e = send(1s, "primary");
    EXPECT_TRUE(matches(register_to("primary"), e));
    EXPECT_TRUE(matches(register_to(""), e));
    EXPECT_TRUE(matches(Pattern{}, e));
    EXPECT_FALSE(matches(register_to("secondary"), e));
    Pattern pattern = register_to("primary");
    pattern.kind = "sip.response";
    EXPECT_FALSE(matches(pattern, e));
    pattern = register_to("primary");
    pattern.direction = Direction::in;
    EXPECT_FALSE(matches(pattern, e));
    pattern = register_to("primary");
    pattern.fields["method"] = "INVITE";
    EXPECT_FALSE(matches(pattern, e));
    pattern = register_to("primary");
    pattern.fields["auth"] = "none";
    EXPECT_FALSE(matches(pattern, e)) << "an absent field matches nothing";
}

TEST(Matches, StatusClassesPresenceAndFirstSends) {
    Event response = event(1s, "sip.response", Direction::in, "primary", {{"status", "202"}});
    auto with = [](std::string_view name, std::string value) {
        Pattern pattern;
        pattern.fields[std::string(name)] = std::move(value);
        return pattern;
    };
    EXPECT_TRUE(matches(with("status", "2xx"), response));
    EXPECT_TRUE(matches(with("status", "202"), response));
    EXPECT_FALSE(matches(with("status", "200"), response));
    EXPECT_FALSE(matches(with("status", "4xx"), response));
    EXPECT_TRUE(matches(with("status", "*"), response));
    EXPECT_FALSE(matches(with("retry_after", "*"), response));
    EXPECT_TRUE(matches(with("send", "1"), send(1s, "primary")));
    EXPECT_FALSE(matches(with("send", "1"), send(1s, "primary", "2")));
}

TEST(Matches, OptionTagsInAnyOrderAmongOthers) {
    Event e = send(1s, "primary");
    e.fields["supported"] = "path,Outbound,gruu";
    Pattern pattern = register_to("primary");
    for (const std::string wanted : {"outbound", "outbound, path", "path,outbound", "*"}) {
        pattern.fields["supported"] = wanted;
        EXPECT_TRUE(matches(pattern, e)) << wanted;
    }
    for (const std::string wanted : {"out", "outbound, timer", "outbound path gruu more"}) {
        pattern.fields["supported"] = wanted;
        EXPECT_FALSE(matches(pattern, e)) << wanted;
    }
    pattern.fields["supported"] = "outbound";
    e.fields.erase("supported");
    EXPECT_FALSE(matches(pattern, e));
}

TEST(Matches, DomainNamesWithoutRegardToCaseAndFinalDot) {
    Event query = event(1s, "dns.query", Direction::out, "dns", {{"name", "pBx.tEst."}});
    Pattern pattern;
    pattern.fields["name"] = "pbx.test";
    EXPECT_TRUE(matches(pattern, query));
    pattern.fields["name"] = "pbx.tes";
    EXPECT_FALSE(matches(pattern, query));
}

TEST(Matcher, TakesTheFirstEventOfItsSubject) {
    Scenario scenario;
    scenario.events["first-try"] = register_to("primary");
    Matcher matcher(scenario, "device");
    Event foreign = send(1s, "primary");
    foreign.subject = "twin";
    matcher.feed(foreign);
    EXPECT_FALSE(matcher.at("first-try"));
    matcher.feed(send(2s, "primary"));
    matcher.feed(send(3s, "primary"));
    EXPECT_EQ(matcher.at("first-try"), Instant(2s));
    ASSERT_TRUE(matcher.event("first-try"));
    EXPECT_EQ(matcher.event("first-try")->at, Instant(2s));
    EXPECT_FALSE(matcher.event("no-such-name"));
}

TEST(Matcher, CountsSendsForNthUnlessOnlyFirstOnesAreMeant) {
    Scenario scenario;
    scenario.events["third-send"] = register_to("primary");
    scenario.events["third-send"].nth = 3;
    scenario.events["second-request"] = register_to("primary");
    scenario.events["second-request"].nth = 2;
    scenario.events["second-request"].fields["send"] = "1";
    Matcher matcher(scenario, "device");
    matcher.feed(send(0s, "primary", "1"));
    matcher.feed(send(1s, "primary", "2"));
    EXPECT_FALSE(matcher.at("third-send"));
    matcher.feed(send(3s, "primary", "3"));
    EXPECT_EQ(matcher.at("third-send"), Instant(3s));
    EXPECT_FALSE(matcher.at("second-request"));
    matcher.feed(send(32s, "primary", "1"));
    EXPECT_EQ(matcher.at("second-request"), Instant(32s));
    EXPECT_EQ(matcher.at("third-send"), Instant(3s));
}

TEST(Matcher, CountsOnlyWhatComesAfterTheNamedEvent) {
    Scenario scenario;
    scenario.events["moved"] = register_to("secondary");
    scenario.events["back"] = register_to("primary");
    scenario.events["back"].after = "moved";
    scenario.events["again"] = register_to("secondary");
    scenario.events["again"].after = "moved";
    Matcher matcher(scenario, "device");
    matcher.feed(send(1s, "primary"));
    matcher.feed(send(2s, "secondary"));
    EXPECT_FALSE(matcher.at("back"));
    EXPECT_FALSE(matcher.at("again")) << "an event does not come after itself";
    matcher.feed(send(3s, "primary"));
    matcher.feed(send(4s, "secondary"));
    EXPECT_EQ(matcher.at("back"), Instant(3s));
    EXPECT_EQ(matcher.at("again"), Instant(4s));
}

TEST(Matcher, TellsWhenATriggerIsDue) {
    Scenario scenario;
    scenario.events["first-try"] = register_to("primary");
    scenario.events["first-try"].after = "power-on";
    Matcher matcher(scenario, "device");
    Trigger on_try{"first-try", 5s, {}};
    Trigger on_start{"start", 200ms, {}};
    EXPECT_FALSE(matcher.due(on_start));
    matcher.tell("start", Instant(1s));
    EXPECT_EQ(matcher.due(on_start), Instant(1200ms));
    matcher.tell("power-on", Instant(3s));
    matcher.feed(send(2s, "primary"));
    EXPECT_FALSE(matcher.due(on_try)) << "sent before the power-on";
    matcher.feed(send(4s, "primary"));
    EXPECT_EQ(matcher.due(on_try), Instant(9s));
    matcher.tell("power-on", Instant(10s));
    EXPECT_EQ(matcher.at("power-on"), Instant(3s)) << "what is told first holds";
}

}  // namespace
}  // namespace twinline::scenario
