// What the SIP reader takes out of a message, and what it refuses, at which octet.
#include "reference_impl/wire/sip_message.hh"
#include "tests/wire/sip_samples.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace twinline::wire {
namespace {

using samples::register_request;
using testing::ElementsAre;
using testing::HasSubstr;

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
    std::string result(text);
    const auto at = result.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return result.replace(at, what.size(), with);
}

// The error, or nothing said when it was taken.
ParseError error_of(std::string_view bytes) {
    const auto message = parse_sip(bytes);
    return message ? ParseError{0, "(taken)"} : message.error();
}

TEST(ParseSip, takes_every_part_of_a_request) {
    const auto message = parse_sip(register_request);
    ASSERT_TRUE(message) << message.error().reason;
    EXPECT_TRUE(message->is_request());
    EXPECT_EQ(message->method, "REGISTER");
    EXPECT_EQ(message->request_uri, "sip:pbx.test");
    EXPECT_THAT(
        message->via,
        ElementsAre(Via{"UDP", "198.51.100.101", 5060, "z9hG4bK776asdhds", {{"rport", ""}}}));
    EXPECT_EQ(message->from.display, "Alice \"A\" Smith");
    EXPECT_EQ(message->from.uri, "sip:1001@pbx.test");
    EXPECT_EQ(message->tag_of_from(), "456248");
    EXPECT_EQ(message->tag_of_to(), "");
    EXPECT_EQ(message->call_id, "843817637684230@998sdasdh09");
    EXPECT_EQ(message->cseq, 1826U);
    EXPECT_EQ(message->cseq_method, "REGISTER");
    EXPECT_EQ(message->max_forwards, 70U);
    EXPECT_EQ(message->expires, 7200U);
    ASSERT_EQ(message->contact.size(), 1U);
    EXPECT_EQ(message->contact[0].uri, "sip:1001@198.51.100.101:5060;transport=udp");
    EXPECT_EQ(message->contact[0].param("EXPIRES"), "600");
    ASSERT_NE(message->find("supported"), nullptr);
    EXPECT_EQ(message->find("supported")->value, "path, outbound");
    ASSERT_EQ(message->other.size(), 4U);
    EXPECT_EQ(message->other[3], (Header{"X-Lab", "one"}));
}

TEST(ParseSip, reads_short_forms_folded_lines_and_lists) {
    const auto message = parse_sip(samples::ok_response);
    ASSERT_TRUE(message) << message.error().reason;
    EXPECT_EQ(message->status, 200);
    EXPECT_EQ(message->reason, "OK");
    ASSERT_EQ(message->via.size(), 2U);
    EXPECT_EQ(message->via[0].params,
              (std::vector<Param>{{"received", "198.51.100.101"}, {"rport", "5060"}}));
    EXPECT_EQ(message->via[1], (Via{"TCP", "proxy.test", 0, "z9hG4bKabc", {}}));
    EXPECT_EQ(message->from.uri, "sip:1001@pbx.test");
    EXPECT_EQ(message->tag_of_to(), "2493k59kd");
    EXPECT_EQ(message->cseq_method, "REGISTER");
    ASSERT_EQ(message->contact.size(), 2U);
    EXPECT_EQ(message->contact[1].param("expires"), "60");
    ASSERT_EQ(message->record_route.size(), 2U);
    EXPECT_EQ(message->record_route[0].uri, "sip:p2.test;lr");
    EXPECT_EQ(message->content_type, "application/sdp");
    EXPECT_EQ(message->body, "v=0\n");
}

TEST(ParseSip, takes_challenges_in_order_and_the_numbers_beside_them) {
    const auto message = parse_sip(samples::challenge_response);
    ASSERT_TRUE(message) << message.error().reason;
    ASSERT_EQ(message->challenges.size(), 2U);
    EXPECT_EQ(message->challenges[0].param("realm"), "pbx, one");
    EXPECT_EQ(message->challenges[0].param("qop"), "auth,auth-int");
    EXPECT_EQ(message->challenges[1].param("stale"), "true");
    EXPECT_EQ(message->retry_after, 18000U);
    EXPECT_EQ(message->min_expires, 60U);
}

TEST(ParseSip, takes_a_star_contact) {
    const auto message = parse_sip(replaced(
        register_request, "<sip:1001@198.51.100.101:5060;transport=udp>;expires=600;q=0.5", "*"));
    ASSERT_TRUE(message) << message.error().reason;
    ASSERT_EQ(message->contact.size(), 1U);
    EXPECT_EQ(message->contact[0].uri, "*");
}

TEST(ParseSip, cuts_the_body_at_content_length_and_takes_the_rest_without_it) {
    EXPECT_EQ(parse_sip(replaced(samples::ok_response, "l: 4", "l: 2"))->body, "v=");
    EXPECT_EQ(parse_sip(replaced(samples::ok_response, "l: 4", "X: 4"))->body, "v=0\n");
}

TEST(ParseSip, skips_line_ends_before_the_message) {
    const auto message = parse_sip("\r\n\r\n" + std::string(register_request));
    ASSERT_TRUE(message) << message.error().reason;
    EXPECT_EQ(message->method, "REGISTER");
}

