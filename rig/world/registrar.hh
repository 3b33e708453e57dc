// A simulated registrar with digest authentication: what a lab's real Kamailio answers, in virtual
// time.
#pragma once

#include "reference_impl/wire/digest.hh"
#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"
#include "rig/scenario/treatment.hh"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace twinline::world {

class Registrar {
  public:
    // `name` is the realm. `grants` is the longest expiry that is granted; one that is shorter than
    // `least` is refused.
    Registrar(std::string name, std::map<std::string, std::string> passwords,
              std::chrono::seconds grants, std::chrono::seconds least = std::chrono::seconds{1})
        : name_(std::move(name)),
          passwords_(std::move(passwords)),
          grants_(grants),
          least_(least) {}

    // The user names in the credentials of those that have another one there than their own.
    void know_logins(std::map<std::string, std::string> logins) { logins_ = std::move(logins); }

    // From here on it takes part in SIP outbound (RFC 5626 section 6), and tells `flow_timer`
    // seconds.
    void support_outbound(std::optional<std::uint32_t> flow_timer) {
        outbound_ = Outbound{flow_timer, {}};
    }

    // From here on it tells each phone that registers to go on over this URI (RFC 3608).
    void tell_service_route(std::string uri) { service_route_ = std::move(uri); }

    // Whether the proxy between, if any, takes part in SIP outbound too.
    enum class FirstHop { takes_part, lacks_outbound };
    // The answer to a request, or none (an ACK).
    std::optional<wire::SipMessage> answer(wire::Instant now, const wire::Endpoint& source,
                                           const wire::SipMessage& request,
                                           FirstHop first_hop = FirstHop::takes_part);

    // The challenge to an INVITE without good credentials; none when it has them.
    std::optional<wire::SipMessage> challenge_caller(wire::Instant now,
                                                     const wire::Endpoint& source,
                                                     const wire::SipMessage& invite);
    // Whatever it knew of phones.
    void forget();
    // The answer that a fault orders, none to an ACK.
    std::optional<wire::SipMessage> reject(const wire::Endpoint& source,
                                           const wire::SipMessage& request,
                                           const scenario::Treatment& treatment);

  private:
    wire::SipMessage challenge(wire::Instant now, wire::SipMessage response);
    wire::SipMessage reply(const wire::SipMessage& request, const wire::Endpoint& source,
                           int status, std::string reason);
    void register_user(const wire::SipMessage& request, wire::SipMessage& response) const;
    void register_flows(wire::Instant now, const wire::SipMessage& request,
                        wire::SipMessage& response);
    std::uint32_t granted(const wire::SipMessage& request, const wire::NameAddr& contact) const;
    bool is_too_brief(const wire::SipMessage& request) const;
    bool is_authorized(wire::Instant now, const wire::SipMessage& request,
                       const std::string& header_name) const;

    // What a binding of a flow is known by: user, instance and reg-id (RFC 5626 section 6).
    struct FlowKey {
        std::string user, instance, reg_id;
        auto operator<=>(const FlowKey&) const = default;
    };
    struct Binding {
        wire::NameAddr contact;
        wire::Instant until;
    };
    struct Outbound {
        std::optional<std::uint32_t> flow_timer;
        std::map<FlowKey, Binding> flows;
    };

    std::string name_;
    std::map<std::string, std::string> passwords_, logins_;
    std::chrono::seconds grants_, least_;
    std::map<std::string, wire::Instant, std::less<>> nonces_;  // given out -> good until
    std::uint64_t counter_ = 0;
    std::optional<Outbound> outbound_;
    std::string service_route_;
};

}  // namespace twinline::world
