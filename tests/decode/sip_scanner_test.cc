// The strict reader must accept what RFC 3261 permits, refuse what it does not, and name the octet;
// whatever the bytes are, it must stay inside them.
#include "probes/decode/sip_scanner.hh"

#include "tests/decode/frame_builder.hh"
#include "tests/decode/fuzz.hh"
#include "tests/decode/torture.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace {

using namespace twinline;
using namespace twinline::test;
using decode::scan_sip;

TEST(SipScanner, AcceptsWhatIsStrangeAndRight) {
    for (const GoodMessage& good : good_messages()) {
        SCOPED_TRACE(good.what);
        const auto view = scan_sip(good.bytes);
        ASSERT_TRUE(view) << view.error().offset << ": " << view.error().reason;
        EXPECT_EQ(view->cseq_method, good.method);
        EXPECT_EQ(view->status, good.status);
        EXPECT_EQ(view->call_id, good.call_id);
        EXPECT_EQ(view->cseq, good.cseq);
        EXPECT_EQ(view->via.branch, good.branch);
    }
}

TEST(SipScanner, RefusesWhatIsWrongAndSaysWhere) {
    for (const BadMessage& bad : bad_messages()) {
        SCOPED_TRACE(bad.what);
        const auto view = scan_sip(bad.bytes);
        ASSERT_FALSE(view);
        EXPECT_EQ(view.error().reason, bad.reason);
        EXPECT_EQ(view.error().offset, bad.bytes.find(bad.at) + bad.plus);
    }
}

TEST(SipScanner, EveryPartKnowsItsOffset) {
    const std::string message = register_request();
    const auto view = scan_sip(message);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->offset_of(view->request_uri), message.find("sip:pbx.test"));
    EXPECT_EQ(view->offset_of(view->via.branch), message.find("z9hG4bK-1"));
    EXPECT_EQ(view->offset_of(view->from.display), message.find("Alice"));
    EXPECT_EQ(view->offset_of(view->from.tag), message.find("from1"));
    EXPECT_EQ(view->offset_of(view->contact->uri), message.find("sip:1001@198"));
    EXPECT_EQ(view->offset_of(view->body), message.size());
    EXPECT_EQ(view->headers().size(), 10U);
    EXPECT_EQ(view->headers()[7].name, "User-Agent");
    EXPECT_EQ(view->headers()[7].value, "Phone\r\n /1.0");
}

TEST(SipScanner, ReadsFoldsCommasAndParameters) {
    const auto view = scan_sip(good_messages()[0].bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->via_count, 2U);
    EXPECT_EQ(view->via.host, "192.0.2.1");
    EXPECT_EQ(view->via.port, "5060");
    EXPECT_EQ(view->from.display, "say \\\"hi\\\" <sip:no@no.test>");
    EXPECT_EQ(view->from.uri, "sip:a@a.test");
    EXPECT_EQ(view->from.tag, "f");
    EXPECT_EQ(view->max_forwards, 70U);
}

TEST(SipScanner, TheBodyIsWhatContentLengthCovers) {
    for (const GoodMessage& good : good_messages()) {
        if (const auto view = scan_sip(good.bytes); view->message.ends_with("okREGISTER")) {
            EXPECT_EQ(view->body, "ok");
            return;
        }
    }
    FAIL() << "the message with octets behind its body is gone";
}

TEST(SipScanner, TheLargestCseqIsJustBelowTwoToThe31) {
    EXPECT_EQ(scan_sip(register_request("z9hG4bK-1", "2147483647"))->cseq, 2147483647U);
    EXPECT_FALSE(scan_sip(register_request("z9hG4bK-1", "2147483648")));
}

TEST(SipScanner, KnowsSipByItsFirstLine) {
    EXPECT_TRUE(decode::looks_like_sip("SIP/2.0 200 OK\r\n"));
    EXPECT_TRUE(decode::looks_like_sip("OPTIONS sip:a SIP/2.0\r\n"));
    EXPECT_TRUE(decode::looks_like_sip("OPTIONS sip:a SIP/9\n"));
    EXPECT_FALSE(decode::looks_like_sip("GET / HTTP/1.1\r\n"));
    EXPECT_FALSE(decode::looks_like_sip("OPTIONS sip:a SIP/2.0"));
    EXPECT_FALSE(decode::looks_like_sip("\x80 SIP/2.0\r\n"));
    EXPECT_FALSE(decode::looks_like_sip(""));
}

// An exact copy on the heap: ASan sees a read of one octet too many.
bool scan_exactly(std::string_view bytes) {
    const auto exact = std::make_unique<char[]>(bytes.size());
    bytes.copy(exact.get(), bytes.size());
    const std::string_view copy(exact.get(), bytes.size());
    const auto view = scan_sip(copy);
    EXPECT_TRUE(view || view.error().offset <= bytes.size());
    (void)decode::looks_like_sip(copy);
    return view.has_value();
}

TEST(SipScanner, EveryPrefixStaysInside) {
    for (const GoodMessage& good : good_messages()) {
        for (std::size_t length = 0; length <= good.bytes.size(); ++length) {
            scan_exactly(std::string_view(good.bytes).substr(0, length));
        }
    }
}

TEST(SipScanner, MutatedMessagesNeverLeadOutside) {
    std::mt19937 random(fuzz_seed());
    std::size_t accepted = 0;
    constexpr std::size_t rounds = 20000;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::string bytes = good_messages()[random() % good_messages().size()].bytes;
        for (std::size_t change = 0; change <= random() % 4; ++change) {
            mutate(bytes, random);
        }
        accepted += scan_exactly(bytes) ? 1U : 0U;
    }
    EXPECT_GT(accepted, 0U);
    EXPECT_LT(accepted, rounds);
}

}  // namespace
