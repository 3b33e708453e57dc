// The grammar of RFC 3261 section 25.1 where sofia-sip is more generous than it.
#pragma once

#include "reference_impl/wire/sip_message.hh"

#include <string_view>

namespace twinline::wire {

bool is_token(std::string_view text);
bool is_uri(
    std::string_view text);  // a scheme, a colon, and only characters that may stand in a URI
bool is_host(std::string_view text);  // a name, a dotted address or an IPv6 reference
bool is_word(std::string_view text);  // visible ASCII, as in a Call-ID
// A token as name; as value nothing, a quoted string, or characters that end no parameter.
bool is_param(const Param& param);

}  // namespace twinline::wire
