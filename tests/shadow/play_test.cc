// Scenarios in virtual time: the right requests at the right instants, each with its reason, each
// fault with its proofs, and the same timeline from the same seed.
#include "tests/shadow/stage.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace twinline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using timeline::Timeline;

std::vector<std::string> fields(const Events& events, std::string_view name) {
    std::vector<std::string> list;
    for (const auto* event : events) list.emplace_back(event->field(name));
    return list;
}

struct Boot : ::testing::Test {
    const Timeline played = play_both(boot());
};

TEST_F(Boot, LocatesRegistersAnswersTheChallengeAndRests) {  // RFC-3263-01, RFC-3261-22
    for (const auto* subject : {"device", "twin"}) {
        SCOPED_TRACE(ladder_of(played, subject));
        EXPECT_THAT(fields(of_kind(played, subject, "dns.query"), "type"),
                    ElementsAre("NAPTR", "SRV", "A", "A"));
        const auto requests = sent_to(played, subject, "primary");
        EXPECT_THAT(fields(requests, "auth"), ElementsAre("none", "credentials"));
        EXPECT_THAT(fields(requests, "cseq"), ElementsAre("1", "2"));
        EXPECT_THAT(fields(of_kind(played, subject, "sip.response"), "status"),
                    ElementsAre("401", "200"));
        EXPECT_THAT(sent_to(played, subject, "secondary"), IsEmpty());
    }
}

TEST_F(Boot, ShowsTheUserWhatBecameOfIt) {
    EXPECT_THAT(fields(of_kind(played, "device", "rig.display"), "line_state"),
                ElementsAre("registering", "registered"));
    EXPECT_EQ(of_kind(played, "device", "rig.display").back()->field("server"), "192.0.2.11:5060");
}

TEST_F(Boot, GivesEveryRequestTheReasonOfTheDecisionThatCausedIt) {
    for (const auto& event : played) {
        if (event.subject != "device" || event.direction != timeline::Direction::out) continue;
        EXPECT_FALSE(event.clauses.empty()) << event.kind << " " << event.field("name");
        const auto decided = std::ranges::any_of(
            of_kind(played, "device", "rig.decision"), [&](const timeline::Event* d) {
                return d->at == event.at && d->clauses == event.clauses;
            });
        EXPECT_TRUE(decided) << "no decision of this instant has these clauses";
    }
}

TEST_F(Boot, ProvesThatEveryServerIsReady) {
    for (const auto* subject : {"device", "twin"}) {
        const auto probes = of_kind(played, subject, "rig.probe");
        EXPECT_THAT(fields(probes, "host"),
                    ::testing::UnorderedElementsAre("primary", "secondary"));
        EXPECT_THAT(fields(probes, "result"), ::testing::Each("answered"));
    }
}

TEST_F(Boot, EndsTenSecondsAfterItIsHome) {
    const auto home = of_kind(played, "device", "sip.response").back()->at;
    const auto stimuli = of_kind(played, "device", "rig.stimulus");
    EXPECT_THAT(fields(stimuli, "what"), ElementsAre("power on", "end"));
    EXPECT_EQ(stimuli.back()->at - home, 10s);
}

TEST_F(Boot, NumbersEventsInOrderOfTimeAndLosesNoFrame) {
    std::uint64_t frame = 0;
    for (std::size_t i = 0; i < played.size(); ++i) {
        EXPECT_EQ(played[i].id, i + 1);
        EXPECT_GE(played[i].at, played[i > 0 ? i - 1 : 0].at);
        if (!played[i].frame) continue;
        EXPECT_EQ(*played[i].frame, ++frame);
    }
    const auto capture = of_kind(played, "", "rig.capture");
    ASSERT_THAT(capture, SizeIs(1));
    EXPECT_EQ(capture[0]->field("received"), std::to_string(frame));
    EXPECT_EQ(capture[0]->field("dropped"), "0");
}

struct Failover : ::testing::Test {
    const Timeline played = play_both(failover());
};

