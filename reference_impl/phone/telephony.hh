// The SIP side of a phone that has its configuration: lines, calls and subscriptions, and who of
// them gets what comes in. It decides nothing itself.
#pragma once

#include "reference_impl/phone/call.hh"
#include "reference_impl/phone/connections.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/line.hh"
#include "reference_impl/phone/resolver.hh"
#include "reference_impl/phone/responder.hh"
#include "reference_impl/phone/subscriptions.hh"

#include <list>
#include <optional>
#include <string>

namespace twinline::phone {

class Telephony {
  public:
    // With a line for each enabled account of the context's configuration.
    Telephony(Context& context, Resolver& resolver);
    Telephony(const Telephony&) = delete;
    Telephony& operator=(const Telephony&) = delete;

    void take(wire::Instant now, const Register& wanted);
    void take(wire::Instant now, const Unregister& wanted);
    void take(wire::Instant now, const Dial& dial);
    void take(wire::Instant now, const Answer& wanted);
    void take(wire::Instant now, const HangUp& wanted);
    void take(wire::Instant now, const Hold& wanted);
    void take(wire::Instant now, const Resume& wanted);

    void take_message(wire::Instant now, wire::Transport transport, const wire::Endpoint& source,
                      const std::string& bytes);
    // A line end on a connection, and STUN on the SIP port (RFC 5626 section 4.4).
    void take_pong(wire::Instant now, const Connections::Peer& peer);
    void take_stun(wire::Instant now, const wire::Endpoint& source,
                   const wire::StunMessage& message);
    void unreachable(wire::Instant now, const Connections::Peer& peer, const std::string& reason);
    void resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    void update_media() { call_.update_media(); }
    std::optional<wire::Instant> deadline() const;

  private:
    void serve(wire::Instant now, const Received& request);
    void registration_may_have_changed(wire::Instant now);

    Responder responder_;
    std::list<Line> lines_;
    Call call_;
    Subscriptions subscriptions_;
};

}  // namespace twinline::phone
