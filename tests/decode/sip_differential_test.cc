// The probe's reader and the reference's (sofia-sip) must read the same values from good messages:
// two independent readers that are held together by nothing else.
#include "probes/decode/sip_scanner.hh"
#include "reference_impl/wire/sip_message.hh"
#include "tests/decode/frame_builder.hh"
#include "tests/decode/torture.hh"

#include <gtest/gtest.h>

namespace {

using namespace twinline;

void expect_same(const std::string& bytes) {
    const auto ours = decode::scan_sip(bytes);
    ASSERT_TRUE(ours) << ours.error().offset << ": " << ours.error().reason;
    const auto theirs = wire::parse_sip(bytes);
    ASSERT_TRUE(theirs) << theirs.error().offset << ": " << theirs.error().reason;
    EXPECT_EQ(ours->method, theirs->method);
    EXPECT_EQ(ours->status, theirs->status);
    EXPECT_EQ(ours->call_id, theirs->call_id);
    EXPECT_EQ(ours->cseq, theirs->cseq);
    EXPECT_EQ(ours->cseq_method, theirs->cseq_method);
    ASSERT_FALSE(theirs->via.empty());
    EXPECT_EQ(ours->via_count, theirs->via.size());
    EXPECT_EQ(ours->via.branch, theirs->via.front().branch);
    EXPECT_EQ(ours->from.tag, theirs->tag_of_from());
    EXPECT_EQ(ours->to.tag, theirs->tag_of_to());
}

TEST(SipDifferential, BothReadersAgreeOnOrdinaryMessages) {
    expect_same(test::register_request());
    expect_same(test::register_request("z9hG4bK-2", "2147483647"));
    expect_same(
        test::ok_response("m: <sip:1001@198.51.100.100>;expires=60, sip:x@y.test;q=0.5\r\n"));
}

TEST(SipDifferential, BothReadersAgreeOnStrangeMessages) {
    std::size_t compared = 0;
    for (const test::GoodMessage& good : test::good_messages()) {
        SCOPED_TRACE(good.what);
        if (good.sofia_agrees) {
            expect_same(good.bytes);
            ++compared;
        }
    }
    EXPECT_GE(compared, 15U);
}

// Were sofia-sip to agree one day, the exception in the table would hide what the two read.
TEST(SipDifferential, TheExceptionsAreStillExceptions) {
    for (const test::GoodMessage& good : test::good_messages()) {
        if (!good.sofia_agrees) {
            EXPECT_FALSE(wire::parse_sip(good.bytes)) << good.what;
        }
    }
}

}  // namespace
