// The 49 tests of RFC 4475, each as a message with the same torture in it and other names around
// it: its section, and whether RFC 3261 calls the message well formed, whatever the layers above
// make of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::test {

enum class Expected {
    well_formed,
    malformed,
    legacy  // right by RFC 2543 alone; section 3.4.1 leaves it to the reader whether to take it
};

struct Rfc4475Message {
    std::string_view name;  // as the RFC calls it
    std::string_view section;
    Expected expected;
    std::string bytes;
    // What the probe says of it, and where: at this text, and so many octets further.
    struct Fault {
        std::string_view reason, at;
        std::size_t plus = 0;
    } fault = {};
};

std::vector<Rfc4475Message> rfc4475_valid();    // section 3.1.1
std::vector<Rfc4475Message> rfc4475_invalid();  // section 3.1.2
std::vector<Rfc4475Message> rfc4475_layers();   // sections 3.2 to 3.4
std::vector<Rfc4475Message> rfc4475_messages();

namespace rfc4475 {

// A message of which a test says only what is odd; a line that is empty is left out.
struct Parts {
    std::string start = "OPTIONS sip:user@b.test SIP/2.0";
    std::string via = "Via: SIP/2.0/UDP host.a.test;branch=z9hG4bKt";
    std::string from = "From: sip:caller@a.test;tag=33242";
    std::string to = "To: sip:user@b.test";
    std::string call_id = "Call-ID: torture@a.test";
    std::string cseq = "CSeq: 8 OPTIONS";
    std::string hops = "Max-Forwards: 70";
    std::vector<std::string> more = {};
    std::string length = "l: 0";
    std::string body = {};
};

std::string text(const Parts& parts);
// An INVITE's or another's session description, and the lines that tell of it.
Parts with_offer(Parts parts);
std::string times(std::size_t count, std::string_view text);

}  // namespace rfc4475

}  // namespace twinline::test
