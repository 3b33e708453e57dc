// Option tags of Supported, Require and their like (RFC 3261 19.2): a comma-separated list that may
// be spread over several header lines (7.3.1).
#pragma once

#include "reference_impl/wire/sip_message.hh"

#include <string_view>

namespace twinline::wire {

// Whether a header line of this name lists the tag. Neither's case matters.
bool has_option(const SipMessage& message, std::string_view header, std::string_view tag);

}  // namespace twinline::wire