TEST(ParseSip, refuses_each_missing_mandatory_header) {
    for (const std::string name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
        const auto error = error_of(replaced(register_request, "\r\n" + name + ":", "\r\nX-Was:"));
        EXPECT_EQ(error.reason, "no " + name);
        EXPECT_GT(error.offset, 100U) << "the end of the headers, where it could still have come";
    }
}

struct Refused {
    std::string_view what, with, reason;
};

class Refusing : public testing::TestWithParam<Refused> {};

TEST_P(Refusing, names_the_octet_where_the_line_begins) {
    const auto& [what, with, reason] = GetParam();
    const auto bytes = replaced(register_request, what, with);
    const auto error = error_of(bytes);
    EXPECT_THAT(error.reason, HasSubstr(reason));
    EXPECT_EQ(error.offset, bytes.find(with));
}

INSTANTIATE_TEST_SUITE_P(
    ParseSip, Refusing,
    testing::Values(
        Refused{"CSeq: 1826 ", "CSeq: 2147483648 ", "CSeq number"},
        Refused{"CSeq: 1826 ", "CSeq: 99999999999999 ", "CSeq"},
        Refused{"CSeq: 1826 ", "CSeq: abc ", "CSeq"},
        Refused{"CSeq: 1826 REGISTER", "CSeq: 1826 REGISTER x", "CSeq"},
        Refused{"CSeq: 1826 ", "CSeq: -1 ", "CSeq"}, Refused{"CSeq: 1826 ", "CSeq: 0x10 ", "CSeq"},
        Refused{"CSeq: 1826 REGISTER", "CSeq: 1826 INVITE", "CSeq method"},
        Refused{"Content-Length: 0", "Content-Length: 1", "larger than the rest"},
        Refused{"Content-Length: 0", "Content-Length: -1", "Content-Length"},
        Refused{"Content-Length: 0", "Content-Length: 4294967296", "Content-Length"},
        Refused{"Expires: 7200", "Expires: soon", "Expires"},
        Refused{"Expires: 7200", "Expires: 4294967296", "Expires"},
        Refused{"Max-Forwards: 70", "Max-Forwards: many", "Max-Forwards"},
        Refused{"User-Agent: Twinline", "To: <sip:1002@pbx.test>", "repeated To"},
        Refused{"User-Agent: Twinline", "no colon here", "malformed header line"},
        Refused{"Contact: <sip", "Contact: \"<sip", "malformed Contact"},
        Refused{"Via: SIP/2.0/UDP 198.51.100.101:5060", "Via: SIP/2.0/UDP 198.51.100.101:99999",
                "Via"},
        Refused{"Via: SIP/2.0/UDP", "Via: SIP/3.0/UDP", "Via"},
        Refused{"REGISTER sip:pbx.test SIP/2.0", "REGISTER sip:pbx.test SIP/3.0", "SIP/2.0"},
        Refused{"REGISTER sip:pbx.test SIP/2.0", "REGISTER pbx.test SIP/2.0", "Request-URI"},
        Refused{"REGISTER sip:pbx.test SIP/2.0", "REGISTER", "start line"}));

TEST(ParseSip, refuses_what_is_too_long_or_ends_early) {
    std::string body(65535, 'x');
    EXPECT_EQ(error_of(std::string(register_request) + body).offset, 65535U);
    EXPECT_EQ(error_of("").reason, "no message");
    EXPECT_EQ(error_of("\r\n\r\n").reason, "no message");
    const auto cut = register_request.substr(0, register_request.size() - 2);
    EXPECT_EQ(error_of(cut).reason, "no empty line after the headers");
    EXPECT_EQ(
        error_of(replaced(register_request, "X-Lab: one", std::string_view("X-Lab: \0ne", 10)))
            .reason,
        "NUL in a header");
}

TEST(ParseSip, refuses_line_ends_that_are_not_crlf) {
    for (const std::string_view end : {"\n", "\r", "\n\r"}) {
        const auto bytes = replaced(register_request, "70\r\n", "70" + std::string(end));
        EXPECT_EQ(error_of(bytes).reason, "CR or LF alone");
        EXPECT_EQ(error_of(bytes).offset, bytes.find("70") + 2);
    }
}

TEST(ParseSip, keeps_a_malformed_header_that_nobody_acts_on_as_text) {
    const auto message = parse_sip(replaced(register_request, "X-Lab: one", "Date: yesterday"));
    ASSERT_TRUE(message) << message.error().reason;
    ASSERT_NE(message->find("Date"), nullptr);
    EXPECT_EQ(message->find("Date")->value, "yesterday");
}

TEST(ParseSip, takes_methods_that_it_does_not_know) {
    auto bytes = replaced(register_request, "REGISTER sip", "KEEP sip");
    bytes = replaced(bytes, "1826 REGISTER", "1826 KEEP");
    const auto message = parse_sip(bytes);
    ASSERT_TRUE(message) << message.error().reason;
    EXPECT_EQ(message->method, "KEEP");
    EXPECT_EQ(message->cseq_method, "KEEP");
}

TEST(ParseSip, refuses_a_status_outside_100_to_699) {
    for (const std::string status : {"099", "700", "2000", "0"}) {
        const auto error = error_of(replaced(samples::ok_response, "200", status));
        EXPECT_THAT(error.reason, HasSubstr("malformed")) << status;
    }
}

}  // namespace
}  // namespace twinline::wire
