// What the phone answers to requests that reach it outside any call (RFC 3261 section 8.2): OPTIONS
// is answered, what it does not know is refused.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/wire/sip_message.hh"

namespace twinline::phone {

// Answers `request`, which came from `source`; an ACK gets no answer.
void answer_request(Context& context, const wire::Endpoint& source,
                    const wire::SipMessage& request);

}  // namespace twinline::phone
