// What the lab did wrong makes a run inconclusive and never a fail: losses, lateness, drift, and
// every way in which a proof can be missing or untrue.
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

// Each of these makes a run that would fail inconclusive, and never a fail.
struct LabFault : ::testing::Test {
    Trial trial = failing("MUST-1");

    void expect_inconc(const std::string& words) {
        for (const auto strictness : {Strictness::lenient, Strictness::strict}) {
            trial.strictness = strictness;
            const auto a = trial.judge();
            EXPECT_EQ(a.verdict, Verdict::inconc) << a.reason;
            EXPECT_THAT(a.reason, HasSubstr(words));
            EXPECT_FALSE(a.control.healthy);
            EXPECT_TRUE(has(a, Voice::expectation, Weight::fail, "MUST-1"))
                << "what was seen is told all the same";
        }
        trial.expectations = {see("next", 2s, 4s)};  // the device holds it
        EXPECT_EQ(trial.judge().verdict, Verdict::inconc) << "and no pass either";
    }
};

TEST_F(LabFault, DroppedFrames) {
    trial.extra = {rig("rig.capture", {{"received", "9"}, {"dropped", "1"}, {"if_dropped", "0"}})};
    expect_inconc("lost frames");
}

TEST_F(LabFault, FramesDroppedByTheInterface) {
    trial.extra = {rig("rig.capture", {{"received", "9"}, {"dropped", "0"}, {"if_dropped", "7"}})};
    expect_inconc("7 if_dropped");
}

TEST_F(LabFault, NoCaptureRecord) {
    trial.with_capture_record = false;
    expect_inconc("no capture record");
}

TEST_F(LabFault, ALateStimulus) {
    trial.extra = {rig("rig.lag", {{"late_ms", "250.001"}})};
    expect_inconc("late");
}

TEST_F(LabFault, APageThatSaidSoBefore) {
    trial.extra = {rig("rig.stale-page", {{"event", "dead"}})};
    expect_inconc("had \"dead\" on it before the scenario began");
}

TEST_F(LabFault, AWayThatWasHeldUp) {
    trial.extra = {rig("rig.lag", {{"late_ms", "250.001"}, {"what", "the way to primary"}})};
    expect_inconc("the way to primary was held up for 0.25");
}

TEST_F(LabFault, ClockDriftForward) {
    trial.extra = {rig("rig.clock", {{"drift_ns", "20000001"}})};
    expect_inconc("drifted");
}

TEST_F(LabFault, ClockDriftBackward) {
    trial.extra = {rig("rig.clock", {{"drift_ns", "-20000001"}})};
    expect_inconc("drifted");
}

TEST_F(LabFault, WhatCannotBeReadOverTls) {
    auto unread = rig("tls.unreadable", {{"reason", "the key log has no key of it"}});
    unread.subject = "probe-device";  // whose answers are proofs, and are missed there
    trial.extra = {unread};
    EXPECT_EQ(trial.judge().verdict, Verdict::fail);
    unread.subject = "device";
    trial.extra = {unread};
    expect_inconc("cannot be read: the key log has no key of it");
}

TEST_F(LabFault, APhoneThatWaitedForAProcessor) {
    trial.extra = {rig("rig.lag", {{"late_ms", "1000.1"}, {"what", "processor"}})};
    expect_inconc("for a processor");
}

TEST(Tolerated, AreALittleLagAndALittleDrift) {  // the "just before" of the limits above
    Trial trial;
    trial.extra = {rig("rig.lag", {{"late_ms", "250"}}),
                   rig("rig.lag", {{"late_ms", "250"}, {"what", "the way to primary"}}),
                   rig("rig.lag", {{"late_ms", "1000"}, {"what", "processor"}}),
                   rig("rig.clock", {{"drift_ns", "20000000"}}),
                   rig("rig.clock", {{"drift_ns", "-20000000"}})};
    EXPECT_EQ(trial.judge().verdict, Verdict::pass);
}

TEST(Tolerated, IsAWaitForAProcessor) {
    Trial trial;
    trial.expectations = {see("next", 0s, 2700ms), see("home", 0s, 4s)};  // it came after 3 s
    trial.extra = {rig("rig.lag", {{"late_ms", "310"}, {"what", "processor"}})};
    EXPECT_EQ(trial.judge().verdict, Verdict::pass);
}

TEST(Tolerated, LagWidensTheWindowByAsMuch) {
    Trial trial;
    trial.expectations = {see("next", 0s, 2900ms), see("home", 0s, 4s)};  // it came after 3 s
    const auto tight = trial.judge();
    EXPECT_EQ(tight.verdict, Verdict::error) << "the twin was as late";
    trial.extra = {rig("rig.lag", {{"late_ms", "100"}})};
    EXPECT_EQ(trial.judge().verdict, Verdict::pass);
}

