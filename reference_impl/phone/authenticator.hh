// The credentials of one account against the challenges of each server (RFC 3261 section 22).
#pragma once

#include "reference_impl/phone/context.hh"
#include "reference_impl/wire/digest.hh"
#include "reference_impl/wire/sip_message.hh"

#include <map>

namespace twinline::phone {

// Challenges and 423s that one server may give in a row.
inline constexpr unsigned most_answers = 4;

class Authenticator {
  public:
    Authenticator(Context& context, const config::Account& account)
        : context_(context), account_(account) {}

    // Adds the credentials for `server` to a request, if it has ever asked for some.
    void apply(const wire::Endpoint& server, wire::SipMessage& request);
    // Takes a challenge in. False when it cannot be answered: unknown scheme, or the credentials
    // that the request carried were refused.
    bool answer(const wire::Endpoint& server, const wire::SipMessage& request,
                const std::vector<wire::Challenge>& challenges);

  private:
    struct Known {  // the last challenge of a server, good for further requests (RFC 3261 22.3)
        wire::Challenge challenge;
        std::uint32_t uses = 0;
    };

    Context& context_;
    const config::Account& account_;
    std::map<wire::Endpoint, Known> known_;
};

}  // namespace twinline::phone
