// From evidence to verdict: what the lab did is never blamed on the device, a reference that breaks
// an expectation is suspect, and nothing passes in which nothing happened.
#include "rig/scenario/handset.hh"
#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using judge::Strictness;
using judge::Verdict;
using judge::Voice;
using judge::Weight;
using ::testing::HasSubstr;

TEST(Verdicts, AreOrderedAsTtcn3OrdersThem) {  // ES 201 873-1 section 24.1
    const std::vector<Verdict> order{Verdict::none, Verdict::pass, Verdict::inconc, Verdict::fail,
                                     Verdict::error};
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = 0; j < order.size(); ++j)
            EXPECT_EQ(worse(order[i], order[j]), order[std::max(i, j)]);
    for (const auto verdict : order) {
        EXPECT_EQ(worse(verdict, Verdict::not_applicable), verdict) << "it stands beside them";
        EXPECT_EQ(worse(Verdict::not_applicable, verdict), verdict);
    }
    EXPECT_EQ(worse(Verdict::not_applicable, Verdict::not_applicable), Verdict::not_applicable);
}

TEST(Verdicts, AreReadByTheNamesThatTheyPrint) {
    const std::vector<std::pair<Verdict, std::string>> names{
        {Verdict::none, "none"},     {Verdict::pass, "pass"},
        {Verdict::inconc, "inconc"}, {Verdict::fail, "fail"},
        {Verdict::error, "error"},   {Verdict::not_applicable, "not applicable"}};
    for (const auto& [verdict, name] : names) {
        EXPECT_EQ(to_string(verdict), name);
        Verdict read{};
        EXPECT_TRUE(parse(name, read));
        EXPECT_EQ(read, verdict);
    }
    auto untouched = Verdict::fail;
    EXPECT_FALSE(parse("passed", untouched));
    EXPECT_FALSE(parse("", untouched));
    EXPECT_EQ(untouched, Verdict::fail);
}

TEST(Pass, IsGivenToADeviceThatDidWhatItShould) {
    const auto a = Trial{}.judge();
    EXPECT_EQ(a.verdict, Verdict::pass) << a.reason;
    EXPECT_TRUE(a.control.healthy) << a.control.text;
    EXPECT_EQ(a.findings.size(), 1U) << "one an expectation, also when it holds";
    EXPECT_EQ(a.proofs.size(), 6U);
    EXPECT_EQ(a.device, "a phone");
    EXPECT_EQ(a.scenario, "test/tale");
}

TEST(Handsets, ThatBootByThemselvesFail) {
    Trial trial;
    trial.device.rig(6s, "rig.reboot", {{"text", "asked for an address"}});
    auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::fail) << a.reason;
    EXPECT_THAT(a.reason, HasSubstr("the device booted by itself"));
    EXPECT_THAT(a.reason, HasSubstr("asked for an address"));
    trial = {};
    trial.device.rig(20s, "rig.reboot", {{"text", "asked for an address"}});
    EXPECT_EQ(trial.judge().verdict, Verdict::pass) << "after its end it is nobody's business";
}

// What it then leaves undone is no breach of a clause.
TEST(ACrash, IsTheDevicesOwnFailureAndNoClausesBreach) {
    const auto ended_at = [](timeline::Duration at, bool crashes) {
        Trial trial;
        auto& events = trial.device.events();
        const auto zero = events.front().at;  // of power-on
        std::erase_if(events, [&](const timeline::Event& event) {
            return event.subject == "device" && event.kind.starts_with("sip.") &&
                   event.at > zero + at;
        });
        if (crashes) trial.device.rig(at, "rig.crash", {{"text", "was ended by signal 11"}});
        return trial.judge();
    };
    const auto blamed = [](const judge::Assessment& a) {
        return std::ranges::count_if(a.findings, [](const judge::Finding& finding) {
            return finding.weight == Weight::fail && !finding.clause.empty();
        });
    };
    EXPECT_GT(blamed(ended_at(2s, false)), 0);
    const auto a = ended_at(2s, true);
    EXPECT_EQ(a.verdict, Verdict::fail) << a.reason;
    EXPECT_THAT(a.reason, HasSubstr("the device crashed"));
    EXPECT_THAT(a.reason, HasSubstr("it was ended by signal 11"));
    EXPECT_EQ(a.findings.size(), 1U) << "nor is what it did not do a merit";
}

