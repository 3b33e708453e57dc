// How a fault of a configuration server is proven: by the rig's own download, known on the wire by
// the name of its file, and over TCP by its socket.
#include "rig/judge/proofs.hh"
#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using timeline::Event;

struct DownloadProof : ::testing::Test {
    std::string fault = "cut", operands = "1000";
    // What the subject's probe met meanwhile, in the rig's words and on the wire.
    std::string during = "answered", status = "200", bytes = "1000", outcome = "cut";
    bool seen = true, reset = false, over_tcp = true;
    std::string told;  // the code of what a router said to it

    judge::Proof proof() {
        probe("probe-device", "keyed", "before", "1", 1s, "answered", "200", "5000", "complete");
        tell({}, "device", "rig.fault", 2s,
             {{"fault", fault},
              {"host", "first"},
              {"state", "on"},
              {"operands", operands},
              {"fault_id", "f"}});
        probe("probe-device", "keyed", "during", "2", 3s, during, status, bytes, outcome);
        probe("probe-unkeyed", "unkeyed", "during", "3", 3s, "answered", "200", "5000", "complete");
        probe("probe-device", "keyed", "after", "4", 5s, "answered", "200", "5000", "complete");
        const auto scenario = scenario_of({});
        const auto known = clauses();
        const judge::Evidence evidence{
            scenario, known, "device", events, events, &events, judge::Strictness::lenient, {}};
        for (auto& found : judge::check_proofs(evidence, "device"))
            if (found.fault == fault) return found;
        return {};
    }

    void tell(const std::string& peer, const std::string& subject, const std::string& kind,
              Duration at, timeline::Fields fields) {
        Event event;
        event.id = events.size() + 1;
        event.at = timeline::Instant{at};
        event.subject = subject;
        event.peer = peer;
        event.kind = kind;
        event.fields = std::move(fields);
        events.push_back(std::move(event));
    }

    void probe(const std::string& who, const std::string& from, const std::string& phase,
               const std::string& number, Duration at, const std::string& result,
               const std::string& answer, const std::string& octets, const std::string& end) {
        const bool on_the_wire = phase != "during" || from != "keyed" || seen;
        const auto file = "probe-" + number, socket = "198.51.100.110:" + number;
        if (on_the_wire && over_tcp) tell("first", who, "tcp.syn", at, {{"src", socket}});
        if (on_the_wire) tell("first", who, "config.request", at, {{"path", "/" + file}});
        if (!end.empty()) {
            timeline::Fields fields{{"path", "/" + file}, {"bytes", octets}, {"outcome", end}};
            if (!answer.empty()) fields["status"] = answer;
            tell("first", who, "config.response", at + 1ms, std::move(fields));
        }
        if (phase == "during" && from == "keyed" && reset)
            tell("first", who, "tcp.rst", at + 1ms, {{"dst", socket}});
        if (phase == "during" && from == "keyed" && !told.empty())
            tell("first", who, "icmp.unreachable", at + 1ms, {{"code", told}});
        timeline::Fields fields{{"host", "first"},  {"from", from},    {"phase", phase},
                                {"result", result}, {"fault_id", "f"}, {"download", file}};
        if (over_tcp) fields["socket"] = socket;
        tell({}, "device", "rig.probe", at + 2ms, std::move(fields));
    }

    timeline::Timeline events;
};

TEST_F(DownloadProof, AFileIsCutWhenNoMoreOfItCameThanWasOrdered) {
    EXPECT_TRUE(proof().holds) << proof().text;
    events.clear();
    bytes = "1001";
    EXPECT_FALSE(proof().holds);
}

TEST_F(DownloadProof, AnEarlyEndNeedNotBeToldAsOne) {
    fault = "truncate";
    over_tcp = false;
    outcome = "complete";
    EXPECT_TRUE(proof().holds) << proof().text;
}

TEST_F(DownloadProof, WhatTheCaptureDoesNotShowIsNoProof) {
    seen = false;
    EXPECT_FALSE(proof().holds);
}

TEST_F(DownloadProof, ARejectionIsTheStatusOrdered) {
    fault = "reject";
    operands = "503";
    outcome = "refused";
    EXPECT_FALSE(proof().holds) << "200 came";
    events.clear();
    status = "503";
    EXPECT_TRUE(proof().holds) << proof().text;
    events.clear();
    operands = "1";
    status = "error 1";
    over_tcp = false;
    EXPECT_TRUE(proof().holds) << "over TFTP";
}

TEST_F(DownloadProof, ARefusalIsAResetAndNoAnswer) {
    fault = "refuse";
    operands = status = outcome = "";
    during = "refused";
    EXPECT_FALSE(proof().holds) << "no reset";
    events.clear();
    reset = true;
    EXPECT_TRUE(proof().holds) << proof().text;
}

TEST_F(DownloadProof, AServerOffTheNetworkIsToldOfByARouter) {
    operands = status = outcome = "";
    during = "silent";
    for (const auto* word : {"link down", "address gone", "unreachable"}) {
        for (const bool tcp : {true, false}) {
            fault = word, over_tcp = tcp, told = "1";
            EXPECT_TRUE(proof().holds) << proof().text;
            events.clear();
            told = "3";
            EXPECT_FALSE(proof().holds) << "a closed port";
            events.clear();
            told = "";
            EXPECT_FALSE(proof().holds) << "mere silence";
            events.clear();
        }
    }
}

TEST_F(DownloadProof, AQuestionThatIsGivenUpIsNoAnswerToASilence) {
    fault = "silence";
    operands = status = "";
    bytes = "0";
    during = "silent";
    EXPECT_TRUE(proof().holds) << proof().text;
    events.clear();
    bytes = "1";
    EXPECT_FALSE(proof().holds);
}

}  // namespace
}  // namespace twinline::test
