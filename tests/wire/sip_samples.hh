// Messages that several tests of the SIP reader start from.
#pragma once

#include <string_view>

namespace twinline::wire::samples {

inline constexpr std::string_view register_request =
    "REGISTER sip:pbx.test SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 198.51.100.101:5060;branch=z9hG4bK776asdhds;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: \"Alice \\\"A\\\" Smith\" <sip:1001@pbx.test>;tag=456248\r\n"
    "To: <sip:1001@pbx.test>\r\n"
    "Call-ID: 843817637684230@998sdasdh09\r\n"
    "CSeq: 1826 REGISTER\r\n"
    "Contact: <sip:1001@198.51.100.101:5060;transport=udp>;expires=600;q=0.5\r\n"
    "Expires: 7200\r\n"
    "Supported: path, outbound\r\n"
    "Authorization: Digest username=\"1001\", realm=\"pbx.test\", nonce=\"n\", "
    "uri=\"sip:pbx.test\", "
    "response=\"0123456789abcdef0123456789abcdef\"\r\n"
    "User-Agent: Twinline\r\n"
    "X-Lab: one\r\n"
    "Content-Length: 0\r\n\r\n";

inline constexpr std::string_view ok_response =
    "SIP/2.0 200 OK\r\n"
    "v: SIP/2.0/UDP "
    "198.51.100.101:5060;branch=z9hG4bK776asdhds;received=198.51.100.101;rport=5060,\r\n"
    " SIP/2.0/TCP proxy.test;branch=z9hG4bKabc\r\n"
    "f: sip:1001@pbx.test;tag=456248\r\n"
    "t: Bob <sip:1001@pbx.test>;tag=2493k59kd\r\n"
    "i: 843817637684230@998sdasdh09\r\n"
    "CSeq: 1826\t REGISTER\r\n"
    "m: <sip:1001@198.51.100.101>;expires=3600, <sip:1001@198.51.100.7>;expires=60\r\n"
    "Record-Route: <sip:p2.test;lr>, <sip:p1.test;lr>\r\n"
    "Service: a\r\n"
    "c: application/sdp\r\n"
    "l: 4\r\n\r\n"
    "v=0\n";

inline constexpr std::string_view challenge_response =
    "SIP/2.0 401 Unauthorized\r\n"
    "Via: SIP/2.0/UDP 198.51.100.101:5060;branch=z9hG4bK1\r\n"
    "From: <sip:1001@pbx.test>;tag=a\r\n"
    "To: <sip:1001@pbx.test>;tag=b\r\n"
    "Call-ID: c@d\r\n"
    "CSeq: 1 REGISTER\r\n"
    "WWW-Authenticate: Digest realm=\"pbx, one\", nonce=\"n1\", algorithm=SHA-256, "
    "qop=\"auth,auth-int\"\r\n"
    "WWW-Authenticate: Digest realm=\"pbx, one\", nonce=\"n2\", algorithm=MD5, stale=true\r\n"
    "Retry-After: 18000 (in a meeting);duration=3600\r\n"
    "Min-Expires: 60\r\n"
    "Content-Length: 0\r\n\r\n";

}  // namespace twinline::wire::samples
