// The probe's own reader of SIP, strict by the grammar of RFC 3261 section 25 in what it reads, and
// without copies: it shares nothing with the reference, because a rig that reads with the
// reference's eyes misses what both get wrong.
#pragma once

#include "probes/decode/sip_view.hh"

#include <tl/expected.hpp>

#include <string_view>

namespace twinline::decode {

// One whole datagram (RFC 3261 18.3). A fault names the first octet that breaks a rule.
tl::expected<SipView, SipFault> scan_sip(std::string_view datagram);

// Whether the first line is shaped like a request or a status line: how SIP is found on ports of
// its own.
bool looks_like_sip(std::string_view datagram);

}  // namespace twinline::decode
