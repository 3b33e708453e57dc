// The client transactions (RFC 3261 section 17.1): Timers A, B and D of INVITE, E, F and K of the
// others, cut short by a vendor's retry counts where there are any. It knows neither messages nor
// sockets: it says when to send again and when to give up.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/phone/patience.hh"
#include "reference_impl/wire/instant.hh"

#include <optional>

namespace twinline::phone {

class ClientTransaction {
  public:
    enum class Kind { invite, non_invite };
    enum class State { trying, proceeding, completed, terminated };
    enum class Act { none, send_again, time_out };

    // `reliable`: over TCP or TLS, where nothing is sent again (RFC-3261-TCP).
    ClientTransaction(Kind kind, wire::Instant now, const config::SipTimers& timers, bool reliable);

    // The server has been silent for T1 and nobody has said yet how long it is waited for: the
    // next call is to be limit().
    bool wants_limit(wire::Instant now) const {
        return !limited_ && state_ == State::trying && now >= begun_ + timers_.t1;
    }
    void limit(wire::Instant now, const Patience& patience);

    // True when the response is news for the transaction user; repeats are absorbed (Timers D and
    // K), of provisional ones to INVITE none.
    bool on_response(wire::Instant now, int status);
    // A transport error ends the transaction at once (17.1.4).
    void on_transport_error() { state_ = State::terminated; }
    Act on_deadline(wire::Instant now);

    std::optional<wire::Instant> deadline() const;
    State state() const { return state_; }
    unsigned sends() const { return sends_; }
    bool waits_for_answer() const { return state_ == State::trying || state_ == State::proceeding; }

  private:
    wire::Instant schedule_end() const;
    void stop_sending(wire::Instant now, wire::Instant next_due);
    bool on_provisional(wire::Instant now);

    Kind kind_;
    config::SipTimers timers_;
    bool reliable_;
    Patience patience_;  // RFC 3261's own until limit() is called
    bool limited_ = false;
    State state_ = State::trying;
    unsigned sends_ = 1;
    wire::Instant begun_;
    wire::Duration interval_;
    std::optional<wire::Instant> timer_e_;  // or A
    wire::Instant timer_f_;                 // or B
    wire::Instant timer_k_;                 // or D
};

}  // namespace twinline::phone
