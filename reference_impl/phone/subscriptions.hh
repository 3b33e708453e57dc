// All subscriptions of the phone, and the NOTIFYs that belong to none (RFC 6665 section 4.1.3).
#pragma once

#include "reference_impl/phone/subscription.hh"

#include <list>
#include <optional>

namespace twinline::phone {

class Subscriptions {
  public:
    Subscriptions(Context& context, Resolver& resolver, Responder& responder);

    // What the account of `line` has itself told of.
    void add(Line& line);
    void leave(wire::Instant now);
    // True when the request was a NOTIFY.
    bool on_request(wire::Instant now, const Received& request);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_registration(wire::Instant now);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

  private:
    void check_sync(wire::Instant now, const Received& request);

    Context& context_;
    Resolver& resolver_;
    Responder& responder_;
    OneShots one_shots_;
    std::list<Subscription> subscriptions_;
};

}  // namespace twinline::phone