TEST(Handsets, AreNotHeardBeforeTheyHaveTheirConfiguration) {
    Trial trial;
    trial.expectations.push_back(see("first", 0s, 2s, "power-on"));
    EXPECT_EQ(trial.judge().verdict, Verdict::pass) << trial.judge().reason;
    // What an earlier configuration made it send, and what it wants of the rig itself.
    trial.device.send(-500ms, "secondary", {{"branch", "old"}, {"cseq", "9"}});
    trial.device.send(500ms, scenario::services_address, {{"branch", "own"}, {"cseq", "1"}});
    trial.device.send(500ms, scenario::services_address, {{"reason", "no key"}});
    trial.device.events().back().kind = "tls.unreadable";
    EXPECT_EQ(trial.judge().verdict, Verdict::pass) << trial.judge().reason;
    const auto before = trial.judge().findings.size();
    trial.device.send(500ms, "secondary", {{"branch", "new"}, {"cseq", "9"}});
    EXPECT_GT(trial.judge().findings.size(), before) << "afterwards it is heard";
}

TEST(Handsets, AreNotHeardWhileTheyTakeAFirmware) {
    Trial trial;
    trial.device.rig(5s, "rig.off", {{"what", "flash 1.0.7"}});
    trial.device.rig(7s, "rig.stimulus", {{"what", "flash 1.0.7"}});
    const auto before = trial.judge().findings.size();
    trial.device.send(6s, "secondary", {{"branch", "old"}, {"cseq", "9"}});
    EXPECT_EQ(trial.judge().verdict, Verdict::pass) << trial.judge().reason;
    EXPECT_EQ(trial.judge().findings.size(), before);
    trial.device.send(8s, "secondary", {{"branch", "new"}, {"cseq", "9"}});
    EXPECT_GT(trial.judge().findings.size(), before) << "afterwards it is heard";
}

TEST(Fail, IsGivenForAMust) {
    const auto a = failing("MUST-1").judge();
    EXPECT_EQ(a.verdict, Verdict::fail);
    EXPECT_THAT(a.reason, HasSubstr("MUST-1"));
    EXPECT_TRUE(has(a, Voice::expectation, Weight::fail, "MUST-1", "too late"));
}

TEST(Fail, IsADeviationForAShouldAndAFailWhenStrict) {
    auto trial = failing("SHOULD-1");
    const auto lenient = trial.judge();
    EXPECT_EQ(lenient.verdict, Verdict::pass);
    EXPECT_THAT(lenient.reason, HasSubstr("SHOULD-1"));
    EXPECT_TRUE(has(lenient, Voice::expectation, Weight::deviation, "SHOULD-1"));
    trial.strictness = Strictness::strict;
    const auto strict = trial.judge();
    EXPECT_EQ(strict.verdict, Verdict::fail);
    EXPECT_TRUE(has(strict, Voice::expectation, Weight::fail, "SHOULD-1"));
}

TEST(Fail, IsNeverGivenForWhatIsOnlyObserved) {
    auto trial = failing("SEEN-1");
    trial.strictness = Strictness::strict;
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::pass);
    EXPECT_TRUE(has(a, Voice::expectation, Weight::observation, "SEEN-1"));
}

TEST(Inconc, IsGivenWhenAnExpectationWasNotReached) {
    Trial trial;
    trial.expectations.push_back(see("home", 0s, 1s, "never-seen"));
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::inconc);
    EXPECT_THAT(a.reason, HasSubstr("1 expectation"));
}

TEST(Inconc, YieldsToAFailWhenAnExpectationWasNotReached) {
    auto trial = failing("MUST-1");
    trial.expectations.push_back(see("home", 0s, 1s, "never-seen"));
    EXPECT_EQ(trial.judge().verdict, Verdict::fail);
}

