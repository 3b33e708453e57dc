// Keeps one account registered at one of its server's addresses (RFC 3261 section 10.2, RFC 3263
// section 4.3): tries the candidates in order, answers challenges, refreshes, waits when all have
// failed.
#pragma once

#include "reference_impl/phone/candidates.hh"
#include "reference_impl/phone/register_request.hh"
#include "reference_impl/phone/transaction.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

class Registration {
  public:
    Registration(Context& context, Resolver& resolver, const config::Account& account);

    void start(wire::Instant now);
    void leave(wire::Instant now);  // removes the binding (RFC 3261 10.2.2)

    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_refused(wire::Instant now, const wire::Endpoint& server, unsigned code);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

  private:
    enum class State { off, locating, trying, registered, waiting };
    struct Attempt {
        Target target;
        NonInviteTransaction transaction;
        unsigned answers = 0;  // challenges and 423s answered in this attempt
    };
    using Clauses = std::vector<std::string>;

    void begin_round(wire::Instant now);
    void candidates_known(wire::Instant now);
    void try_next(wire::Instant now, const std::string& reason, const Clauses& clauses);
    void send_new(wire::Instant now, const Target& target, unsigned answers, Decision why);
    void transmit(Decision why);
    void on_final(wire::Instant now, const wire::SipMessage& response);
    void on_success(wire::Instant now, const wire::SipMessage& response);
    void on_challenge(wire::Instant now, const wire::SipMessage& response);
    void on_brief(wire::Instant now, const wire::SipMessage& response);        // 423
    void on_unavailable(wire::Instant now, const wire::SipMessage& response);  // 503
    void round_failed(wire::Instant now, const std::string& reason, const Clauses& clauses,
                      std::optional<std::chrono::seconds> asked_wait = {});
    void switched_off(const std::string& reason);
    void show(const std::string& line_state, const std::string& notice = {});
    std::chrono::seconds granted(const wire::SipMessage& response) const;

    Context& context_;
    const config::Account& account_;
    Candidates candidates_;
    RegisterRequest request_;
    State state_ = State::off;
    bool leaving_ = false;
    bool first_of_round_ = false;
    std::optional<Attempt> attempt_;
    std::optional<Target> home_;  // where the binding is
    std::chrono::seconds expires_;
    std::optional<wire::Instant> wake_;  // refresh, or the end of a pause
    unsigned failed_rounds_ = 0;
};

}  // namespace twinline::phone
