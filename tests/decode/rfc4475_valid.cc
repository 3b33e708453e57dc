// RFC 4475 section 3.1.1: messages that every element must understand, however odd they look.
#include "tests/decode/rfc4475.hh"

namespace twinline::test {

namespace {

using namespace rfc4475;
using namespace std::string_literals;

const std::string invite = "INVITE sip:user@b.test SIP/2.0";
const std::string invited = "CSeq: 8 INVITE";
const std::string ringing_tags = "To: sip:user@b.test;tag=2229";

// Folds, white space around every separator, both forms of names, values in a list and apart.
std::string tortuous_invite() {
    auto parts =
        with_offer({.start = "INVITE sip:user@host-b.test;unknownparam SIP/2.0",
                    .via = "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390old",
                    .from = "from   : \"J Caller \\\\\\\"\"       <sip:caller@a.test>\r\n  "
                            ";\r\n  tag = 98asjd8",
                    .to = "TO :\r\n sip:user@host-b.test ;   tag    = 1918n",
                    .cseq = "cseq: 0009\r\n  INVITE",
                    .hops = "MaX-fOrWaRdS: 0068",
                    .more = {"s :", "NewThing:   new value\r\n continued new value",
                             "UnknownHeaderWithUnusualValue: ;;,,;;,;",
                             "Route:\r\n <sip:p.test;lr;unknownwith=value;no-value>",
                             "v:  SIP  / 2.0  / TCP     spindle.test   ;\r\n  branch  =   "
                             "z9hG4bK9  ,\r\n SIP  /    2.0   / UDP  192.0.2.3   ; "
                             "branch=\r\n z9hG4bK30239",
                             "m:\"Quoted string \\\"\\\"\" <sip:caller@a.test> ; newparam "
                             "=\r\n      newvalue ;\r\n  secondparam ; q = 0.33"}});
    parts.length.insert(parts.length.find(':'), "   ");
    return text(parts);
}

// Every character that a token, a user, a password, a word and a quoted pair may hold.
std::string wide_characters() {
    const std::string method = "!odd-Method0123456789_*+`.%indeed'~";
    return text({.start = method +
                          " sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*"
                          "pas$wo~d_too.(doesn't-it)@b.test SIP/2.0",
                 .via = "Via: SIP/2.0/TCP host1.a.test;branch=z9hG4bK-.!%66*_+`'~",
                 .from = "From: token1~` token2'+_ token3*%!.- <sip:plain@a.test>;fromParam''~+*_!"
                         ".-%=\"\xd1\x80\xd0\xb0\xd0\xb1\";tag=_token~1'+`*%!-.",
                 .to = "To: \"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f\" "
                       "<sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@b.test>"s,
                 .call_id = "Call-ID: word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
                 .cseq = "CSeq: 139122385 " + method,
                 .hops = "Max-Forwards: 255",
                 .more = {"extensionHeader-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c"}});
}

std::string long_values() {
    Parts parts{.start = invite,
                .via = "Via: SIP/2.0/TCP sip33.a.test",
                .from = "F: sip:amazingly" + times(5, "longcallername") + "@a.test;tag=12" +
                        times(50, "982") + "424;unknown" + times(20, "name") + "=" +
                        times(20, "value") + ";valueless" + times(10, "paramname"),
                .to = "To: \"A name of " + times(10, "extreme") +
                      " proportion\"<sip:user@b.test:6000;param1=very" + times(20, "long") +
                      "value;longparam" + times(25, "name") + "=short;very" + times(25, "long") +
                      "NameWithNoValue>",
                .call_id = "Call-ID: longreq.one" + times(20, "really") + "longcallid",
                .cseq = "CSeq: 3882340 INVITE",
                .more = {"Unknown-" + times(20, "Long") + "-Name: unknown-" + times(20, "long") +
                         "-value; unknown-" + times(20, "long") + "-name = unknown-value"}};
    for (int hop = 32; hop > 0; --hop) {
        constexpr std::string_view names[] = {"v:", "V:", "ViA:", "vIA:", "V  :", "via :", "Via:"};
        parts.more.push_back(std::string(names[static_cast<std::size_t>(hop) % std::size(names)]) +
                             " SIP/2.0/TCP sip" + std::to_string(hop) + ".a.test");
    }
    parts.more.push_back("Via: SIP/2.0/TCP host.a.test;received=192.0.2.5;branch=very" +
                         times(50, "long") + "branchvalue");
    return text(with_offer(std::move(parts)));
}

// A signed body is binary: its octets are none of the parser's business.
std::string binary_parts() {
    const auto body =
        "--7a9c\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9c\r\n"
        "Content-Type: "
        "application/octet-stream\r\n\r\n0\x82\x01R\r\n\r\n\x00\xff\x80\r\n--7a9c--\r\n"s;
    return text(
        {.start = "MESSAGE sip:user@b.test SIP/2.0",
         .via = "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-1--d87543-;rport",
         .cseq = "CSeq: 1 MESSAGE",
         .more = {"Route: <sip:127.0.0.1:5080>", "Identity: r5mwreLuyDRYBi/0TiPwEs+Wl9U=",
                  "Content-Type: multipart/mixed;boundary=7a9c",
                  "Content-Transfer-Encoding: binary", "Date: Sat, 15 Oct 2005 04:44:56 GMT",
                  "User-Agent: Phone.test/0.2.5 (curses)"},
         .length = "Content-Length: " + std::to_string(body.size()),
         .body = body});
}

}  // namespace

std::vector<Rfc4475Message> rfc4475_valid() {
    using enum Expected;
    const Parts registers{.start = "REGISTER sip:b.test SIP/2.0", .cseq = "CSeq: 8 REGISTER"};
    auto nulls = registers;
    nulls.to = "To: sip:null-%00-null@b.test";
    nulls.from = "From: sip:null-%00-null@b.test;tag=839923423";
    nulls.more = {"Contact: <sip:%00@host5.b.test>", "Contact: <sip:%00%00@host5.b.test>"};
    nulls.length = "L:0";
    auto twice = registers;
    twice.more = {"Contact: sip:caller@host.a.test"};
    twice.length = "Content-Length: 0";
    twice.body = "\r\n" + text(with_offer({.start = invite, .cseq = invited}));
    return {
        {"wsinv", "3.1.1.1", well_formed, tortuous_invite()},
        {"intmeth", "3.1.1.2", well_formed, wide_characters()},
        {"esc01", "3.1.1.3", well_formed,
         text(with_offer(
             {.start = "INVITE sip:sips%3Auser%40a.test@b.test SIP/2.0",
              .from = "From: <sip:I%20have%20spaces@a.test>;tag=938",
              .to = "To: sip:%75se%72@b.test",
              .cseq = invited,
              .more = {"Contact:\r\n  <sip:cal%6Cer@a.test;%6C%72;n%61me=v%61lue%25%34%31>"}}))},
        {"escnull", "3.1.1.4", well_formed, text(nulls)},
        {"esc02", "3.1.1.5", well_formed,
         text({.start = "RE%47IST%45R sip:registrar.b.test SIP/2.0",
               .via = "Via: SIP/2.0/TCP host.a.test;branch=z9hG4bK209%fzsnel234",
               .from = "From: \"%Z%45\" <sip:resource@b.test>;tag=f232jadfj23",
               .to = "To: \"%Z%45\" <sip:resource@b.test>",
               .cseq = "CSeq: 29344 RE%47IST%45R",
               .more = {"Contact: <sip:alias1@a.test>", "C%6Fntact: <sip:alias2@a.test>",
                        "Contact: <sip:alias3@a.test>"}})},
        {"lwsdisp", "3.1.1.6", well_formed,
         text({.from = "From: caller<sip:caller@a.test>;tag=323"})},
        {"longreq", "3.1.1.7", well_formed, long_values()},
        {"dblreq", "3.1.1.8", well_formed, text(twice)},
        {"semiuri", "3.1.1.9", well_formed,
         text({.start = "OPTIONS sip:user;par=u%40a.test@b.test SIP/2.0",
               .more = {"Accept: application/sdp, application/pkcs7-mime,\r\n        "
                        "multipart/mixed,\r\n"
                        "        message/sip"}})},
        {"transports", "3.1.1.10", well_formed,
         text({.more = {"Via: SIP/2.0/SCTP t2.a.test;branch=z9hG4bK2",
                        "Via: SIP/2.0/TLS t3.a.test;branch=z9hG4bK3",
                        "Via: SIP/2.0/UNKNOWN t4.a.test;branch=z9hG4bK4",
                        "Via: SIP/2.0/TCP t5.a.test;branch=z9hG4bK5"}})},
        {"mpart01", "3.1.1.11", well_formed, binary_parts()},
        {"unreason", "3.1.1.12", well_formed,
         text(with_offer(
             {.start = "SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe \xd1\x81\xd1\x82\xd0\xbe",
              .to = ringing_tags,
              .cseq = "CSeq: 35 INVITE",
              .hops = "",
              .more = {"Contact: <sip:user@host.b.test>"}}))},
        {"noreason", "3.1.1.13", well_formed,
         text(
             {.start = "SIP/2.0 100 ", .to = ringing_tags, .cseq = "CSeq: 35 INVITE", .hops = ""})},
    };
}

}  // namespace twinline::test