TEST(Nothing, ThatWasExercisedNeverPasses) {
    Trial trial;
    trial.expectations.clear();
    EXPECT_EQ(trial.judge().verdict, Verdict::inconc);
    trial.expectations = {see("home", 0s, 1s, "never-seen")};
    EXPECT_EQ(trial.judge().verdict, Verdict::inconc);
    trial.expectations = {see("never-seen", 0s, 1s, "first", "SEEN-1")};
    EXPECT_EQ(trial.judge().verdict, Verdict::inconc) << "an observation exercises nothing";
}

TEST(Deviations, AloneAreSomethingThatWasExercised) {
    Trial trial;
    trial.has_twin = false;
    trial.expectations = {see("home", 0s, 1s, "first", "SHOULD-1")};
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::pass);
    EXPECT_THAT(a.reason, HasSubstr("with deviations"));
}

TEST(Error, IsGivenToADeviceThatNeverSentAPacket) {
    Trial trial;
    std::erase_if(trial.device.events(), [](const auto& e) {
        return e.subject == "device" && e.kind.starts_with("sip.");
    });
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::error);
    EXPECT_THAT(a.reason, HasSubstr("never sent a packet"));
}

TEST(Error, IsGivenToADeviceWhoseMachineAloneSpeaks) {
    Trial trial;
    for (auto& e : trial.device.events()) {
        if (e.subject != "device" || !e.kind.starts_with("sip.")) continue;
        e.kind = "dns.query";
        e.fields = {{"name", "debian"}, {"type", "A"}};
    }
    EXPECT_EQ(trial.judge().verdict, Verdict::error) << "no name of its servers";
    for (auto& e : trial.device.events())
        if (e.kind == "dns.query") e.fields["name"] = "sip.pbx.test";
    EXPECT_NE(trial.judge().verdict, Verdict::error);
    for (auto& e : trial.device.events())
        if (e.kind == "dns.query") e.fields["name"] = "192.0.2.11.lan";
    EXPECT_NE(trial.judge().verdict, Verdict::error) << "something of what it was told";
}

TEST(Error, IsGivenWhenNobodyPoweredASubjectOn) {
    for (const bool device : {true, false}) {
        Trial trial;
        auto& events = (device ? trial.device : trial.twin).events();
        std::erase_if(events, [](const auto& e) { return e.field("what") == "power on"; });
        EXPECT_EQ(trial.judge().verdict, Verdict::error);
    }
}

TEST(Error, IsGivenForTroubleOfTheRig) {
    auto trial = failing("MUST-1");
    trial.extra = {rig("rig.trouble", {{"text", "kamailio ended"}}),
                   rig("rig.trouble", {{"text", "and so on"}})};
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::error);
    EXPECT_EQ(a.reason, "kamailio ended") << "the first trouble is the reason";
    EXPECT_TRUE(has(a, Voice::control, Weight::error, "", "kamailio ended"));
}

TEST(Error, IsGivenForATwinThatBreaksAnExpectation) {
    auto trial = failing("MUST-1");
    trial.twin = trial.expected_twin = trial.device.for_subject("twin");
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::error);
    EXPECT_THAT(a.reason, HasSubstr("reference suspect"));
    EXPECT_THAT(a.reason, HasSubstr("MUST-1"));
    EXPECT_FALSE(a.control.healthy);
}

TEST(Error, IsGivenForATwinThatDeviatesToo) {
    auto trial = failing("SHOULD-1");
    trial.twin = trial.expected_twin = trial.device.for_subject("twin");
    EXPECT_EQ(trial.judge().verdict, Verdict::error);
}

TEST(Inconc, IsGivenForATwinThatLeavesItsPrediction) {
    auto trial = failing("MUST-1");
    trial.expectations = {see("next", 1s, 4s)};
    for (auto& event : trial.twin.events())
        if (event.peer == "secondary" && event.kind == "sip.request" &&
            event.field("branch") == "b2")
            event.at -= 1400ms;
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::inconc);
    EXPECT_FALSE(a.control.healthy);
    EXPECT_THAT(a.control.text, HasSubstr("left its prediction"));
}

}  // namespace
}  // namespace twinline::test
