// The servers that a call may go to, one after the other: those of the working server's name, then
// those of the fallback server's, or the way over the other proxy (YL-FO-INV-02, YL-FBK-INV-03).
#pragma once

#include "reference_impl/phone/candidates.hh"
#include "reference_impl/phone/patience.hh"

#include <list>
#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class Registration;

class CallRoute {
  public:
    // One configured server with the registration that is kept there.
    struct Leg {
        Registration* registration = nullptr;
        const config::Server* server = nullptr;
        const config::Server* proxy = nullptr;
    };
    struct Hop {
        Target target;
        Leg leg;
        Rank rank;
        bool is_first = false;    // of all: nothing has failed before
        bool is_primary = false;  // the first server of its name
    };
    // Whether the first server must hold a registration before it gets the request (reading
    // failback-first-request).
    enum class Start { with_request, with_register };

    // `first`: the server that is to be tried first of the first leg's; none: as DNS orders them.
    CallRoute(Context& context, Resolver& resolver, const config::Account& account,
              std::vector<Leg> legs, std::optional<Target> first);

    enum class State { idle, locating, at_hop, exhausted };

    // To the next hop; locating where that needs the DNS: then learn() goes on.
    void advance(wire::Instant now);
    void learn(wire::Instant now, const Resolver::Result& result);

    State state() const { return state_; }
    const Hop& hop() const { return *hop_; }
    // The request is the first that goes back to the primary, and has to wait for its registration.
    bool returns_home(Start start) const;
    // YL-ROE-02: the phone registers at the current server before the request goes there.
    bool wants_registration(Start start) const;
    void register_at_hop(wire::Instant now, Start start);
    // YL-OSR-01: no request other than REGISTER goes to the current server, for it holds no
    // registration and will hold none.
    bool is_barred(Start start) const;
    // Why there is no (further) server, where the DNS is the reason.
    const std::string& reason() const { return reason_; }
    // When what DNS said of the current server ends, for a failover at that instant.
    wire::Instant good_until(wire::Instant failed_over) const;

  private:
    struct Stage {
        Leg leg;
        Candidates candidates;
        bool begun = false;
        unsigned given = 0;
    };

    bool leaves_for_fallback() const;
    void turn_to_next_stage();

    Context& context_;
    std::list<Stage> stages_;
    std::list<Stage>::iterator current_;
    std::optional<Target> first_;
    State state_ = State::idle;
    std::optional<Hop> hop_;
    std::string reason_;
    bool any_given_ = false;
    bool was_interrupted_ = false;  // reading combined-order: the fallback server comes in between
};

}  // namespace twinline::phone
