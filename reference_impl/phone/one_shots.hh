// Requests whose answer changes nothing: BYE and CANCEL, which are repeated until they are answered
// or given up (RFC 3261 17.1.2), and an INVITE within a call that nobody waits for any more.
#pragma once

#include "reference_impl/phone/request_form.hh"
#include "reference_impl/phone/transaction.hh"

#include <optional>
#include <vector>

namespace twinline::phone {

class OneShots {
  public:
    explicit OneShots(Context& context) : context_(context) {}

    // `request` has its Via.
    void send(wire::Instant now, const Target& target, wire::SipMessage request, Decision why);
    // Whatever final answer still comes to `invite`, which was sent in a dialog, gets its ACK (RFC
    // 3261 13.2.2.4, 17.1.1.2).
    void acknowledge_answers(wire::Instant now, const Target& target, wire::SipMessage invite);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;
    bool empty() const { return underway_.empty() && invites_.empty(); }

  private:
    struct Shot {
        Target target;
        wire::SipMessage request;
        ClientTransaction transaction;
    };

    struct Invite {
        Target target;
        wire::SipMessage request;
        wire::Instant until;
    };

    Context& context_;
    std::vector<Shot> underway_;
    std::vector<Invite> invites_;
};

}  // namespace twinline::phone
