// Messages that are wrong in one place each, and where that place is.
#include "tests/decode/torture.hh"

#include <vector>

namespace twinline::test {

namespace {

const std::string start = "OPTIONS sip:b@b.test SIP/2.0\r\n";
const std::string via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb\r\n";
const std::string from = "From: <sip:a@a.test>;tag=f\r\n";
const std::string to = "To: <sip:b@b.test>\r\n";
const std::string call = "Call-ID: bad\r\n";
const std::string cseq = "CSeq: 9 OPTIONS\r\n";
const std::string hops = "Max-Forwards: 70\r\n";

std::string started(const std::string& line) {
    return line + "\r\n" + via + from + to + call + cseq + hops + "\r\n";
}
std::string with(const std::string& extra) {
    return start + via + from + to + call + cseq + hops + extra + "\r\n\r\n";
}
std::string with_via(const std::string& value) {
    return start + "Via: " + value + "\r\n" + from + to + call + cseq + hops + "\r\n";
}
std::string with_from(const std::string& value) {
    return start + via + "From: " + value + "\r\n" + to + call + cseq + hops + "\r\n";
}
std::string with_cseq(const std::string& value) {
    return start + via + from + to + call + "CSeq: " + value + "\r\n" + hops + "\r\n";
}
std::string many_lines() {
    std::string lines;
    for (int i = 0; i < 58; ++i) {
        lines += "X: y\r\n";
    }
    return with(lines + "Straw: last");
}

const std::vector<BadMessage>& start_lines() {
    static const std::vector<BadMessage> messages{
        {"nothing", "", "the message ends inside its header", "", 0},
        {"two spaces after the method", started("OPTIONS  sip:b@b.test SIP/2.0"),
         "request line: URI with a scheme expected", " sip", 0},
        {"a space at the end", started("OPTIONS sip:b@b.test SIP/2.0 "),
         "request line: SIP/2.0 and nothing more expected", "SIP/2.0 ", 0},
        {"white space inside the Request-URI", started("OPTIONS sip:b@b.test; lr SIP/2.0"),
         "request line: URI parameter expected", " lr", 0},
        {"brackets around the Request-URI", started("OPTIONS <sip:b@b.test> SIP/2.0"),
         "request line: URI with a scheme expected", "<sip", 0},
        {"headers in the Request-URI", started("OPTIONS sip:b@b.test?Route=%3Csip:x%3E SIP/2.0"),
         "request line: headers are not permitted in a Request-URI", "?Route", 0},
        {"a version of the future", started("OPTIONS sip:b@b.test SIP/7.0"),
         "request line: SIP/2.0 and nothing more expected", "SIP/7.0", 0},
        {"no version", started("OPTIONS sip:b@b.test"),
         "request line: one space expected after the Request-URI", "\r\nVia", 0},
        {"a half escape", started("OPTIONS sip:%4@b.test SIP/2.0"),
         "request line: escape of two hexadecimal digits expected", "%4@", 0},
        {"no host", started("OPTIONS sip:b@ SIP/2.0"), "request line: host expected in a URI",
         " SIP", 0},
        {"an underscore in a host", started("OPTIONS sip:b@my_host.test SIP/2.0"),
         "request line: host expected in a URI", "my_host", 0},
        {"an address out of range", started("OPTIONS sip:b@192.0.2.256 SIP/2.0"),
         "request line: host expected in a URI", "192.0.2.256", 0},
        {"a port out of range", started("OPTIONS sip:b@b.test:65536 SIP/2.0"),
         "request line: port of 0 to 65535 expected in a URI", "65536", 0},
        {"a status code far too large", started("SIP/2.0 4294967301 Big"),
         "status line: status code of 100 to 699 expected", "4294", 0},
        {"a status code below 100", started("SIP/2.0 099 Small"),
         "status line: status code of 100 to 699 expected", "099", 0},
        {"no space after the status code", started("SIP/2.0 200"),
         "status line: one space expected after the status code", "\r\nVia", 0},
        {"a line feed alone", "OPTIONS sip:b@b.test SIP/2.0\n\n", "LF without CR", "\n", 0},
        {"a carriage return alone", "OPTIONS sip:b@b.test SIP/2.0\rX", "CR without LF", "\r", 0},
        {"white space before the first header",
         start + " " + via + from + to + call + cseq + hops + "\r\n", "header name expected",
         " Via", 0},
    };
    return messages;
}

const std::vector<BadMessage>& values() {
    static const std::vector<BadMessage> messages{
        {"empty parameters in a Via", with_via("SIP/2.0/UDP 192.0.2.1;;,;,,"),
         "Via: parameter name expected", ";;", 1},
        {"an empty Via behind a comma", with_via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb,"),
         "Via: protocol name expected", "b,\r\n", 2},
        {"another protocol in a Via", with_via("SIP/3.0/UDP 192.0.2.1"),
         "Via: the protocol is not SIP/2.0", "SIP/3.0", 0},
        {"a Via without sent-by", with_via("SIP/2.0/UDP ;branch=z9hG4bKb"), "Via: host expected",
         ";branch", 0},
        {"a branch that is no token", with_via("SIP/2.0/UDP 192.0.2.1;branch=\"z9\""),
         "Via: branch must be a token", "branch", 0},
        {"two branches", with_via("SIP/2.0/UDP 192.0.2.1;branch=a;Branch=b"), "Via: branch twice",
         "Branch", 0},
        {"a port with letters", with_via("SIP/2.0/UDP 192.0.2.1:506o"),
         "Via: end of the value expected", "o\r\n", 0},
        {"a quoted display name without end", with_from("\"Al <sip:a@a.test>;tag=f"),
         "From: quoted string without end", "\"Al", 0},
        {"a display name that is no token", with_from("Bell, Al <sip:a@a.test>;tag=f"),
         "From: display name of tokens, a quoted string or a URI expected", ", Al", 0},
        {"white space inside the brackets", with_from("< sip:a@a.test>;tag=f"),
         "From: URI with a scheme expected", " sip:a@", 0},
        {"a bracket without end", with_from("<sip:a@a.test;tag=f"), "From: > expected after a URI",
         "sip:a@", 0},
        {"headers of a URI outside brackets", with_from("sip:a@a.test?Route=x"),
         "From: a URI with headers must stand in <>", "?Route", 0},
        {"a comma in a single value", with_from("sip:a@a.test;tag=f, sip:c@c.test"),
         "From: end of the value expected", ", sip:c", 0},
        {"a tag without value", with_from("<sip:a@a.test>;tag="), "From: parameter value expected",
         "tag=\r", 4},
        {"two tags", with_from("<sip:a@a.test>;tag=f;tag=g"), "From: tag twice", "tag=g", 0},
        {"a CSeq of 2^31", with_cseq("2147483648 OPTIONS"), "CSeq: number below 2^31 expected",
         "2147", 0},
        {"a CSeq far beyond", with_cseq("36893488147419103232 OPTIONS"),
         "CSeq: number below 2^31 expected", "36893", 0},
        {"a CSeq without method", with_cseq("9"), "CSeq: white space expected after the number",
         "9\r\nMax", 1},
        {"a CSeq of another method", with_cseq("9 INVITE"), "CSeq: not the method of the request",
         "INVITE", 0},
        {"a method in another case", with_cseq("9 Options"), "CSeq: not the method of the request",
         "Options", 0},
        {"two Call-IDs", with(call.substr(0, call.size() - 2)), "Call-ID: twice",
         "Call-ID: bad\r\n\r\n", 0},
        {"two at-signs in a Call-ID",
         start + via + from + to + "i: a@b@c\r\n" + cseq + hops + "\r\n",
         "Call-ID: end of the value expected", "@c", 0},
        {"too many hops", start + via + from + to + call + cseq + "Max-Forwards: 300\r\n\r\n",
         "Max-Forwards: number of 0 to 255 expected", "300", 0},
        {"an Expires beyond 32 bits", with("Expires: 4294967296"),
         "Expires: delta-seconds expected", "4294", 0},
        {"an Expires with a fraction", with("Expires: 1.5"), "Expires: end of the value expected",
         ".5", 0},
        {"a contact's expires with a sign", with("Contact: <sip:a@a.test>;expires=-1"),
         "Contact: expires must be delta-seconds", "expires=-1", 0},
        {"a star among contacts", with("Contact: <sip:a@a.test>\r\nContact: *"),
         "Contact: * must stand alone", "*\r", 0},
        {"empty parameters of a contact", with("m: \"J\" <sip:a@a.test>;;"),
         "Contact: parameter name expected", ";;", 1},
        {"a Route without brackets", with("Route: sip:p.test;lr"),
         "Route: display name of tokens, a quoted string or a URI expected", ":p.test", 0},
        {"a realm without quotes", with("Authorization: Digest realm=pbx, nonce=\"n\""),
         "Authorization: quoted string expected", "pbx", 0},
        {"two nonces", with("Authorization: Digest nonce=\"n\", nonce=\"m\""),
         "Authorization: parameter twice", "nonce=\"m", 0},
        {"credentials that end in a comma", with("Authorization: Digest realm=\"r\","),
         "Authorization: parameter name expected", "\r\n\r\n", 0},
        {"a date in another zone", with("Date: Fri, 01 Jan 2010 16:00:00 EST"),
         "Date: date in GMT (RFC 1123) expected", "EST", 0},
        {"a comment without end", with("Retry-After: 5 (soon"), "Retry-After: comment without end",
         "\r\n\r\n", 0},
        {"a media type without subtype", with("Content-Type: text"),
         "Content-Type: / expected in the media type", "\r\n\r\n", 0},
    };
    return messages;
}

const std::vector<BadMessage>& structure() {
    static const std::vector<BadMessage> messages{
        {"a negative length", with("Content-Length: -999"), "Content-Length: length expected",
         "-999", 0},
        {"a length beyond the datagram", with("Content-Length: 1"),
         "Content-Length: more than the datagram holds", "1\r\n\r\n", 0},
        {"no empty line", start + via + from + to + call + cseq + "Max-Forwards: 70\r\n",
         "the message ends inside its header", "70\r\n", 4},
        {"no From", start + via + to + call + cseq + hops + "\r\n", "From: missing", "\r\n\r\n", 2},
        {"no Via", start + from + to + call + cseq + hops + "\r\n", "Via: missing", "\r\n\r\n", 2},
        {"no Max-Forwards", start + via + from + to + call + cseq + "\r\n", "Max-Forwards: missing",
         "\r\n\r\n", 2},
        {"a header without name", with(": x"), "header name expected", ": x\r", 0},
        {"a header without colon", with("Subject x"), "colon expected after the header name",
         "x\r\n\r\n", 0},
        {"a control character", with("Subject: a\x01z"), "control character", "\x01", 0},
        {"a NUL", with(std::string("Subject: a\0z", 12)), "control character", "z\r\n\r\n",
         std::size_t(-1)},
        {"an octet that is no UTF-8", with("Subject: caf\xe9 x"), "octet that is no UTF-8", "\xe9",
         0},
        {"more lines than any phone sends", many_lines(), "more than 64 header lines", "Straw", 0},
    };
    return messages;
}

}  // namespace

std::span<const BadMessage> bad_messages() {
    static const std::vector<BadMessage> all = [] {
        std::vector<BadMessage> joined = start_lines();
        joined.insert(joined.end(), values().begin(), values().end());
        joined.insert(joined.end(), structure().begin(), structure().end());
        return joined;
    }();
    return all;
}

}  // namespace twinline::test
