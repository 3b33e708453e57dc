// The servers that a request may go to, one after the other: those of the first server's name, then
// those of the one that stands in for it, by whatever way it is reached (YL-FO-INV-02, AA-BPR-02).
#pragma once

#include "reference_impl/phone/candidates.hh"
#include "reference_impl/phone/patience.hh"

#include <list>
#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class Registration;

class Route {
  public:
    // One configured server, the outbound proxy on the way there or none, and the registration that
    // is kept there.
    struct Leg {
        Registration* registration = nullptr;
        const config::Server* server = nullptr;
        const config::Server* proxy = nullptr;
        unsigned place = 0;  // among the legs of the vendor's rule: 0 is the first choice

        const config::Server& first_hop() const { return proxy != nullptr ? *proxy : *server; }
    };
    struct Hop {
        Target target;
        Leg leg;
        Rank rank;
        bool is_first = false;    // of all: nothing has failed before
        bool is_primary = false;  // the first server of its name
    };
    // What is known when a walk begins: a server, of which leg, and whether it is tried first.
    struct Known {
        std::optional<Target> target;
        unsigned place = 0;
        Candidates::First first = Candidates::First::home;
    };

    Route(Context& context, Resolver& resolver, const config::Account& account,
          const std::vector<Leg>& legs, Candidates::Purpose purpose, Known known);

    enum class State { idle, locating, at_hop, exhausted };

    // To the next hop; locating where that needs the DNS: then learn() goes on.
    void advance(wire::Instant now);
    void learn(wire::Instant now, const Resolver::Result& result);

    State state() const { return state_; }
    const Hop& hop() const { return *hop_; }
    // Why there is no (further) server, where nothing was sent to any.
    const std::string& reason() const { return reason_; }
    const std::vector<std::string>& clauses() const { return clauses_; }
    // How many servers are left of the name that hop() is of.
    std::size_t left_of_name() const;
    bool is_on_last_leg() const;
    // When what DNS said of the current server ends, for a failover at that instant.
    wire::Instant good_until(wire::Instant failed_over) const;
    // Whether it is the first server of the first leg.
    bool is_primary(const Target& target) const {
        return stages_.front().candidates.is_primary(target);
    }

  private:
    struct Stage {
        Leg leg;
        Candidates candidates;
        bool begun = false;
        unsigned given = 0;
    };
    using Place = std::list<Stage>::iterator;

    void begin(wire::Instant now, Stage& stage);
    bool take(wire::Instant now, Stage& stage);
    bool give(const Target& target, Stage& stage);
    bool leaves_early() const;
    void turn_to_next_stage();

    Context& context_;
    std::optional<Hop> hop_;
    std::list<Stage> stages_;
    Place current_;   // where the next server comes from
    Place last_hop_;  // where the last one came from
    Known known_;
    State state_ = State::idle;
    std::string reason_;
    std::vector<std::string> clauses_;
    bool any_given_ = false;
    bool was_interrupted_ = false;  // the second stage comes before the rest of the first
};

}  // namespace twinline::phone
