// What keeps a flow alive, as events: STUN's Binding method on the port of SIP (RFC 5626 3.5.2, RFC
// 5389), CRLFs (RFC 5626 3.5.1) and the vendors' zeros. Nothing here is shared with the phone.
#pragma once

#include "probes/decode/bytes.hh"
#include "probes/decode/draft.hh"

#include <string_view>

namespace twinline::decode {

// Whether this, said where SIP is said, is none of SIP's own messages.
bool is_keepalive(std::string_view message);

// Sets the kind and the fields of what is_keepalive(), and answers true; false for STUN that keeps
// nothing alive. `transport`: "udp", "tcp" or "tls".
bool read_keepalive(Draft& event, Bytes message, std::string_view transport);

}  // namespace twinline::decode
