// What a probe asks of a server of SIP and reads off its answer, over any transport. Written out by
// hand: the rig's probe must not fail or pass with a parser of the phone or of the decoder.
#pragma once

#include "rig/testbed/probe.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::testbed {

// Sixteen digits that no other message has.
std::string own_token();

struct SipRequest {
    std::string octets, call_id;

    // The final status of an answer to it; nothing for a packet that is none.
    std::optional<int> status_of(std::string_view answer) const;
};

// Where it goes and comes from.
struct SipWay {
    std::string host;
    std::uint16_t port = 0;
    std::string source;
    std::uint16_t source_port = 0;
    bool over_tls = false;
};

SipRequest request_to(const SipWay& way, std::string_view method);

}  // namespace twinline::testbed
