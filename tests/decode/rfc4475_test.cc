// RFC 4475's torture messages: the probe tells the well formed from the others, says what is wrong
// and where, and differs from sofia-sip in the messages listed here, for the reasons given.
#include "tests/decode/rfc4475.hh"

#include "probes/decode/sip_scanner.hh"
#include "reference_impl/wire/sip_message.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_buffer.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_util.h>

#include <map>
#include <memory>
#include <set>

namespace {

using namespace twinline;
using test::Expected;
using test::Rfc4475Message;

using Names = std::set<std::string_view>;

// sofia-sip's message layer alone, as its own transaction layer asks it.
bool sofia_takes(std::string_view bytes) {
    const std::unique_ptr<msg_t, void (*)(msg_t*)> message(
        msg_create(sip_default_mclass(), MSG_DO_EXTRACT_COPY), msg_destroy);
    std::string buffer(bytes);
    buffer += '\0';
    msg_buf_set(message.get(), buffer.data(), static_cast<usize_t>(buffer.size()));
    msg_buf_commit(message.get(), static_cast<usize_t>(bytes.size()), 1);
    const int outcome = msg_extract(message.get());
    const auto* sip = sip_object(message.get());
    return outcome > 0 && msg_is_complete(message.get()) && !msg_has_error(message.get()) &&
           sip_sanity_check(sip) >= 0;
}

Names where(const auto& differs) {
    Names names;
    static const auto messages = test::rfc4475_messages();
    for (const auto& message : messages)
        if (differs(message)) names.insert(message.name);
    return names;
}

Names names_of(const std::map<std::string_view, std::string_view>& argued) {
    Names names;
    for (const auto& [name, argument] : argued) names.insert(name);
    return names;
}

decode::SipView read(const std::string& bytes) {
    auto view = decode::scan_sip(bytes);
    EXPECT_TRUE(view) << view.error().offset << ": " << view.error().reason;
    return view.value_or(decode::SipView{});
}

std::string bytes_of(std::string_view name) {
    for (const auto& message : test::rfc4475_messages())
        if (message.name == name) return message.bytes;
    return {};
}

TEST(Rfc4475, AllMessagesAreHere) {
    Names names, sections;
    for (const auto& message : test::rfc4475_messages()) {
        names.insert(message.name);
        sections.insert(message.section);
    }
    EXPECT_EQ(names.size(), 49U);
    EXPECT_EQ(sections.size(), 49U);
}

TEST(Rfc4475, TheProbeTakesWhatIsWellFormed) {
    for (const auto& message : test::rfc4475_messages()) {
        if (message.expected != Expected::well_formed) continue;
        SCOPED_TRACE(message.name);
        const auto view = decode::scan_sip(message.bytes);
        EXPECT_TRUE(view) << view.error().offset << ": " << view.error().reason;
    }
}

TEST(Rfc4475, TheProbeRefusesTheOthersAndSaysWhere) {
    for (const auto& message : test::rfc4475_messages()) {
        if (message.expected == Expected::well_formed) continue;
        SCOPED_TRACE(message.name);
        const auto view = decode::scan_sip(message.bytes);
        ASSERT_FALSE(view);
        EXPECT_EQ(view.error().reason, message.fault.reason);
        EXPECT_EQ(view.error().offset, message.bytes.find(message.fault.at) + message.fault.plus);
    }
}

TEST(Rfc4475, WhatIsOddIsReadRightly) {
    const auto tortuous = bytes_of("wsinv"), wide = bytes_of("intmeth"),
               long_one = bytes_of("longreq");
    EXPECT_EQ(read(tortuous).via_count, 3U);
    EXPECT_EQ(read(tortuous).via.branch, "390old");
    EXPECT_EQ(read(tortuous).from.tag, "98asjd8");
    EXPECT_EQ(read(tortuous).cseq, 9U);
    EXPECT_EQ(read(wide).method, "!odd-Method0123456789_*+`.%indeed'~");
    EXPECT_EQ(read(wide).from.tag, "_token~1'+`*%!-.");
    EXPECT_EQ(read(long_one).via_count, 34U);
    // An escape in a method or in the name of a header is none.
    const auto escaped = bytes_of("esc02");
    EXPECT_EQ(read(escaped).method, "RE%47IST%45R");
    EXPECT_EQ(read(escaped).contact_count, 2U);
    // What follows a body in a datagram is not its message.
    const auto twice = bytes_of("dblreq");
    EXPECT_EQ(read(twice).method, "REGISTER");
    EXPECT_EQ(read(twice).body, "");
    EXPECT_EQ(read(bytes_of("noreason")).status, 100);
    // Without <> a parameter is the header's, within them the URI's.
    const auto outside = bytes_of("cparam01"), inside = bytes_of("cparam02");
    EXPECT_EQ(read(outside).contact->uri, "sip:+19725552222@gw1.a.test");
    EXPECT_EQ(read(inside).contact->uri, "sip:+19725552222@gw1.a.test;unknownparam");
}

// Of all that is well formed sofia-sip alone refuses one; of the others it takes nine more than the
// probe, which must call a phone's fault a fault.
TEST(Rfc4475, TheDifferencesToSofiaSipAreTheseAndArgued) {
    const std::map<std::string_view, std::string_view> argued{
        {"intmeth",
         "a method may hold a backtick, a quoted pair a NUL (25.1): sofia-sip has neither"},
        {"lwsstart", "one SP stands on either side of the Request-URI (7.1)"},
        {"trws", "nothing stands between the version and CRLF (7.1)"},
        {"escruri", "a Request-URI has no headers (19.1.1, table 1)"},
        {"baddate", "a date is in GMT and nothing else (20.17, 25.1)"},
        {"regbadct", "a URI with a question mark stands in <> (20)"},
        {"badaspec", "no white space stands between < and the URI (25.1, name-addr)"},
        {"badvers", "another version is not read by this one's rules, but answered 505 (21.5.6)"},
        {"multi01", "CSeq, Call-ID, To, From stand once (7.3.1); sofia-sip takes one of each"},
        {"inv2543", "a request has Max-Forwards (8.1.1): the probe judges phones of RFC 3261"},
    };
    EXPECT_EQ(where([](const Rfc4475Message& message) {
                  return sofia_takes(message.bytes) != decode::scan_sip(message.bytes).has_value();
              }),
              names_of(argued));
}

// The phone reads with sofia-sip too, and checks what that lets pass where it would act on it.
TEST(Rfc4475, TheDifferencesToThePhoneAreTheseAndArgued) {
    const std::map<std::string_view, std::string_view> argued{
        {"intmeth", "the phone's strings end at a NUL, so it refuses one; 25.1 permits it quoted"},
        {"lwsstart",
         "one SP stands in a request line (7.1); the phone takes more, as 3.1.2.9 allows"},
        {"trws", "nothing follows the version (7.1); the phone takes blanks, as 3.1.2.10 allows"},
        {"escruri", "headers have no place in a Request-URI (19.1.1); the phone leaves them alone"},
        {"baddate", "a date is in GMT (20.17); the phone reads no Date"},
        {"inv2543",
         "a phone that leaves Max-Forwards out is at fault (8.1.1); one that is called "
         "by an old phone need not mind (3.4.1)"},
    };
    EXPECT_EQ(where([](const Rfc4475Message& message) {
                  return wire::parse_sip(message.bytes).has_value() !=
                         decode::scan_sip(message.bytes).has_value();
              }),
              names_of(argued));
}

TEST(Rfc4475, WhereBothReadTheyReadTheSame) {
    std::size_t compared = 0;
    for (const auto& message : test::rfc4475_messages()) {
        const auto ours = decode::scan_sip(message.bytes);
        const auto theirs = wire::parse_sip(message.bytes);
        if (!ours || !theirs) continue;
        SCOPED_TRACE(message.name);
        ++compared;
        EXPECT_EQ(ours->method, theirs->method);
        EXPECT_EQ(ours->status, theirs->status);
        EXPECT_EQ(ours->call_id, theirs->call_id);
        EXPECT_EQ(ours->cseq, theirs->cseq);
        EXPECT_EQ(ours->via_count, theirs->via.size());
        EXPECT_EQ(ours->via.branch, theirs->via.front().branch);
        EXPECT_EQ(ours->from.tag, theirs->tag_of_from());
        EXPECT_EQ(ours->to.tag, theirs->tag_of_to());
        EXPECT_EQ(ours->contact_count, theirs->contact.size());
        EXPECT_EQ(ours->body, theirs->body);
    }
    EXPECT_EQ(compared, 25U);
}

}  // namespace
