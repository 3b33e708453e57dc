// One flow of SIP outbound: the connection, or over UDP the path, on which a server reaches the
// phone. It is kept alive and watched (RFC 5626 section 4.4); what its end means is its owner's
// business.
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/location.hh"
#include "reference_impl/wire/stun.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

// How long what could not be formed is left alone: doubled with each failure in a row, half of it
// by chance, less where no other flow works (RFC-5626-06). Of a registration without flows that is
// a habit, and no document says how long. `of`: whose it is.
enum class Recovery { of_a_flow, of_a_registration };
wire::Duration recovery_wait(Context& context, Recovery recovery, std::string_view of,
                             unsigned failures, bool another_works);

class Flow {
  public:
    // Who says how often it is kept alive: the server by Flow-Timer, or the configuration; else
    // the RFC does.
    struct Interval {
        std::optional<std::chrono::seconds> flow_timer{};
        std::optional<std::chrono::seconds> configured{};
    };
    enum class Begin { later, at_once };  // with the first ping

    Flow(Context& context, Target target, Interval interval, wire::Instant now,
         Begin begin = Begin::later);

    const Target& target() const { return target_; }
    void set(Interval interval) { interval_ = interval; }  // from the next ping on

    // A line end came on the connection to this server.
    void on_pong(wire::Instant now, const wire::Endpoint& server);
    void on_stun(wire::Instant now, const wire::StunMessage& answer, const wire::Endpoint& server);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    // Whether the server has answered a ping.
    bool is_confirmed() const { return confirmed_; }
    struct Failure {
        std::string reason;
        std::vector<std::string> clauses;
    };
    const std::optional<Failure>& failure() const { return failure_; }

  private:
    struct Ping {
        std::string transaction;  // of STUN
        unsigned sends = 1;
        wire::Duration interval{};
        wire::Instant next{};  // the next send, or the end
    };

    bool is_stream() const { return target_.is_reliable(); }
    void ping(wire::Instant now);
    void send(const std::string& text);
    void answered(wire::Instant now);
    void fail(std::string reason);
    wire::Duration pause();

    Context& context_;
    Target target_;
    Interval interval_;
    wire::Instant next_ping_;
    std::optional<Ping> ping_;
    std::optional<wire::Endpoint> mapped_;  // the phone as the server sees it
    bool confirmed_ = false;
    std::optional<Failure> failure_;
};

}  // namespace twinline::phone
