// Requests whose answer changes nothing: BYE and CANCEL. They are repeated until they are answered
// or given up (RFC 3261 17.1.2).
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
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;
    bool empty() const { return underway_.empty(); }

  private:
    struct Shot {
        Target target;
        wire::SipMessage request;
        ClientTransaction transaction;
    };

    Context& context_;
    std::vector<Shot> underway_;
};

}  // namespace twinline::phone
