// One subscription (RFC 6665): made at a server that the line's requests go to, kept by refreshes
// in its dialog, and made anew elsewhere when that has come to nothing (RFC-6665-01, YL-FSUB-01).
#pragma once

#include "reference_impl/phone/authenticator.hh"
#include "reference_impl/phone/call_route.hh"
#include "reference_impl/phone/dialog.hh"
#include "reference_impl/phone/line.hh"
#include "reference_impl/phone/one_shots.hh"
#include "reference_impl/phone/responder.hh"
#include "reference_impl/phone/subscription_view.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

// What a server may ask a subscriber to wait, however long it says.
inline constexpr std::chrono::seconds longest_retry_after{3600};

class Subscription {
  public:
    Subscription(Context& context, Resolver& resolver, Responder& responder, OneShots& one_shots,
                 Line& line, const config::WantedSubscription& wanted);

    // Ends it (RFC 6665 4.1.2.3); it begins again with the next registration.
    void leave(wire::Instant now);
    // True when the NOTIFY is one of this subscription.
    bool on_notify(wire::Instant now, const Received& request);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    // Something may have changed in a registration.
    void on_registration(wire::Instant now);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

  private:
    // refused: the notifier wants no other attempt (RFC 6665 4.1.3).
    enum class State { off, locating, registering, subscribing, active, waiting, refused };
    enum class Purpose { begin, refresh };
    struct Attempt {
        Target target;
        wire::SipMessage request;
        ClientTransaction transaction;
        Purpose purpose;
        unsigned answers = 0;             // challenges and 423s answered in a row
        std::optional<unsigned> repeats;  // further requests to this server that may follow
    };
    struct Farewell {  // the dialog of which a last NOTIFY may come
        Dialog dialog;
        wire::Instant until;
    };
    using Clauses = std::vector<std::string>;

    void begin(wire::Instant now, Clauses because, std::optional<Target> first = {},
               std::optional<unsigned> place = {});
    void begin_again(wire::Instant now, const std::string& reason, const Clauses& because);
    void go_on(wire::Instant now, const std::string& reason, const Clauses& clauses);
    void take(wire::Instant now, CallRoute::Step step);
    Clauses usual_clauses() const;
    Decision first_reason() const;
    void subscribe(wire::Instant now, unsigned answers, Decision why);
    void refresh(wire::Instant now);
    void refresh_at(wire::Instant now, const Target& target, unsigned answers, Decision why);
    void send(wire::Instant now, const Target& target, wire::SipMessage request, Purpose purpose,
              unsigned answers, Decision why);
    void put(wire::Instant now, const Target& target, wire::SipMessage request, Purpose purpose,
             unsigned answers, Decision why);
    bool send_again(wire::Instant now, const std::string& reason, const std::string& clause);
    void tend_attempt(wire::Instant now);
    void follow(wire::Instant now, const Line::Home& home);
    void follow_proxy(wire::Instant now);

    void on_final(wire::Instant now, const wire::SipMessage& response);
    void on_accepted(wire::Instant now, const wire::SipMessage& response);
    void on_challenge(wire::Instant now, const wire::SipMessage& response);
    void on_brief(wire::Instant now, const wire::SipMessage& response);
    void on_refused(wire::Instant now, const wire::SipMessage& response);
    void on_refresh_refused(wire::Instant now, const wire::SipMessage& response);
    void on_silence(wire::Instant now, const std::string& reason, const Clauses& clauses);
    bool retry_counted(wire::Instant now, const std::string& reason);
    void lasts(wire::Instant now, std::chrono::seconds lifetime);
    void on_early_notify(wire::Instant now, const Received& request);
    void take_state(wire::Instant now, const wire::SipMessage& notify);
    void terminated(wire::Instant now, const wire::NameAddr& state);

    void fail(wire::Instant now, const std::string& reason, const Clauses& clauses,
              std::optional<std::chrono::seconds> wait = {});
    void wait_until(wire::Instant then, const std::string& reason, const Clauses& clauses);
    void end_dialog();
    std::string name() const;

    Context& context_;
    Resolver& resolver_;
    Responder& responder_;
    OneShots& one_shots_;
    Line& line_;
    const config::WantedSubscription& wanted_;
    Authenticator authenticator_;
    SubscriptionView view_;
    State state_ = State::off;
    std::chrono::seconds expires_;
    Clauses because_;  // it begins, or begins again
    wire::SipMessage request_;
    std::optional<CallRoute> route_;
    unsigned refusals_ = 0;
    std::optional<Attempt> attempt_;
    std::optional<Dialog> dialog_;
    std::optional<Farewell> farewell_;
    wire::Instant begun_{};
    std::optional<wire::Instant> notify_until_;  // Timer N (RFC 6665 4.1.2.4)
    std::optional<wire::Instant> ends_, refresh_due_;
    std::optional<wire::Instant> wake_;  // the end of a pause
    std::optional<Target> seen_home_;    // where the line was registered last
    unsigned seen_place_ = 0;            // which proxies were in use
};

}  // namespace twinline::phone
