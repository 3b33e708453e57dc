// The walk of a call or a subscription over its servers: where the request goes, what the servers'
// registrations have to say about it (YL-ROE-02, YL-OSR-01), and why the walk went on.
#pragma once

#include "reference_impl/phone/route.hh"
#include "reference_impl/wire/sip_message.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class CallRoute : public Route {
  public:
    // Whether the first server must hold a registration before it gets the request (reading
    // failback-first-request).
    enum class Start { with_request, with_register };

    // `first`: the server that is to be tried first of the first leg's; none: as DNS orders them.
    CallRoute(Context& context, Resolver& resolver, const config::Account& account,
              const std::vector<Leg>& legs, std::optional<Target> first, Start start)
        : Route(context, resolver, account, legs, Candidates::Purpose::call,
                {.target = std::move(first), .place = legs.front().place}),
          context_(context),
          start_(start) {}

    // What is due: an answer of the DNS or of a registrar is waited for, the request goes to hop(),
    // or there is nobody (left) to send it to.
    enum class Step { locating, registering, send, nobody };

    // To the next server; `reason` and `clauses` say why the one before was given up.
    Step go_on(wire::Instant now, std::string reason, std::vector<std::string> clauses);
    Step on_resolved(wire::Instant now, const Resolver::Result& result);
    // While a registrar is waited for: its answer may have come.
    Step on_registration(wire::Instant now);

    // The route that a request to hop() is given: over its outbound proxy (RFC-3261-812), then as
    // its registrar has told (RFC-3608-01).
    std::vector<wire::NameAddr> pre_loaded() const;

    // Why there is nobody.
    const std::string& nobody_reason() const { return reason_.empty() ? reason() : reason_; }
    const std::vector<std::string>& nobody_clauses() const {
        return reason_.empty() ? clauses() : why_;
    }
    // Why the request goes to hop() instead of the server before, in the words of the request
    // ("the call goes to").
    Decision turn(const std::string& words, std::vector<std::string> clauses) const;

  private:
    Step arrive(wire::Instant now);
    bool returns_home() const;
    bool wants_registration() const;
    bool is_barred() const;

    Context& context_;
    Start start_;
    bool register_asked_ = false;
    std::string reason_;  // the server before was given up, and by which clauses
    std::vector<std::string> why_;
};

}  // namespace twinline::phone
