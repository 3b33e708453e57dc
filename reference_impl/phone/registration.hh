// Keeps one account registered at one of its server's addresses (RFC 3261 section 10.2, RFC 3263
// section 4.3): tries the candidates in order, answers challenges, refreshes, waits when all have
// failed.
#pragma once

#include "reference_impl/phone/failback.hh"
#include "reference_impl/phone/flow.hh"
#include "reference_impl/phone/register_request.hh"
#include "reference_impl/phone/route.hh"
#include "reference_impl/phone/transaction.hh"

#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

inline constexpr std::chrono::seconds first_pause{30};  // RFC-5626-06

class Registration {
  public:
    // `ways`: in the order in which they are tried, one at least. `role_clause`: what asks for a
    // registration there.
    Registration(Context& context, Resolver& resolver, const config::Account& account,
                 const std::vector<Way>& ways, std::string role_clause);

    void start(wire::Instant now);
    // Removes the binding (RFC 3261 10.2.2). Quietly: the account stays registered elsewhere, so
    // its user is told nothing.
    enum class Farewell { told, quiet };
    void leave(wire::Instant now, Farewell farewell = Farewell::told);

    void on_response(wire::Instant now, const wire::SipMessage& response);
    // A request to the server cannot be carried there (ICMP, a connection that fails); `reason`
    // goes on from the server's name.
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_pong(wire::Instant now, const wire::Endpoint& server);
    void on_stun(wire::Instant now, const wire::StunMessage& answer, const wire::Endpoint& server);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    // Registers at `target` before a call goes there; afterwards it is registered there, or it has
    // failed (YL-ROE-02).
    void register_at(wire::Instant now, const Target& target);
    // Tries the primary before a call does, and the others after it (reading
    // failback-first-request).
    void go_home(wire::Instant now);
    void on_busy(wire::Instant now) { failback_.on_busy(now); }
    void on_idle(wire::Instant now);

    std::optional<Target> home() const { return is_registered() ? home_ : std::nullopt; }
    bool is_registered_at(const wire::Endpoint& server) const {
        return is_registered() && home_->endpoint == server;
    }
    // By which later requests to where it is registered go; no other server's (RFC-3608-01).
    const std::vector<wire::NameAddr>& service_route() const { return service_route_; }
    bool is_under_way() const { return state_ == State::locating || state_ == State::trying; }
    const Failback& failback() const { return failback_; }
    // How many bindings were made or refreshed, and whether the last one is at the primary.
    unsigned bindings() const { return bindings_; }
    bool is_at_primary() const { return home_ && home_is_primary_; }
    // Which of its ways holds the binding.
    unsigned home_place() const { return home_leg_.place; }
    // From now on the ways of this place are tried first, and no primary is returned to (EXT-AC-01,
    // EXT-AC-02).
    void prefer(unsigned place) { preferred_place_ = place; }
    unsigned tried_place() const { return request_->leg().place; }
    // The server of this place that was tried last.
    std::optional<Target> met_at(unsigned place) const;
    // Its user is from now on the one at this server; what is bound is told so at once, where it is
    // (AA-OBP-12, AA-OBP-14).
    void speak_of(wire::Instant now, const config::Server& server);
    // Goes to the ways of this place, and to no other, at once (AA-OBP-21, AA-OBP-31).
    void move_to(wire::Instant now, unsigned place);
    // When what DNS said of the server of the last binding ends, where that matters (YL-FB-TTL-01).
    wire::Instant good_until(wire::Instant now) const;
    bool is_off() const { return state_ == State::off; }
    bool is_registered() const { return home_.has_value() && state_ != State::off; }
    // Every server of it was unavailable; a server that refused is not.
    bool has_failed() const { return state_ == State::waiting && !refused_; }
    // It was given up and has not been answered since.
    bool is_down() const { return failed_rounds_ > 0 && !home_; }
    wire::Instant round_begun() const { return round_begun_; }
    // When the last binding runs out, refreshed or not; none: there never was one.
    std::optional<wire::Instant> binding_ends() const { return binding_ends_; }
    // A failed round is followed by the next one after this time, instead of a growing pause; the
    // parameter's clause says why.
    void probe_every(wire::Duration interval, std::string clause) {
        probe_ = Probe{interval, std::move(clause)};
    }
    // Once registered, a failed round is followed by one at the usual times (reading
    // concurrent-probe-interval).
    void keep_schedule() { keeps_schedule_ = true; }
    // After the first server of its name the fallback server has its turn, and the rest follow when
    // that has failed too (reading combined-order).
    void give_way_to_fallback() { yields_ = true; }
    void go_on_after_fallback(wire::Instant now);
    // Its flow has failed, and there is no other yet (RFC-5626-04, RFC-5626-05).
    bool has_lost_flow() const { return lost_flow_ && !home_; }
    // How long a lost flow is left alone depends on whether this one works (RFC-5626-06).
    void recover_beside(const Registration& other) { other_flow_ = &other; }
    // Ends without a word: the binding is left to run out.
    void drop();

