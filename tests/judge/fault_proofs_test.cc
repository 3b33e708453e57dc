// How each kind of fault is proven, and what does not prove it: told on the wire of the rig's probe
// by a tale whose silence is turned into the fault.
#include "rig/judge/proofs.hh"
#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;
using timeline::Event;

struct FaultProof : ::testing::Test {
    std::string fault = "silence", operands;
    std::string during = "silent";  // the result that the rig wrote down
    std::string status;             // of the answer during; empty: none came
    timeline::Duration late{};      // how long it took
    bool unreachable = false;
    std::string code = "3";
    bool others_answered = true;

    judge::Proof proof() const {
        Tale tale = good_tale();
        std::string call_id;
        for (auto& event : tale.events()) {
            if (event.kind == "rig.fault") {
                event.fields["fault"] = fault;
                event.fields["operands"] = operands;
            }
            if (event.field("what") == "silence primary")
                event.fields["what"] =
                    fault + " primary" + (operands.empty() ? "" : " ") + operands;
            if (event.kind == "rig.probe" && event.field("phase") == "during" &&
                event.field("from") == "keyed") {
                event.fields["result"] = during;
                call_id = event.field("call_id");
            }
        }
        const auto question = std::ranges::find_if(tale.events(), [&](const Event& e) {
            return e.kind == "sip.request" && e.field("call_id") == call_id;
        });
        Event back = *question;
        back.direction = timeline::Direction::in;
        back.at += late;
        if (!status.empty()) {
            back.kind = "sip.response";
            back.fields = {{"status", status}, {"call_id", call_id}};
            tale.events().push_back(back);
        }
        if (unreachable) {
            back.kind = "icmp.unreachable";
            back.fields = {{"code", code}};
            tale.events().push_back(back);
        }
        if (!others_answered)
            std::erase_if(tale.events(), [](const Event& e) {
                return e.kind == "rig.probe" && e.field("from") == "unkeyed";
            });
        const auto observed = timeline_of({tale});
        const auto scenario = scenario_of({});
        const auto known = clauses();
        const judge::Evidence evidence{
            scenario, known, "device", observed, observed, &observed, judge::Strictness::lenient,
            {}};
        for (auto& found : judge::check_proofs(evidence, "device"))
            if (found.fault == fault) return found;
        return {};
    }
};

TEST_F(FaultProof, ASilenceHearsNoAnswer) {
    EXPECT_TRUE(proof().holds) << proof().text;
    status = "200";
    EXPECT_FALSE(proof().holds);
}

TEST_F(FaultProof, ARefusalIsAnIcmpErrorAndNoAnswer) {
    fault = "refuse", during = "refused", unreachable = true;
    EXPECT_TRUE(proof().holds) << proof().text;
    unreachable = false;
    EXPECT_FALSE(proof().holds) << "mere silence";
    unreachable = true, during = "silent";
    EXPECT_FALSE(proof().holds);
}

TEST_F(FaultProof, ARejectionIsTheOrderedStatus) {
    fault = "reject", operands = "503 retry-after 30 s", during = "answered", status = "503";
    EXPECT_TRUE(proof().holds) << proof().text;
    status = "200";
    EXPECT_FALSE(proof().holds);
    EXPECT_THAT(proof().text, HasSubstr("the capture says otherwise"));
    status = "";
    EXPECT_FALSE(proof().holds);
}

TEST_F(FaultProof, ASlowAnswerTakesItsTime) {
    fault = "slow", operands = "800 ms", status = "200", late = 799ms;
    EXPECT_FALSE(proof().holds);
    late = 800ms;
    EXPECT_TRUE(proof().holds) << proof().text;
}

TEST_F(FaultProof, AHeldAnswerComesAfterTheHealing) {  // the tale heals 9.8 s after the onset
    fault = "stall", status = "200", late = 5s;
    EXPECT_FALSE(proof().holds);
    late = 11s;
    EXPECT_TRUE(proof().holds) << proof().text;
}

TEST_F(FaultProof, AHostThatIsGoneIsToldOfByARouter) {
    fault = "unreachable", unreachable = true, code = "1";
    EXPECT_TRUE(proof().holds) << proof().text;
    during = "refused";
    EXPECT_TRUE(proof().holds) << "whatever the asker's kernel told it";
    code = "3";
    EXPECT_FALSE(proof().holds) << "a closed port";
    unreachable = false;
    EXPECT_FALSE(proof().holds) << "mere silence";
    unreachable = true, code = "1", status = "200";
    EXPECT_FALSE(proof().holds);
}

TEST_F(FaultProof, AHostOffTheNetworkIsToldOfByARouterToo) {
    for (const auto* word : {"link down", "address gone"}) {
        fault = word, unreachable = true, code = "1", status = "", others_answered = false;
        EXPECT_TRUE(proof().holds) << "it is gone for everybody: " << proof().text;
        unreachable = false;
        EXPECT_FALSE(proof().holds) << "mere silence";
        unreachable = true, status = "200", late = 5s;
        EXPECT_FALSE(proof().holds) << "somebody still answers";
        late = 11s;
        EXPECT_TRUE(proof().holds) << "what the router had kept: " << proof().text;
    }
}

TEST_F(FaultProof, AHungServerAnswersOnceItGoesOn) {  // 9.8 s after the onset
    fault = "stop", status = "200", late = 11s;
    EXPECT_TRUE(proof().holds) << proof().text;
    others_answered = false;
    EXPECT_TRUE(proof().holds) << "it hangs for everybody";
    late = 5s;
    EXPECT_FALSE(proof().holds);
    status = "";
    EXPECT_FALSE(proof().holds) << "a dead server";
}