// Proofs, for the device as for the twin.
struct Proofs : LabFault, ::testing::WithParamInterface<bool> {
    Tale& tale() { return GetParam() ? trial.device : trial.twin; }
    void drop(const std::string& phase, const std::string& from = "keyed") {
        std::erase_if(tale().events(), [&](const auto& e) {
            return e.kind == "rig.probe" && e.field("phase") == phase && e.field("from") == from;
        });
    }
    void change(const std::string& phase, const std::string& from, const std::string& result) {
        for (auto& e : tale().events())
            if (e.kind == "rig.probe" && e.field("phase") == phase && e.field("from") == from)
                e.fields["result"] = result;
    }
    void drop_from_capture(const std::string& phase, const std::string& kind,
                           const std::string& from = "keyed") {
        for (const auto& probe : timeline::Timeline(tale().events()))
            if (probe.kind == "rig.probe" && probe.field("phase") == phase &&
                probe.field("from") == from)
                std::erase_if(tale().events(), [&](const auto& e) {
                    return e.kind == kind && e.field("call_id") == probe.field("call_id");
                });
    }
};
INSTANTIATE_TEST_SUITE_P(OfBothSubjects, Proofs, ::testing::Bool(),
                         [](const auto& p) { return p.param ? "device" : "twin"; });

TEST_P(Proofs, MissingBefore) { drop("before"), expect_inconc("before: no probe"); }
TEST_P(Proofs, MissingDuring) { drop("during"), expect_inconc("during: no probe"); }
TEST_P(Proofs, MissingAfter) { drop("after"), expect_inconc("after: no probe"); }
TEST_P(Proofs, MissingOfTheOthers) {
    drop("during", "unkeyed"), expect_inconc("others during: no probe");
}
TEST_P(Proofs, OfNothingAtAll) {
    std::erase_if(tale().events(), [](const auto& e) {
        return e.kind == "rig.probe" || e.kind == "rig.fault" ||
               e.field("what") == "silence primary";
    });
    expect_inconc("nothing proves");
}
TEST_P(Proofs, OfAServerThatDidNotAnswerBefore) {
    change("before", "keyed", "silent"), expect_inconc("before: silent");
}
TEST_P(Proofs, OfAFaultThatHadNoEffect) {
    change("during", "keyed", "answered"), expect_inconc("during: answered");
}
TEST_P(Proofs, OfAServerThatStayedDead) {
    change("after", "keyed", "silent"), expect_inconc("after: silent");
}
TEST_P(Proofs, OfAServerThatWasDeadForEverybody) {
    change("during", "unkeyed", "silent"), expect_inconc("others during: silent");
}
TEST_P(Proofs, OfAServerThatWasNotReady) {
    change("ready", "keyed", "silent"), expect_inconc("answers: silent");
}
TEST_P(Proofs, ContradictedByTheCapture) {
    for (const auto* phase : {"ready", "before", "after"}) {
        trial = failing("MUST-1");
        drop_from_capture(phase, "sip.response");
        const auto a = trial.judge();
        EXPECT_EQ(a.verdict, Verdict::inconc) << phase;
        EXPECT_THAT(a.reason, HasSubstr("the capture says otherwise"));
    }
    trial = failing("MUST-1");
    drop_from_capture("during", "sip.request");
    expect_inconc("the capture says otherwise");
}
TEST_P(Proofs, ContradictedByAnAnswerInTheCapture) {
    for (const auto& probe : timeline::Timeline(tale().events())) {
        if (probe.field("phase") != "during" || probe.field("from") != "keyed") continue;
        auto answer = probe;
        answer.kind = "sip.response";
        answer.fields = {{"call_id", std::string(probe.field("call_id"))}, {"status", "200"}};
        answer.subject = "probe-" + probe.subject;
        tale().events().push_back(answer);
    }
    expect_inconc("during: silent (the capture says otherwise)");
}
TEST_P(Proofs, OfAFaultThatWasOrderedButNeverMade) {
    std::erase_if(tale().events(), [](const auto& e) {
        return e.kind == "rig.fault" || (e.kind == "rig.probe" && e.field("phase") != "ready");
    });
    expect_inconc("primary");
}

TEST_F(LabFault, AProofOfAnotherFaultDoesNotCount) {
    for (auto& e : trial.device.events())
        if (e.kind == "rig.probe" && e.field("phase") == "after") e.fields["fault_id"] = "fault-2";
    expect_inconc("after: no probe");
}

TEST(ProofFindings, NameTheServerAndWhatWasSeen) {
    auto trial = failing("MUST-1");
    for (auto& e : trial.device.events())
        if (e.kind == "rig.probe" && e.field("phase") == "after") e.fields["result"] = "silent";
    const auto a = trial.judge();
    EXPECT_TRUE(has(a, Voice::proof, Weight::inconc, "",
                    "silence of primary for the device is not proven"));
}

}  // namespace
}  // namespace twinline::test
