// What disproves a fault of a name server: each answer that a healthy one, or another fault, gives.
#include "rig/judge/name_proofs.hh"

#include "tests/judge/tale.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using Treatment = scenario::Treatment;

struct NameProof : ::testing::Test {
    Tale tale;

    void say(Duration at, const std::string& kind, timeline::Fields fields) {
        tale.rig(at, kind, std::move(fields));
        tale.events().back().subject = "probe-device";
        tale.events().back().peer = "dns";
    }

    // The fault, and what came in answer to query 7 after 5 ms; before it "A 1; A 2" came.
    bool met(const std::string& fault, const std::string& operands, timeline::Fields answer,
             Duration late = 5ms) {
        tale = Tale();
        say(0s, "dns.query", {{"id", "7"}});
        if (!answer.empty()) say(late, "dns.response", std::move(answer));
        say(0s, "dns.response", {{"id", "1"}, {"answers", "A 1; A 2"}});
        const auto& events = tale.events();
        judge::Seen wire{&events.front(), nullptr, nullptr, {}};
        if (events.at(1).field("id") == "7") wire.answer = &events.at(1);
        const judge::Seen served{nullptr, &events.back(), nullptr, {}};
        timeline::Event order;
        order.fields = {{"fault", fault}, {"operands", operands}};
        return judge::meets(judge::treatment_of(order), wire, served, events);
    }
};

TEST_F(NameProof, ARejectionIsItsRcode) {
    EXPECT_TRUE(met("reject", "NXDOMAIN", {{"id", "7"}, {"rcode", "NXDOMAIN"}}));
    EXPECT_FALSE(met("reject", "NXDOMAIN", {{"id", "7"}, {"rcode", "NOERROR"}}));
    EXPECT_FALSE(met("reject", "NXDOMAIN", {}));
}

TEST_F(NameProof, NoDataIsNoErrorAndNothing) {
    EXPECT_TRUE(met("reject", "NODATA", {{"id", "7"}, {"rcode", "NOERROR"}}));
    EXPECT_FALSE(met("reject", "NODATA", {{"id", "7"}, {"rcode", "NOERROR"}, {"answers", "A 1"}}));
    EXPECT_FALSE(met("reject", "NODATA", {{"id", "7"}, {"rcode", "NXDOMAIN"}}));
    EXPECT_FALSE(
        met("reject", "NODATA", {{"id", "7"}, {"rcode", "NOERROR"}, {"truncated", "yes"}}));
}

TEST_F(NameProof, ATruncatedAnswerSaysSo) {
    EXPECT_TRUE(met("truncate", "", {{"id", "7"}, {"truncated", "yes"}}));
    EXPECT_FALSE(met("truncate", "", {{"id", "7"}, {"rcode", "NOERROR"}}));
}

TEST_F(NameProof, AnotherIdIsTheOneOrderedAndNoRightOneCame) {
    EXPECT_TRUE(met("wrong id", "", {{"id", "32775"}}));
    EXPECT_FALSE(met("wrong id", "", {{"id", "8"}}));
    EXPECT_FALSE(met("wrong id", "", {{"id", "7"}}));
    EXPECT_FALSE(met("wrong id", "", {})) << "silence is another fault";
}

TEST_F(NameProof, ARotationIsTheSameRecordsOneFurther) {
    EXPECT_TRUE(met("rotate", "", {{"id", "7"}, {"answers", "A 2; A 1"}}));
    EXPECT_FALSE(met("rotate", "", {{"id", "7"}, {"answers", "A 1; A 2"}}));
    EXPECT_FALSE(met("rotate", "", {{"id", "7"}, {"answers", "A 2; A 3"}}));
}

TEST_F(NameProof, ASlowServerAnswersAfterItsTimeAndNotBefore) {
    EXPECT_TRUE(met("slow", "700 ms", {{"id", "7"}}, 700ms));
    EXPECT_FALSE(met("slow", "700 ms", {{"id", "7"}}, 699ms));
    EXPECT_FALSE(met("slow", "700 ms", {})) << "silence is another fault";
}

}  // namespace
}  // namespace twinline::test
