// RFC 4475 sections 3.2 to 3.4: messages that trouble the transaction layer and the user agent.
// Most are well formed, and what is wrong with them is not for a parser to say.
#include "tests/decode/rfc4475.hh"

namespace twinline::test {

namespace {

using namespace rfc4475;

Parts registering(std::string contact) {
    return {.start = "REGISTER sip:b.test SIP/2.0",
            .cseq = "CSeq: 2 REGISTER",
            .more = {std::move(contact)}};
}

std::string old_invite() {
    auto parts = with_offer({.start = "INVITE sip:UserB@b.test SIP/2.0",
                             .via = "Via: SIP/2.0/UDP gateway.a.test",
                             .from = "From: <sip:+13035551111@client.a.test;user=phone>",
                             .to = "To: sip:+16505552222@ss1.b.test;user=phone",
                             .cseq = "CSeq: 56 INVITE",
                             .hops = "",
                             .more = {"Record-Route: <sip:UserB@b.test;maddr=ss1.b.test>"}});
    parts.length.clear();
    return text(parts);
}

}  // namespace

std::vector<Rfc4475Message> rfc4475_layers() {
    using enum Expected;
    const std::string start = "INVITE sip:user@b.test SIP/2.0", cseq = "CSeq: 8 INVITE";
    return {
        {"badbranch", "3.2.1", well_formed,
         text({.via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"})},
        {"insuf",
         "3.3.1",
         malformed,
         text(with_offer(
             {.start = start, .from = "", .to = "", .call_id = "", .cseq = cseq, .hops = ""})),
         {"From: missing", "\r\nv=0"}},
        {"unkscm", "3.3.2", well_formed,
         text({.start = "OPTIONS nobodyKnowsThisScheme:opaque SIP/2.0"})},
        {"novelsc", "3.3.3", well_formed,
         text({.start = "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"})},
        {"unksm2", "3.3.4", well_formed,
         text({.start = "REGISTER sip:b.test SIP/2.0",
               .from = "From: <http://www.a.test>;tag=3234233",
               .to = "To: isbn:2983792873",
               .cseq = "CSeq: 234902 REGISTER",
               .more = {"Contact: <name:John_Smith>"}})},
        {"bext01", "3.3.5", well_formed,
         text({.more = {"Require: nothingSupportsThis, nothingSupportsThisEither",
                        "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis"}})},
        {"invut", "3.3.6", well_formed,
         text({.start = start,
               .cseq = cseq,
               .more = {"Content-Type: application/unknownformat"},
               .length = "Content-Length: 19",
               .body = "<audio>\r\n</audio>\r\n"})},
        {"regaut01", "3.3.7", well_formed,
         text(registering("Authorization: NoOneKnowsThisScheme opaque-data=here"))},
        {"multi01",
         "3.3.8",
         malformed,
         text(with_offer(
             {.start = start,
              .cseq = "CSeq: 5 INVITE",
              .more = {"CSeq: 59 INVITE", "Call-ID: other@a.test", "To: sip:other@b.test",
                       "From: sip:other@a.test;tag=2923420123", "Max-Forwards: 5"}})),
         {"CSeq: twice", "CSeq: 59"}},
        {"mcl01",
         "3.3.9",
         malformed,
         text({.more = {"Content-Length: 13", "Content-Type: text/plain"},
               .length = "Content-Length: 5",
               .body = "Nobody knows how much of this counts.\r\n"}),
         {"Content-Length: twice", "Content-Length: 5"}},
        {"bcast", "3.3.10", well_formed,
         text(with_offer({.start = "SIP/2.0 200 OK",
                          .to = "To: sip:user@b.test;tag=2229",
                          .cseq = "CSeq: 35 INVITE",
                          .hops = "",
                          .more = {"Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
                                   "Contact: <sip:user@host.b.test>"}}))},
        {"zeromf", "3.3.11", well_formed, text({.hops = "Max-Forwards: 0"})},
        {"cparam01", "3.3.12", well_formed,
         text(registering("Contact: sip:+19725552222@gw1.a.test;unknownparam"))},
        {"cparam02", "3.3.13", well_formed,
         text(registering("Contact: <sip:+19725552222@gw1.a.test;unknownparam>"))},
        {"regescrt", "3.3.14", well_formed,
         text(registering("M: <sip:user@b.test?Route=%3Csip:sip.b.test%3E>"))},
        {"sdp01", "3.3.15", well_formed,
         text(
             with_offer({.start = start, .cseq = cseq, .more = {"Accept: text/nobodyKnowsThis"}}))},
        {"inv2543", "3.4.1", legacy, old_invite(), {"Max-Forwards: missing", "\r\nv=0"}},
    };
}

}  // namespace twinline::test
