// DNS messages as events (RFC 1035, 2782, 3403), read through ldns: the reference reads them with
// the same library, because DNS is what the lab serves, not what it judges the spelling of.
#pragma once

#include "probes/decode/bytes.hh"
#include "probes/decode/draft.hh"

#include <string_view>

namespace twinline::decode {

inline constexpr std::uint16_t dns_port = 53;

// Sets the kind and the fields; the rest is the decoder's.
void read_dns(Draft& event, Bytes message, std::string_view transport);

}  // namespace twinline::decode