  private:
    using Clauses = std::vector<std::string>;
    enum class State { off, locating, trying, registered, waiting };
    struct Attempt {
        Target target;
        ClientTransaction transaction;
        unsigned answers = 0;             // challenges and 423s answered in this attempt
        std::optional<unsigned> repeats;  // further requests to this server that may follow
    };
    struct Probe {
        wire::Duration interval;
        std::string clause;
    };
    void begin_round(wire::Instant now);
    void begin_round(wire::Instant now, const std::vector<Route::Leg>& legs,
                     Candidates::First first);
    void take_hop(wire::Instant now);
    void look_up_beside(wire::Instant now);
    void begin_first(wire::Instant now, const Target& target);
    RegisterRequest& request_of(const Route::Leg& leg);
    void try_next(wire::Instant now, const std::string& reason, const Clauses& clauses);
    void send_new(wire::Instant now, const Target& target, unsigned answers, Decision why);
    void send_datagram(wire::Instant now, const std::string& reason);
    Patience patience() const;
    void begin_attempt(wire::Instant now, const Target& target, unsigned answers);
    bool try_again(wire::Instant now, const std::string& reason, const Clauses& clauses);
    bool retry_counted(wire::Instant now, const std::string& reason, const Clauses& clauses);
    void unanswered(wire::Instant now);
    bool gives_way();
    wire::Duration until_refresh(std::chrono::seconds lifetime);
    std::optional<wire::Instant> own_return(wire::Instant now) const;
    wire::Duration pause(wire::Instant now, std::optional<std::chrono::seconds> asked_wait);
    void transmit(Decision why);
    void on_final(wire::Instant now, const wire::SipMessage& response);
    void on_success(wire::Instant now, const wire::SipMessage& response);
    void on_challenge(wire::Instant now, const wire::SipMessage& response);
    void on_brief(wire::Instant now, const wire::SipMessage& response);        // 423
    void on_unavailable(wire::Instant now, const wire::SipMessage& response);  // 503
    void on_no_outbound(wire::Instant now);                                    // 439
    void keep_flow(wire::Instant now, const Target& target, const wire::SipMessage& response);
    void watch_flow(wire::Instant now);
    void flow_failed(wire::Instant now, const Flow::Failure& failure);
    void round_failed(wire::Instant now, const std::string& reason, const Clauses& clauses,
                      std::optional<std::chrono::seconds> asked_wait = {});
    std::string first_clause() const;
    void switched_off(const std::string& reason);
    void show(const std::string& line_state, const std::string& notice = {});
    std::chrono::seconds granted(const wire::SipMessage& response) const;

    Context& context_;
    const config::Account& account_;
    const std::string name_;        // among those who choose: account and server, "1 at pbx.test"
    const config::Server& server_;  // the first choice, whose policy counts
    Failback failback_;
    Resolver& resolver_;
    std::vector<Route::Leg> legs_;
    std::list<RegisterRequest> requests_;  // one for each leg
    RegisterRequest* request_;             // the one under way
    std::optional<Route> route_;           // of the last round
    std::optional<Candidates> beside_;     // looked up, though nothing is sent there
    std::string reason_;                   // the server before was given up, and by which clauses
    Clauses clauses_;
    std::string role_clause_;
    State state_ = State::off;
    bool leaving_ = false;
    Farewell farewell_ = Farewell::told;
    bool goes_home_ = false;
    bool yields_ = false;    // to the fallback server
    bool gave_way_ = false;  // in this round
    bool directed_ = false;  // at one server and no other (YL-ROE-02)
    unsigned bindings_ = 0;
    wire::Instant refresh_at_{};
    bool refused_ = false;  // a living server said no (RFC-3261-21x, RFC-3261-5xx)
    std::optional<Attempt> attempt_;
    std::optional<Target> home_;  // where the binding is
    Route::Leg home_leg_;
    bool home_is_primary_ = false;
    std::vector<wire::NameAddr> service_route_;  // of the last binding
    std::chrono::seconds expires_;
    std::optional<wire::Instant> wake_;  // refresh, or the end of a pause
    unsigned failed_rounds_ = 0;
    unsigned refusals_ = 0;  // of the server being tried, answered by asking it again
    wire::Instant round_begun_{};
    std::optional<wire::Instant> binding_ends_;
    std::chrono::seconds lifetime_{};  // of the last binding, as granted
    std::optional<Probe> probe_;
    bool keeps_schedule_ = false;
    std::optional<unsigned> preferred_place_;
    std::map<unsigned, Target> met_;
    std::optional<Flow> flow_;
    bool lost_flow_ = false;
    const Registration* other_flow_ = nullptr;
};

}  // namespace twinline::phone
