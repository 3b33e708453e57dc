// The first INVITE of a call on its way over the servers, until one of them gives a final answer
// (RFC 3261 section 13.2, RFC 3263 section 4.3, YL-FO-INV, YL-FBK-INV).
#pragma once

#include "reference_impl/phone/authenticator.hh"
#include "reference_impl/phone/call_route.hh"
#include "reference_impl/phone/dialog.hh"
#include "reference_impl/phone/one_shots.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class OutgoingInvite {
  public:
    enum class State { locating, registering, inviting, answered, failed };

    // `offer`: the body.
    OutgoingInvite(Context& context, const config::Account& account, CallRoute route,
                   OneShots& one_shots, const std::string& number, std::string offer);

    void start(wire::Instant now);
    void hang_up(wire::Instant now);

    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_registration(wire::Instant now);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    State state() const { return state_; }
    bool is_ringing() const { return ringing_; }
    const std::string& reason() const { return reason_; }
    // When answered.
    const CallRoute& route() const { return route_; }
    const wire::SipMessage& request() const { return attempt_->request; }
    const wire::SipMessage& answer() const { return answer_; }
    // The session goes on from here; repeats of the answer are still acknowledged.
    void take_over() { attempt_.reset(); }
    // What came before still has to be acknowledged.
    bool is_done() const { return !attempt_ && past_.empty(); }

  private:
    struct Attempt {
        CallRoute::Hop hop;
        wire::SipMessage request;
        ClientTransaction transaction;
        unsigned answers = 0;
        std::optional<unsigned> repeats;
    };
    struct Past {  // given up, or answered: what still comes is acknowledged
        Target target;
        wire::SipMessage request;
        wire::Instant until;
        std::string tag;  // of the dialog that is in use; empty: none is
    };
    using Clauses = std::vector<std::string>;

    void go_on(wire::Instant now, const std::string& reason, const Clauses& clauses);
    void take(wire::Instant now, CallRoute::Step step);
    void invite(wire::Instant now, unsigned answers, Decision why);
    void send(wire::Instant now, unsigned answers, Decision why);
    Decision first_reason() const;
    void on_final(wire::Instant now, const wire::SipMessage& response);
    void on_challenge(wire::Instant now, const wire::SipMessage& response);
    bool moves_on(const wire::SipMessage& response, Clauses& clauses) const;
    bool retry_counted(wire::Instant now, const std::string& reason);
    void on_time_out(wire::Instant now);
    void on_past(wire::Instant now, const wire::SipMessage& response);
    void acknowledge(const Target& target, const wire::SipMessage& request,
                     const wire::SipMessage& response);
    void cancel(wire::Instant now);
    void end_stray(wire::Instant now, const Past& past, const wire::SipMessage& response);
    void remember(wire::Instant now, std::string tag = {});
    void fail(std::string reason);

    Context& context_;
    const config::Account& account_;
    CallRoute route_;
    OneShots& one_shots_;
    Authenticator authenticator_;
    wire::SipMessage request_;
    State state_ = State::locating;
    bool ringing_ = false;
    bool provisional_ = false;
    bool hung_up_ = false;
    std::optional<wire::Instant> cancel_ends_;  // set: it was taken back
    unsigned refusals_ = 0;
    std::string reason_;
    std::optional<Attempt> attempt_;
    std::vector<Past> past_;
    wire::SipMessage answer_;
};

}  // namespace twinline::phone
