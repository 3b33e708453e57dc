// RFC 4475 section 3.1.2: messages that break the grammar, or contradict themselves.
#include "tests/decode/rfc4475.hh"

namespace twinline::test {

namespace {

using namespace rfc4475;

Parts inviting(std::string start = "INVITE sip:user@b.test SIP/2.0") {
    return with_offer({.start = std::move(start), .cseq = "CSeq: 8 INVITE"});
}

std::string with_length(const std::string& line) {
    auto parts = inviting();
    parts.length = line;
    return text(parts);
}

std::string with_more(const std::string& line) {
    auto parts = inviting();
    parts.more.push_back(line);
    return text(parts);
}

std::string empty_parameters() {
    auto parts = inviting();
    parts.via = "Via: SIP/2.0/UDP 192.0.2.15;;,;,,";
    parts.more.push_back("Contact: \"Joe\" <sip:joe@a.test>;;;;");
    return text(parts);
}

std::string open_quote() {
    auto parts = inviting();
    parts.to = "To: \"Mr. J. User <sip:user@b.test>";
    return text(parts);
}

}  // namespace

std::vector<Rfc4475Message> rfc4475_invalid() {
    using enum Expected;
    const std::string_view version = "request line: SIP/2.0 and nothing more expected";
    const std::string_view scheme = "request line: URI with a scheme expected";
    const std::string_view other_method = "CSeq: not the method of the request";
    return {
        {"badinv01",
         "3.1.2.1",
         malformed,
         empty_parameters(),
         {"Via: parameter name expected", ";;,;,,", 1}},
        {"clerr",
         "3.1.2.2",
         malformed,
         with_length("Content-Length: 9999"),
         {"Content-Length: more than the datagram holds", "9999"}},
        {"ncl",
         "3.1.2.3",
         malformed,
         with_length("Content-Length: -999"),
         {"Content-Length: length expected", "-999"}},
        {"scalar02",
         "3.1.2.4",
         malformed,
         text({.start = "REGISTER sip:b.test SIP/2.0",
               .cseq = "CSeq: 36893488147419103232 REGISTER",
               .hops = "Max-Forwards: 300",
               .more = {"Expires: 1" + times(100, "0"),
                        "Contact: <sip:user@a.test>\r\n  ;expires=280297596632815"}}),
         {"CSeq: number below 2^31 expected", "36893"}},
        {"scalarlg",
         "3.1.2.5",
         malformed,
         text({.start = "SIP/2.0 503 Service Unavailable",
               .via = "Via: SIP/2.0/TCP host.a.test;branch=z9hG4bKz;received=192.0.2.129",
               .cseq = "CSeq: 9292394834772304023312 OPTIONS",
               .hops = "",
               .more = {"Retry-After: 949302838503028349304023988",
                        "Warning: 1812 overture \"In Progress\""}}),
         {"CSeq: number below 2^31 expected", "92923"}},
        {"quotbal", "3.1.2.6", malformed, open_quote(), {"To: quoted string without end", "\"Mr."}},
        {"ltgtruri",
         "3.1.2.7",
         malformed,
         text(inviting("INVITE <sip:user@b.test> SIP/2.0")),
         {scheme, "<sip:user"}},
        {"lwsruri",
         "3.1.2.8",
         malformed,
         text(inviting("INVITE sip:user@b.test; lr SIP/2.0")),
         {"request line: URI parameter expected", " lr SIP"}},
        {"lwsstart",
         "3.1.2.9",
         malformed,
         text(inviting("INVITE  sip:user@b.test  SIP/2.0")),
         {scheme, " sip:user"}},
        {"trws",
         "3.1.2.10",
         malformed,
         text({.start = "OPTIONS sip:user@b.test SIP/2.0  "}),
         {version, "SIP/2.0  "}},
        {"escruri",
         "3.1.2.11",
         malformed,
         text(inviting("INVITE sip:user@b.test?Route=%3Csip:a.test%3E SIP/2.0")),
         {"request line: headers are not permitted in a Request-URI", "?Route"}},
        {"baddate",
         "3.1.2.12",
         malformed,
         with_more("Date: Fri, 01 Jan 2010 16:00:00 EST"),
         {"Date: date in GMT (RFC 1123) expected", "EST"}},
        {"regbadct",
         "3.1.2.13",
         malformed,
         text({.start = "REGISTER sip:b.test SIP/2.0",
               .cseq = "CSeq: 1 REGISTER",
               .more = {"Contact: sip:user@b.test?Route=%3Csip:sip.b.test%3E"}}),
         {"Contact: a URI with headers must stand in <>", "?Route"}},
        {"badaspec",
         "3.1.2.14",
         malformed,
         text({.to = "To: \"User, The\" < sip:user@b.test >"}),
         {"To: URI with a scheme expected", " sip:user@b.test >"}},
        {"baddn",
         "3.1.2.15",
         malformed,
         text({.from = "From:    Bell, A <sip:a@a.test>;tag=43"}),
         {"From: display name of tokens, a quoted string or a URI expected", ", A <"}},
        {"badvers",
         "3.1.2.16",
         malformed,
         text({.start = "OPTIONS sip:user@b.test SIP/7.0",
               .via = "Via:     SIP/7.0/UDP host.a.test;branch=z9hG4bKt"}),
         {version, "SIP/7.0"}},
        {"mismatch01",
         "3.1.2.17",
         malformed,
         text({.cseq = "CSeq: 8 INVITE"}),
         {other_method, "INVITE"}},
        {"mismatch02",
         "3.1.2.18",
         malformed,
         text(inviting("NEWMETHOD sip:user@b.test SIP/2.0")),
         {other_method, "INVITE"}},
        {"bigcode",
         "3.1.2.19",
         malformed,
         text({.start = "SIP/2.0 4294967301 better not break the receiver",
               .cseq = "CSeq: 353494 INVITE",
               .hops = ""}),
         {"status line: status code of 100 to 699 expected", "4294967301"}},
    };
}

}  // namespace twinline::test
