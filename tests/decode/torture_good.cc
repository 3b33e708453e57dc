// Messages that are strange and right; the section of RFC 3261 that permits each stands beside it.
#include "tests/decode/torture.hh"

#include <vector>

namespace twinline::test {

namespace {

// The lines that every message here shares; each adds its own oddity.
std::string request(const std::string& start, const std::string& method, const std::string& extra,
                    const std::string& body = "") {
    return start +
           "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKg\r\nFrom: <sip:a@a.test>;tag=f\r\n"
           "To: <sip:b@b.test>\r\nCall-ID: good\r\nCSeq: 9 " +
           method + "\r\nMax-Forwards: 70\r\n" + extra + "\r\n" + body;
}

std::string response(const std::string& start, const std::string& extra = "") {
    return start +
           "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKg\r\nFrom: <sip:a@a.test>;tag=f\r\n"
           "To: <sip:b@b.test>;tag=t\r\nCall-ID: good\r\nCSeq: 9 INVITE\r\n" +
           extra + "\r\n";
}

GoodMessage asked(const char* what, std::string bytes, std::string_view method = "OPTIONS",
                  bool sofia = true) {
    return {what, std::move(bytes), method, 0, "good", 9, "z9hG4bKg", sofia};
}

GoodMessage answered(const char* what, int status, std::string bytes, bool sofia = true) {
    return {what, std::move(bytes), "INVITE", status, "good", 9, "z9hG4bKg", sofia};
}

const std::string folded =
    "OPTIONS sip:b@b.test SIP/2.0\r\n"
    "TO :\r\n <sip:b@b.test>\r\n\t; x = \"a;b,c\"\r\n"
    "fRoM\t:  \"say \\\"hi\\\" <sip:no@no.test>\" <sip:a@a.test>\r\n  ;\r\n tag\r\n =f\r\n"
    "v:  SIP  / 2.0\r\n /UDP\r\n  192.0.2.1 : 5060 ;branch=z9hG4bKg , SIP/2.0/TCP other.test\r\n"
    "I: good\r\nCSeq: 0009\r\n OPTIONS\r\nMax-Forwards: 0070\r\n"
    "s:\r\nNew-Thing: ;;,,;=\r\n anything \"goes\r\nl: 0\r\n\r\n";

}  // namespace

std::span<const GoodMessage> good_messages() {
    static const std::vector<GoodMessage> messages{
        asked("folds and white space wherever 7.3.1 permits them", folded),
        asked("a method of every token character (25.1)",
              request("a-.!%*_+`'~Z0 sip:b@b.test SIP/2.0", "a-.!%*_+`'~Z0", ""), "a-.!%*_+`'~Z0",
              false),
        asked("a user part of every permitted character (25.1)",
              request("OPTIONS sip:1_u~(x)&=+$,;?/*'!.-:p&=+$,w@b.test SIP/2.0", "OPTIONS", "")),
        asked("escapes that decode to nothing printable (19.1.2)",
              request("OPTIONS sip:%00%7f%C3%BC@b.test;p=%3b SIP/2.0", "OPTIONS",
                      "Contact: <sip:%61@a.test>\r\n")),
        asked("an escaped method is its own method, not REGISTER (7.1)",
              request("RE%47ISTER sip:b.test SIP/2.0", "RE%47ISTER", ""), "RE%47ISTER"),
        asked(
            "no white space between display name and bracket (25.1)",
            request("OPTIONS sip:b@b.test SIP/2.0", "OPTIONS", "Contact: Alice<sip:a@a.test>\r\n")),
        asked("a display name that quotes brackets, commas and an escaped quote (25.1)",
              request("OPTIONS sip:b@b.test SIP/2.0", "OPTIONS",
                      "Contact: \"x, <sip:y@y.test>; \\\"\" <sip:a@a.test>, <sip:c@c.test>\r\n")),
        asked("octets behind the body are not the message's (18.3)",
              request("OPTIONS sip:b@b.test SIP/2.0", "OPTIONS", "Content-Length: 2\r\n",
                      "okREGISTER")),
        asked("no Content-Length: the body is the rest (18.3)",
              request("OPTIONS sip:b@b.test SIP/2.0", "OPTIONS", "Content-Type: text/plain\r\n",
                      "\r\n\r\nx")),
        asked("an unknown scheme in the Request-URI (8.2.2.1)",
              request("OPTIONS soap.beep://b.test:80/x?y SIP/2.0", "OPTIONS", "")),
        asked("a tel URI (RFC 3966)",
              request("OPTIONS tel:+1-201-555-0123 SIP/2.0", "OPTIONS", "")),
        asked("an unknown authentication scheme (22.1)",
              request("OPTIONS sip:b.test SIP/2.0", "OPTIONS",
                      "Authorization: NoOneKnows opaque=here\r\n")),
        asked("the version in lower case (7.1)",
              request("OPTIONS sip:b.test sip/2.0", "OPTIONS", "")),
        asked("an IPv6 reference (25.1)",
              request("OPTIONS sip:b@[2001:db8::1]:5070;transport=udp SIP/2.0", "OPTIONS", "")),
        asked("a name with a final dot, and labels with hyphens (25.1)",
              request("OPTIONS sip:b@a--b.1x.test. SIP/2.0", "OPTIONS", "")),
        asked("all bindings (10.2.2)",
              request("REGISTER sip:b.test SIP/2.0", "REGISTER", "Contact: *\r\nExpires: 0\r\n"),
              "REGISTER"),
        asked("an instance-id quoted, parameters without value (RFC 5626 4.1)",
              request("REGISTER sip:b.test SIP/2.0", "REGISTER",
                      "m: <sip:a@a.test;ob>;+sip.instance=\"<urn:uuid:0>\";reg-id=1;flag\r\n"),
              "REGISTER"),
        asked("the largest numbers (8.1.1.5, 20.19, 20.22)",
              request("OPTIONS sip:b.test SIP/2.0", "OPTIONS", "Expires: 4294967295\r\n")),
        answered("an empty reason phrase (7.2)", 486, response("SIP/2.0 486 ")),
        answered("a reason phrase in Cyrillic (25.1)", 200,
                 response("SIP/2.0 200 \xd0\xb4\xd0\xb0")),
        answered(
            "a comment in Retry-After (20.33)", 503,
            response("SIP/2.0 503 Busy", "Retry-After: 18000 (later (much)) ;duration=3600\r\n")),
        answered("an unknown status code of a known class (8.1.3.2)", 299,
                 response("SIP/2.0 299 Fine")),
        answered(
            "two challenges (RFC 8760)", 401,
            response(
                "SIP/2.0 401 No",
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", algorithm=SHA-256\r\n"
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", qop=\"auth,auth-int\"\r\n")),
    };
    return messages;
}

}  // namespace twinline::test
