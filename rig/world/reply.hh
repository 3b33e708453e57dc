// The response that every server of the virtual world begins with (RFC 3261 section 8.2.6).
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/sip_message.hh"

#include <string>

namespace twinline::world {

// `tag`: of To, if the request has none.
wire::SipMessage reply_to(const wire::SipMessage& request, const wire::Endpoint& source, int status,
                          std::string reason, std::string tag);

}  // namespace twinline::world
