// One account as the user sees it: registered at its server, or at two of them by the vendor's rule
// of concurrent or successive registration (YL-REG-04, YL-REG-07).
#pragma once

#include "reference_impl/phone/registration.hh"

#include <list>
#include <optional>

namespace twinline::phone {

class Line {
  public:
    Line(Context& context, Resolver& resolver, const config::Account& account);

    void start(wire::Instant now);
    void leave(wire::Instant now);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_refused(wire::Instant now, const wire::Endpoint& server, unsigned code);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

  private:
    bool is_successive() const;
    void settle(wire::Instant now);
    wire::Instant fallback_due(wire::Instant now) const;
    void turn_to_fallback(wire::Instant now);

    Context& context_;
    const config::Account& account_;
    std::list<Registration> registrations_;  // the working server's first
    bool wanted_ = false;                    // the user wants to be registered
    bool was_registered_ = false;            // at the working server, since it last failed
    wire::Instant first_try_{};              // at the working server, since the user wanted it
    std::optional<wire::Instant> fallback_at_;
};

}  // namespace twinline::phone
