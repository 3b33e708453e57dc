// How the phone answers requests (RFC 3261 sections 8.2 and 17.2): a repeated request gets the same
// answer again, what the phone does not know is refused.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/location.hh"
#include "reference_impl/wire/sip_message.hh"

#include <deque>
#include <optional>
#include <string>

namespace twinline::phone {

// A request with the server or peer that it came from.
struct Received {
    wire::SipMessage message;
    Target source;
};

class Responder {
  public:
    explicit Responder(Context& context) : context_(context) {}

    // True when it was a repetition and has got its answer again.
    bool repeats(wire::Instant now, const Received& request);
    // An answer without anything but what RFC 3261 8.2.6.2 asks for; `tag`: of To, if it has none.
    wire::SipMessage form(const Received& request, int status, const std::string& tag = {});
    // `clause`: what asks for it; empty: that a request has an answer.
    void send(wire::Instant now, const Received& request, const wire::SipMessage& response,
              const std::string& clause = {});
    void answer(wire::Instant now, const Received& request, int status) {
        send(now, request, form(request, status));
    }
    // What nobody else in the phone wanted: OPTIONS is answered, the rest is refused.
    void answer_outside_calls(wire::Instant now, const Received& request);

  private:
    struct Sent {
        std::string branch, method;
        wire::Endpoint source;
        Transmit response;
        wire::Instant until;
        int status = 0;
        unsigned times = 1;
    };

    Context& context_;
    std::deque<Sent> sent_;  // the latest, bounded
};

}  // namespace twinline::phone
