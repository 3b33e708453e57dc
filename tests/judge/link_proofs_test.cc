// How a fault of a link is proven, and what disproves it: the rig's datagrams by their number, told
// by hand.
#include "rig/judge/proofs.hh"
#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;
using Answers = std::vector<Duration>;

struct LinkProof : ::testing::Test {
    Answers before{1ms}, others{1ms}, after{1ms};
    std::vector<Answers> during;
    bool in_order = true;  // the rig's own order of the questions, and that on the wire

    judge::Proof proof(const std::string& fault, const std::string& operands) const {
        Tale tale;
        unsigned count = 0;
        const auto ask = [&](Duration at, const std::string& from, const std::string& phase,
                             const Answers& answers) {
            const auto id = "probe-" + std::to_string(++count);
            const auto tell = [&](Duration when, const std::string& kind) {
                tale.rig(when, kind, {{"call_id", id}, {"status", "200"}});
                tale.events().back().subject = from == "keyed" ? "probe-device" : "probe-unkeyed";
                tale.events().back().peer = "primary";
            };
            tell(at, "sip.request");
            for (const auto later : answers) tell(at + later, "sip.response");
            tale.rig(at + 600ms, "rig.probe",
                     {{"host", "primary"},
                      {"from", from},
                      {"phase", phase},
                      {"result", answers.empty() ? "silent" : "answered"},
                      {"call_id", id},
                      {"fault_id", "fault-1"}});
        };
        const auto state = [&](Duration at, const std::string& is) {
            tale.rig(at, "rig.fault",
                     {{"fault", fault},
                      {"host", "primary"},
                      {"operands", operands},
                      {"state", is},
                      {"fault_id", "fault-1"}});
        };
        ask(0s, "keyed", "before", before);
        state(1s, "on");
        for (unsigned nth = 1; nth <= during.size(); ++nth)
            ask(1010ms + std::chrono::microseconds(in_order ? nth : 100 - nth), "keyed",
                nth == 1 ? "during" : "during " + std::to_string(nth), during[nth - 1]);
        ask(1020ms, "unkeyed", "during", others);
        state(5s, "off");
        ask(5010ms, "keyed", "after", after);
        const auto observed = timeline_of({tale});
        const auto scenario = scenario_of({});
        const auto known = clauses();
        const judge::Evidence evidence{
            scenario, known, "device", observed, observed, &observed, judge::Strictness::lenient,
            {}};
        const auto proofs = judge::check_proofs(evidence, "device");
        return proofs.empty() ? judge::Proof{} : proofs.front();
    }
    bool holds(const std::string& fault, const std::string& operands) const {
        return proof(fault, operands).holds;
    }
};

TEST_F(LinkProof, ALossIsOfItsNumbers) {
    during = {{}, {}, {1ms}};
    EXPECT_TRUE(holds("lose", "next 2 in")) << proof("lose", "next 2 in").text;
    EXPECT_THAT(proof("lose", "next 2 in").text,
                HasSubstr("during: lost, lost, answered after 0.001 s"));
    EXPECT_EQ(proof("lose", "next 2 in").frames.size(), 10U);
    EXPECT_FALSE(holds("lose", "next 1 in"));
    EXPECT_FALSE(holds("lose", "every 3 in"));
    EXPECT_TRUE(holds("lose", "all but every 3 in"));
    during = {{1ms}, {}, {}};
    EXPECT_FALSE(holds("lose", "next 2 in"));
    in_order = false;
    EXPECT_TRUE(holds("lose", "next 2 in")) << "the wire says which was first";
}

TEST_F(LinkProof, TooFewQuestionsShowNothing) {
    during = {{}, {}};
    EXPECT_FALSE(holds("lose", "next 2 in"));
    during = {};
    EXPECT_FALSE(holds("delay", "100 ms"));
}

TEST_F(LinkProof, ADelayIsNoShorterAndNotMuchLonger) {
    for (const auto& [late, proven] : std::vector<std::pair<Duration, bool>>{
             {199ms, false}, {200ms, true}, {450ms, true}, {451ms, false}}) {
        during = {{late}};
        EXPECT_EQ(holds("delay", "100 ms"), proven) << late.count();
    }
    during = {{}};
    EXPECT_FALSE(holds("delay", "100 ms"));
}

TEST_F(LinkProof, NobodyElseIsLateNorBeforeNorAfter) {
    during = {{200ms}};
    for (auto* served : {&before, &others, &after}) {
        *served = {199ms};
        EXPECT_TRUE(holds("delay", "100 ms"));
        for (const auto& no : {Answers{200ms}, Answers{}, Answers{1ms, 2ms}}) {
            *served = no;
            EXPECT_FALSE(holds("delay", "100 ms"));
        }
        *served = {1ms};
    }
}

TEST_F(LinkProof, ADuplicateIsAnsweredAsOftenAsItComes) {
    during = {{1ms, 2ms}};
    EXPECT_TRUE(holds("duplicate", "out"));
    EXPECT_FALSE(holds("duplicate", "")) << "twice there, and each answer twice back";
    during = {{1ms}};
    EXPECT_FALSE(holds("duplicate", "in"));
}

TEST_F(LinkProof, TheSecondAnswerComesFirst) {
    during = {{51ms}, {1ms}};
    EXPECT_TRUE(holds("reorder", "50 ms in"));
    during = {{1ms}, {51ms}};
    EXPECT_FALSE(holds("reorder", "50 ms in"));
}

TEST_F(LinkProof, WhatCannotBeReadIsNotProven) {
    during = {{1ms}};
    EXPECT_FALSE(holds("delay", "long"));
    EXPECT_FALSE(holds("lose", "some"));
}

}  // namespace
}  // namespace twinline::test