TEST_F(Failover, SendsElevenTimesAndTurnsToTheSecondaryAt32Seconds) {  // RFC-3261-E, RFC-3261-F
    using D = std::chrono::milliseconds;
    for (const auto* subject : {"device", "twin"}) {
        SCOPED_TRACE(ladder_of(played, subject));
        std::vector<timeline::Duration> offsets;
        const auto sends = sent_to(played, subject, "primary");
        ASSERT_THAT(sends, Not(IsEmpty()));
        for (const auto* send : sends) offsets.push_back(send->at - sends.front()->at);
        EXPECT_THAT(offsets, ElementsAre(D{0}, D{500}, D{1500}, D{3500}, D{7500}, D{11500},
                                         D{15500}, D{19500}, D{23500}, D{27500}, D{31500}));
        const auto next = sent_to(played, subject, "secondary");
        ASSERT_THAT(next, SizeIs(2));
        EXPECT_EQ(next[0]->at - sends.front()->at, 32s);
        EXPECT_NE(next[0]->field("branch"), sends.front()->field("branch"));
        EXPECT_THAT(next[0]->clauses, ::testing::Contains("RFC-3263-07"));
        EXPECT_EQ(next[1]->field("auth"), "credentials");
        EXPECT_EQ(next[1]->clauses.front(), "RFC-3261-22");
    }
}

TEST_F(Failover, JoinsEachRetransmissionToItsOwnDecision) {
    const auto sends = sent_to(played, "device", "primary");
    for (std::size_t i = 1; i < sends.size(); ++i)
        EXPECT_THAT(sends[i]->clauses, ElementsAre("RFC-3261-E")) << i;
    EXPECT_THAT(sends[0]->clauses, Not(::testing::Contains("RFC-3261-E")));
}

TEST_F(Failover, ProvesTheSilenceBeforeDuringAndAfter) {
    for (const auto* subject : {"device", "twin"}) {
        std::map<std::string, std::string> results;
        for (const auto* probe : of_kind(played, subject, "rig.probe"))
            if (!probe->field("fault_id").empty())
                results[std::string(probe->field("from")) + " " +
                        std::string(probe->field("phase"))] = probe->field("result");
        EXPECT_THAT(results,
                    ::testing::UnorderedElementsAre(::testing::Pair("keyed before", "answered"),
                                                    ::testing::Pair("keyed during", "silent"),
                                                    ::testing::Pair("unkeyed during", "answered"),
                                                    ::testing::Pair("keyed after", "answered")));
        EXPECT_THAT(fields(of_kind(played, subject, "rig.fault"), "state"),
                    ElementsAre("on", "off"));
    }
}

TEST_F(Failover, TheSilenceIsOnBeforeTheFirstRequest) {
    const auto on = of_kind(played, "device", "rig.fault").front();
    EXPECT_LT(on->at, sent_to(played, "device", "primary").front()->at);
    EXPECT_THAT(of_kind(played, "device", "sip.response"), SizeIs(2))
        << "401 and 200, none of primary";
}

TEST(Playing, GivesTheSameOctetsForTheSameSeed) {
    for (const auto* scenario : {&boot(), &failover()})
        for (std::uint64_t seed = 1; seed <= 5; ++seed)
            EXPECT_EQ(text_of(play_both(*scenario, seed)), text_of(play_both(*scenario, seed)))
                << scenario->id << " seed " << seed;
}

TEST(Playing, GivesOtherNamesForAnotherSeed) {
    EXPECT_NE(text_of(play_both(boot(), 1)), text_of(play_both(boot(), 2)));
}

TEST(Playing, ASubjectAloneDoesWhatItDoesInCompany) {
    for (const auto* scenario : {&boot(), &failover()}) {
        const auto alone = shadow::play(*scenario, {{"device", {}}}, 7);
        const auto together = play_both(*scenario, 7);
        EXPECT_EQ(ladder_of(alone, "device"), ladder_of(together, "device"));
        EXPECT_THAT(ladder_of(alone, "twin"), IsEmpty());
    }
}

TEST(Playing, OneSubjectsFaultIsNotTheOthers) {  // keyed by the subject and its probe
    auto scenario = failover();
    const auto alone = shadow::play(scenario, {{"twin", {}}}, 1);
    EXPECT_THAT(of_kind(alone, "device", "rig.fault"), IsEmpty());
    EXPECT_THAT(of_kind(alone, "twin", "rig.fault"), SizeIs(2));
}

TEST(Playing, EndsAtTheLimitWhenThePhoneNeverComesHome) {
    auto scenario = failover();
    scenario.limit = 20s;
    const auto played = shadow::play(scenario, {{"device", {}}}, 1);
    const auto stimuli = of_kind(played, "device", "rig.stimulus");
    EXPECT_EQ(stimuli.back()->field("what"), "limit reached");
    EXPECT_EQ(stimuli.back()->at - stimuli[1]->at, 20s) << "after power-on";
    EXPECT_THAT(sent_to(played, "device", "secondary"), IsEmpty());
    EXPECT_EQ(of_kind(played, "device", "rig.fault").back()->field("state"), "off")
        << "what the rig broke it heals";
}

