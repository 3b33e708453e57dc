// The flow to a SIP proxy that is not the registrar: opened beside the registration's, kept alive,
// and tried again in the background after it has failed (EXT-AA-OUT-01, EXT-AA-OUT-03).
#pragma once

#include "reference_impl/phone/flow.hh"
#include "reference_impl/phone/route.hh"

#include <optional>

namespace twinline::phone {

class ProxyFlow {
  public:
    ProxyFlow(Context& context, Resolver& resolver, const config::Account& account,
              const Route::Leg& leg)
        : context_(context), resolver_(resolver), account_(account), leg_(leg) {}

    void open(wire::Instant now);
    void close();
    void on_pong(wire::Instant now, const wire::Endpoint& server);
    void on_stun(wire::Instant now, const wire::StunMessage& answer, const wire::Endpoint& server);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    unsigned place() const { return leg_.place; }
    bool is_open() const { return state_ != State::off; }
    bool works() const { return flow_ && flow_->is_confirmed(); }
    // Since it was opened, or since it worked last.
    bool has_failed() const { return failures_ > 0; }

  private:
    enum class State { off, locating, flowing, waiting };

    void begin(wire::Instant now);
    void take_hop(wire::Instant now);
    void failed(wire::Instant now, Flow::Failure failure);
    void watch(wire::Instant now);

    Context& context_;
    Resolver& resolver_;
    const config::Account& account_;
    Route::Leg leg_;
    State state_ = State::off;
    std::optional<Route> route_;
    std::optional<Flow> flow_;
    unsigned failures_ = 0;
    std::optional<wire::Instant> wake_;
};

}  // namespace twinline::phone
