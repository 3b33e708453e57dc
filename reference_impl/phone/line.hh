// One account as the user sees it: registered at its server, at two of them by the vendor's rule of
// concurrent or successive registration (YL-REG-04, YL-REG-07), or over one of two outbound proxies
// (YL-PAR-22).
#pragma once

#include "reference_impl/phone/call_route.hh"
#include "reference_impl/phone/options_watch.hh"
#include "reference_impl/phone/proxy_flow.hh"
#include "reference_impl/phone/registration.hh"
#include "reference_impl/phone/stand_ins.hh"

#include <list>
#include <optional>

namespace twinline::phone {

class Line {
  public:
    Line(Context& context, Resolver& resolver, const config::Account& account);

    const config::Account& account() const { return account_; }

    void start(wire::Instant now);
    void leave(wire::Instant now);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_pong(wire::Instant now, const wire::Endpoint& server);
    void on_stun(wire::Instant now, const wire::StunMessage& answer, const wire::Endpoint& server);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    // Where a call that is dialled now goes.
    struct CallStart {
        std::vector<Route::Leg> legs;
        std::optional<Target> first;
        bool register_first = false;  // reading failback-first-request
    };
    CallStart call_start(wire::Instant now);
    // The same of a subscription.
    CallStart subscription_start(wire::Instant now);
    // Where the account is registered now.
    struct Home {
        Target target;
        bool is_primary = false;  // the first server of the working server's name
    };
    std::optional<Home> home() const;
    // Whose user the phone is at this place of the proxies (AA-OBP-12).
    const config::Server& user_at(unsigned place) const {
        return stand_ins_.renames_user && place != 0 ? account_.servers.back()
                                                     : account_.servers.front();
    }
    // Which of the proxies' places is in use: what stands elsewhere moves there (AA-OBP-12).
    unsigned proxy_place() const { return proxy_place_; }
    // A server has taken a call or a subscription.
    void used(wire::Instant now, const CallRoute& route);
    // None has.
    void unused(wire::Instant now);
    void on_busy(wire::Instant now);  // the first call begins
    void on_idle(wire::Instant now);  // the last one has ended

  private:
    // What the second registration is to the first: the last two are SIP outbound's, a flow that
    // is there all the time (RFC-5626-02) or only while the first is not (AA-OBP-04).
    enum class Second { none, beside, instead, over_other_proxy, flow_beside, flow_instead };

    Second second() const;
    void add(Resolver& resolver, const config::Server& server, const config::Server* proxy,
             std::string role_clause);
    void add(Resolver& resolver, const std::vector<Route::Leg>& legs, std::string role_clause);
    void add_flows(Resolver& resolver);
    void flows_settled(wire::Instant now);
    void registrations_settled(wire::Instant now);
    void begin_redundant();
    void redundant_settled(wire::Instant now);
    unsigned place_that_works(wire::Instant now);
    void proxies_turned(wire::Instant now, unsigned place, const std::string& clause);
    void registration_turned();
    bool moves_by_the_printed_condition() const;
    void settle(wire::Instant now);
    void note_binding(wire::Instant now);
    std::optional<Target> first_for_call(wire::Instant now) const;
    bool last_used_counts() const;
    bool registers_before_return() const;
    void working_is_back(wire::Instant now);
    bool awaits_next_register();
    wire::Instant fallback_due(wire::Instant now) const;
    void turn_to_fallback(wire::Instant now);

    Context& context_;
    const config::Account& account_;
    StandIns stand_ins_;
    Second second_;
    unsigned proxy_place_ = 0;  // 1: what stands in for the proxy is in use
    std::list<RegisterSequence> sequences_;
    std::list<Registration> registrations_;  // the working server's or proxy's first
    std::optional<OptionsWatch> watch_;      // of one of two redundant proxies (EXT-AC-01)
    std::list<ProxyFlow> proxy_flows_;       // where the registrations do not lead to the proxies
    bool wanted_ = false;                    // the user wants to be registered
    bool was_registered_ = false;            // at the working server, since it last failed
    wire::Instant first_try_{};              // at the working server, since the user wanted it
    std::optional<wire::Instant> fallback_at_;
    std::optional<unsigned> answered_probe_;  // the binding that it made, by number
    // Which server of the working server's name took the last request, a call's too.
    Failback used_;
    std::optional<Target> last_used_;
    unsigned bindings_seen_ = 0;
};

}  // namespace twinline::phone
