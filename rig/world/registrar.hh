// A simulated registrar with digest authentication: what a lab's real Kamailio answers, in virtual
// time.
#pragma once

#include "reference_impl/wire/digest.hh"
#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace twinline::world {

class Registrar {
  public:
    // `name` is the realm. `grants` is the longest expiry that is granted.
    Registrar(std::string name, std::map<std::string, std::string> passwords,
              std::chrono::seconds grants)
        : name_(std::move(name)), passwords_(std::move(passwords)), grants_(grants) {}

    // The answer to a request, or none (an ACK).
    std::optional<wire::SipMessage> answer(wire::Instant now, const wire::Endpoint& source,
                                           const wire::SipMessage& request);

  private:
    wire::SipMessage reply(const wire::SipMessage& request, const wire::Endpoint& source,
                           int status, std::string reason);
    void register_user(const wire::SipMessage& request, wire::SipMessage& response) const;
    bool is_authorized(wire::Instant now, const wire::SipMessage& request) const;

    std::string name_;
    std::map<std::string, std::string> passwords_;
    std::chrono::seconds grants_;
    std::map<std::string, wire::Instant, std::less<>> nonces_;  // given out -> good until
    std::uint64_t counter_ = 0;
};

}  // namespace twinline::world
