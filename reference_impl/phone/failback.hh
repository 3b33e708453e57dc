// Which server the next request goes to first after a failover, and when the phone goes home
// (YL-PAR-26, YL-PAR-27; the generic profile stays where the binding is, RFC-3261-1024).
#pragma once

#include "reference_impl/phone/context.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class Failback {
  public:
    Failback(const Context& context, const config::Server& server)
        : context_(context), server_(server) {}

    // A binding was made, or a call taken. `primary`: at the first server of the list;
    // `good_until`: when what DNS said of the server ends.
    void registered(wire::Instant now, bool primary, wire::Instant good_until);
    void called(wire::Instant now, bool primary, wire::Instant good_until);
    void lost() { failed_over_.reset(); }
    // A round begins whose requests go to the primary first: what follows is a new failover.
    void tries_primary() { tries_primary_ = true; }

    // The next REGISTER goes to the server that holds the binding, instead of to the primary.
    bool stays(wire::Instant now) const;
    // The same of a call, whose way home is that of the registration in mode 2.
    bool call_stays(wire::Instant now) const;
    // The time of a stay has ended, and nothing has gone to the primary since.
    bool is_over(wire::Instant now) const;
    // A call begins, and the last one has ended (YL-FB-IDLE-01, reading idle-resume).
    void on_busy(wire::Instant now) { busy_since_ = now; }
    void on_idle(wire::Instant now);
    // When the phone turns to the primary by itself (reading failback-trigger); none after
    // `latest`.
    std::optional<wire::Instant> own_instant(wire::Instant latest) const;
    // Why the next REGISTER goes where it goes.
    std::vector<std::string> clauses(wire::Instant now) const;

  private:
    bool stays_by_reading(wire::Instant now) const;
    bool begins_stay(wire::Instant now, bool primary, wire::Instant good_until);
    std::optional<wire::Instant> ends() const;  // of the stay; none: it has no end of its own

    const Context& context_;
    const config::Server& server_;
    bool tries_primary_ = false;
    std::optional<wire::Instant> failed_over_;  // none: the binding is at the primary
    wire::Instant good_until_{};
    wire::Instant busy_since_{};
};

}  // namespace twinline::phone
