// The property that the printer and the reader keep together: what is printed reads back as an
// equal value, whatever octets the message was mutated with before. Run under the sanitizers it
// also shows that nothing crashes or leaks.
#include "reference_impl/wire/sip_message.hh"
#include "tests/wire/sip_samples.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace twinline::wire {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

// Replaces, removes, doubles or moves some octets; structure characters come up often.
std::string mutate(std::string bytes, Random& random) {
    constexpr std::string_view structure = ":;,<>\"\\=/@ \r\n\t()*%[]?&0";
    for (auto rounds = 1 + below(random, 4); rounds > 0 && !bytes.empty(); --rounds) {
        const auto at = below(random, bytes.size());
        const auto length = std::min(1 + below(random, 12), bytes.size() - at);
        switch (below(random, 5)) {
            case 0:
                bytes[at] = structure[below(random, structure.size())];
                break;
            case 1:
                bytes[at] = static_cast<char>(below(random, 256));
                break;
            case 2:
                bytes.erase(at, length);
                break;
            case 3:
                bytes.insert(below(random, bytes.size()), bytes.substr(at, length));
                break;
            default:
                bytes.insert(at, 1, structure[below(random, structure.size())]);
        }
    }
    return bytes;
}

void expect_stable(std::string_view bytes) {
    const auto message = parse_sip(bytes);
    if (!message) {
        EXPECT_LE(message.error().offset, bytes.size());
        return;
    }
    const auto printed = serialise(*message);
    EXPECT_LE(printed.size(), most_octets(*message)) << printed;
    const auto again = parse_sip(printed);
    ASSERT_TRUE(again) << again.error().reason << " at " << again.error().offset << " of\n"
                       << printed << "\nprinted from\n"
                       << bytes;
    ASSERT_TRUE(*again == *message) << printed << "\nprinted again\n"
                                    << serialise(*again) << "\nfirst printed from\n"
                                    << bytes;
}

constexpr std::array sources{samples::register_request, samples::ok_response,
                             samples::challenge_response};

TEST(SipRoundTrip, holds_for_the_samples) {
    for (const auto sample : sources) {
        ASSERT_TRUE(parse_sip(sample));
        expect_stable(sample);
    }
}

TEST(SipRoundTrip, holds_for_whatever_mutation_still_parses) {
    constexpr unsigned seed = 20240607;
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    int taken = 0;
    for (int i = 0; i < 12000 && !testing::Test::HasFatalFailure(); ++i) {
        const auto bytes = mutate(std::string(sources[below(random, sources.size())]), random);
        if (parse_sip(bytes)) ++taken;
        expect_stable(bytes);
    }
    EXPECT_GT(taken, 1000) << "the mutations are so wild that nothing is tested";
}

TEST(SipRoundTrip, every_truncation_is_refused_or_stable) {
    for (const auto sample : sources) {
        for (std::size_t length = 0; length < sample.size(); ++length) {
            expect_stable(sample.substr(0, length));
        }
    }
}

TEST(SipPrint, orders_headers_and_quotes_what_needs_it) {
    SipMessage message;
    message.method = message.cseq_method = "REGISTER";
    message.request_uri = "sip:pbx.test";
    message.via = {{"UDP", "198.51.100.101", 5060, "z9hG4bK1", {{"rport", ""}}}};
    message.from = {"Al \"x\" \\", "sip:1001@pbx.test", {{"tag", "f"}}};
    message.to = {"", "sip:1001@pbx.test", {}};
    message.call_id = "c";
    message.cseq = 7;
    message.contact = {{"", "*", {}}};
    message.expires = 0;
    message.max_forwards = 70;
    message.route = {{"", "sip:proxy.test;lr", {}}};
    message.other = {{"User-Agent", "Twinline"}};
    EXPECT_EQ(serialise(message),
              "REGISTER sip:pbx.test SIP/2.0\r\n"
              "Via: SIP/2.0/UDP 198.51.100.101:5060;branch=z9hG4bK1;rport\r\n"
              "Route: <sip:proxy.test;lr>\r\n"
              "Max-Forwards: 70\r\n"
              "From: \"Al \\\"x\\\" \\\\\" <sip:1001@pbx.test>;tag=f\r\n"
              "To: <sip:1001@pbx.test>\r\n"
              "Call-ID: c\r\n"
              "CSeq: 7 REGISTER\r\n"
              "Contact: *\r\n"
              "Expires: 0\r\n"
              "User-Agent: Twinline\r\n"
              "Content-Length: 0\r\n\r\n");
    const auto again = parse_sip(serialise(message));
    ASSERT_TRUE(again) << again.error().reason;
    EXPECT_TRUE(*again == message);
}

}  // namespace
}  // namespace twinline::wire
