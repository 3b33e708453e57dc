// The way of a call or a subscription, and what its servers' registrations have to say about it
// (YL-ROE-02, YL-OSR-01).
#pragma once

#include "reference_impl/phone/route.hh"

#include <optional>
#include <vector>

namespace twinline::phone {

class CallRoute : public Route {
  public:
    // Whether the first server must hold a registration before it gets the request (reading
    // failback-first-request).
    enum class Start { with_request, with_register };

    // `first`: the server that is to be tried first of the first leg's; none: as DNS orders them.
    CallRoute(Context& context, Resolver& resolver, const config::Account& account,
              const std::vector<Leg>& legs, std::optional<Target> first)
        : Route(context, resolver, account, legs, Candidates::Purpose::call,
                {.target = std::move(first), .place = legs.front().place}),
          context_(context) {}

    // The request is the first that goes back to the primary, and has to wait for its registration.
    bool returns_home(Start start) const;
    // YL-ROE-02: the phone registers at the current server before the request goes there.
    bool wants_registration(Start start) const;
    void register_at_hop(wire::Instant now, Start start);
    // YL-OSR-01: no request other than REGISTER goes to the current server, for it holds no
    // registration and will hold none.
    bool is_barred(Start start) const;

  private:
    Context& context_;
};

}  // namespace twinline::phone