TEST(Playing, TellsNothingOfAPhoneWhosePartIsOver) {
    const auto played = play_both(failover());
    const auto end = of_kind(played, "device", "rig.stimulus").back();
    for (const auto& event : played) {
        if (event.subject != "device" || event.id <= end->id) continue;
        EXPECT_TRUE(event.kind == "rig.fault" || event.kind == "rig.probe") << event.kind;
    }
}

scenario::Step step(std::string event, scenario::Duration offset, scenario::ActionKind action,
                    std::string target = {}) {
    return {{std::move(event), offset, {}}, action, std::move(target), {}};
}

TEST(Playing, UnregistersAndRegistersAgain) {  // RFC 3261 10.2.2
    using scenario::ActionKind;
    auto scenario = boot();
    scenario.steps = {
        step("start", 0s, ActionKind::power_on), step("home", 1s, ActionKind::unregister),
        step("home", 2s, ActionKind::register_again), step("home", 5s, ActionKind::end)};
    const auto played = shadow::play(scenario, {{"device", {}}}, 1);
    EXPECT_THAT(fields(sent_to(played, "device", "primary"), "expires"),
                ElementsAre("3600", "3600", "0", "3600"));
    EXPECT_EQ(of_kind(played, "device", "rig.display").back()->field("line_state"), "registered");
}

TEST(Playing, HealsAServerInTheMiddleOfATransaction) {
    using scenario::ActionKind;
    auto scenario = failover();
    scenario.steps.push_back(step("first-try", 2s, ActionKind::heal, "primary"));
    scenario.events.at("home").peer = "primary";
    const auto played = shadow::play(scenario, {{"device", {}}}, 1);
    EXPECT_THAT(sent_to(played, "device", "primary"), SizeIs(5))
        << "0, 0.5, 1.5 and 3.5 s, then the one with credentials";
    EXPECT_THAT(sent_to(played, "device", "secondary"), IsEmpty());
    EXPECT_THAT(of_kind(played, "device", "rig.fault"), SizeIs(2)) << "healed once";
}

TEST(Playing, SilencingASilentServerIsOneFault) {
    using scenario::ActionKind;
    auto scenario = failover();
    scenario.steps.push_back(step("first-try", 2s, ActionKind::treat, "primary"));
    const auto played = shadow::play(scenario, {{"device", {}}}, 1);
    EXPECT_THAT(fields(of_kind(played, "device", "rig.fault"), "state"), ElementsAre("on", "off"));
}

TEST(Playing, RefusesAConfigurationWithTheLineOfTheScenarioFile) {
    auto scenario = boot();
    scenario.place.file = "some.yaml";
    scenario.config =
        "account.1.enable = 1\naccount.1.user = 1001\naccount.1.expires = soon\n"
        "account.1.registrar = pbx.test\n";
    scenario.config_line = 40;
    try {
        shadow::play(scenario, {{"device", {}}}, 1);
        FAIL() << "played with expires = soon";
    } catch (const scenario::BadInput& bad) {
        ASSERT_THAT(bad.faults(), SizeIs(1));
        EXPECT_EQ(bad.faults()[0].place.to_string(), "some.yaml:42");
    }
    scenario.vendor = "nobody";
    EXPECT_THROW(shadow::configuration_of(scenario), scenario::BadInput);
}

TEST(Playing, OfTwoHundredSeedsAlwaysComesHomeAtTheSecondary) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const auto played = shadow::play(failover(), {{"device", {}}}, seed);
        const auto displays = of_kind(played, "device", "rig.display");
        ASSERT_FALSE(displays.empty());
        ASSERT_EQ(displays.back()->field("server"), "192.0.2.12:5060")
            << "seed " << seed << '\n'
            << ladder_of(played, "device");
    }
}

TEST(Play, GivesTheSameDayFromTheSameSeed) {
    const auto& day = catalogue().scenarios.at("yealink/register/a-day");
    const auto first = text_of(play_both(day, 7));
    EXPECT_EQ(first, text_of(play_both(day, 7)));
    EXPECT_NE(first, text_of(play_both(day, 8)));
    EXPECT_GT(first.size(), 100'000U) << "a day without traffic";
}

}  // namespace
}  // namespace twinline::test