TEST_F(FaultProof, ACrashedServerIsRefusedForByItsKernel) {
    fault = "crash", during = "refused", unreachable = true;
    EXPECT_TRUE(proof().holds) << proof().text;
    others_answered = false;
    EXPECT_TRUE(proof().holds) << "it is gone for everybody";
    unreachable = false;
    EXPECT_FALSE(proof().holds) << "mere silence";
    unreachable = true, status = "200";
    EXPECT_FALSE(proof().holds) << "somebody still answers";
}

TEST_F(FaultProof, AnUnknownFaultIsNeverProven) {
    fault = "flood";
    EXPECT_FALSE(proof().holds);
}

// Keep-alives that go unanswered: the rig's own, and the subject's.
struct MuteProof : ::testing::Test {
    bool answered_during = false;      // the rig's ping
    std::vector<Duration> pongs_at{};  // to the subject; on from 1 s to 5 s

    judge::Proof proof() const {
        Tale tale;
        unsigned count = 0;
        const auto told = [&](Duration at, std::string kind, const std::string& subject,
                              timeline::Fields fields) {
            tale.rig(at, std::move(kind), std::move(fields));
            tale.events().back().subject = subject;
            tale.events().back().peer = "primary";
        };
        const auto probe = [&](Duration at, const std::string& from, const std::string& phase,
                               bool answered) {
            const auto id = std::to_string(++count);
            const auto asker = from == "keyed" ? "probe-device" : "probe-unkeyed";
            told(at, "keepalive.ping", asker, {{"transaction", id}});
            if (answered) told(at + 1ms, "keepalive.pong", asker, {{"transaction", id}});
            tale.rig(at + 2ms, "rig.probe",
                     {{"host", "primary"},
                      {"from", from},
                      {"phase", phase},
                      {"result", answered ? "answered" : "silent"},
                      {"transaction", id},
                      {"fault_id", "fault-1"}});
        };
        const auto fault = [&](Duration at, const std::string& state) {
            tale.rig(at, "rig.fault",
                     {{"fault", "mute keep-alives"},
                      {"host", "primary"},
                      {"state", state},
                      {"fault_id", "fault-1"}});
        };
        probe(900ms, "keyed", "before", true);
        fault(1s, "on");
        probe(1010ms, "keyed", "during", answered_during);
        probe(1010ms, "unkeyed", "during", true);
        told(2s, "keepalive.ping", "device", {});
        for (const auto at : pongs_at) told(at, "keepalive.pong", "device", {});
        fault(5s, "off");
        probe(5010ms, "keyed", "after", true);
        const auto observed = timeline_of({tale});
        const auto scenario = scenario_of({});
        const auto known = clauses();
        const judge::Evidence evidence{
            scenario, known, "device", observed, observed, &observed, judge::Strictness::lenient,
            {}};
        const auto proofs = judge::check_proofs(evidence, "device");
        return proofs.empty() ? judge::Proof{} : proofs.front();
    }
};

TEST_F(MuteProof, PingsGoWithoutPong) {
    EXPECT_TRUE(proof().holds) << proof().text;
    EXPECT_THAT(proof().text, HasSubstr("pings of the subject: 1"));
    pongs_at = {999ms, 4900ms, 5s};  // before, and while it is healed
    EXPECT_TRUE(proof().holds) << proof().text;
}

TEST_F(MuteProof, APongToAnybodyWhoIsMutedDisprovesIt) {
    pongs_at = {4899ms};
    EXPECT_FALSE(proof().holds);
    EXPECT_THAT(proof().text, HasSubstr("a ping of the subject was answered"));
    pongs_at = {};
    answered_during = true;
    EXPECT_FALSE(proof().holds);
}

// A name server's answers tell which zone it serves.
struct ZoneProof : ::testing::Test {
    std::string before = "SOA old", during = "SOA new", others = "SOA old";

    bool holds() const {
        Tale tale;
        const auto probe = [&](timeline::Duration at, const std::string& from,
                               const std::string& phase, const std::string& id,
                               const std::string& soa) {
            for (const auto* kind : {"dns.query", "dns.response"}) {
                tale.rig(at, kind, {{"id", id}, {"rcode", "NOERROR"}, {"answers", soa}});
                tale.events().back().subject = from == "keyed" ? "probe-device" : "probe-unkeyed";
            }
            tale.rig(at + 1ms, "rig.probe",
                     {{"host", "dns"},
                      {"from", from},
                      {"phase", phase},
                      {"result", "answered"},
                      {"dns_id", id},
                      {"fault_id", "fault-1"}});
        };
        probe(0s, "keyed", "before", "1", before);
        tale.rig(1s, "rig.fault",
                 {{"fault", "zone"}, {"host", "dns"}, {"state", "on"}, {"fault_id", "fault-1"}});
        probe(2s, "keyed", "during", "2", during);
        probe(2s, "unkeyed", "during", "3", others);
        const auto observed = timeline_of({tale});
        const auto scenario = scenario_of({});
        const auto known = clauses();
        const judge::Evidence evidence{
            scenario, known, "device", observed, observed, &observed, judge::Strictness::lenient,
            {}};
        return judge::check_proofs(evidence, "device").at(0).holds;
    }
};

TEST_F(ZoneProof, TheSubjectSeesAnotherZoneAndTheOthersDoNot) {
    EXPECT_TRUE(holds());
    during = before;
    EXPECT_FALSE(holds());
    during = others = "SOA new";
    EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace twinline::test
