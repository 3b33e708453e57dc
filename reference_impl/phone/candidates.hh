// The servers one request may go to, in the order in which they are tried: location by DNS, the
// server to stay with first, and those that asked to be left alone last.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/location.hh"
#include "reference_impl/phone/resolver.hh"

#include <optional>
#include <set>
#include <vector>

namespace twinline::phone {

// A server that said nothing is left alone for a while: reading primary-first-against-blacklist.
void avoid(Context& context, const config::Account& account, const Target& server,
           wire::Instant now);

class Candidates {
  public:
    enum class State { idle, locating, ready, nowhere };

    // What the request is for: reading realtime-query-scope tells calls from registrations.
    enum class Purpose { registration, call };

    Candidates(Context& context, Resolver& resolver, const config::Account& account,
               config::Server server, Purpose purpose = Purpose::registration)
        : context_(context),
          resolver_(resolver),
          account_(account),
          server_(std::move(server)),
          purpose_(purpose) {}

    enum class First { home, primary };

    // Begins a new round. `home`, which holds the binding, is tried first when that is wanted and
    // DNS still names it; while no DNS server answers it is all that is known.
    void begin(wire::Instant now, std::optional<Target> home, First first);
    // True when the round has become ready or has come to nothing.
    bool learn(wire::Instant now, const Resolver::Result& result);
    void abandon() { state_ = State::idle; }

    State state() const { return state_; }
    const Location::Nowhere& nowhere() const { return nowhere_; }
    // The next one to try; none when all have been tried or must be left alone.
    std::optional<Target> next(wire::Instant now);
    // The first one, whether it must be left alone or not.
    std::optional<Target> first() const {
        return targets_.empty() ? std::nullopt : std::optional(targets_.front());
    }
    // How many are left after the one that next() gave last.
    std::size_t left() const { return targets_.size() - next_; }
    // The first that DNS names, whatever server the round began with.
    bool is_primary(const Target& target) const { return primary_ && *primary_ == target.endpoint; }
    // When the first of the answers that led here ends, for a phone that failed over at that
    // instant (RFC-1035-01, readings dnsttl-record and dnsttl-start).
    wire::Instant good_until(wire::Instant failed_over) const {
        return location_ ? location_->good_until(failed_over) : wire::Instant{};
    }

  private:
    void advance(wire::Instant now);
    const DnsAnswer* remembered(wire::Instant now, const wire::DnsQuestion& question) const;
    const DnsAnswer* of_registration(const wire::DnsQuestion& question) const;
    void take(std::vector<Target> targets);

    Context& context_;
    Resolver& resolver_;
    const config::Account& account_;
    config::Server server_;
    Purpose purpose_;
    State state_ = State::idle;
    std::optional<Location> location_;
    std::set<std::string> told_;  // names whose addresses came with an answer of this round
    std::optional<Target> home_;
    First first_ = First::home;
    std::vector<Target> targets_;
    std::size_t next_ = 0;
    std::optional<wire::Endpoint> primary_;
    Location::Nowhere nowhere_;
};

}  // namespace twinline::phone
