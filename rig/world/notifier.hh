// Whoever tells a phone of messages, of other phones and of its shared line in virtual time: one
// stands behind every server of a topology that has notifiers (RFC 6665 section 4.2).
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::world {

class Notifier {
  public:
    // `grants`: the longest time that it grants.
    Notifier(wire::Endpoint server, std::chrono::seconds grants)
        : server_(server), grants_(grants) {}

    // The answer to a SUBSCRIBE, and the NOTIFY that follows it at once (RFC 6665 4.2.1.2).
    std::vector<wire::SipMessage> answer(wire::Instant now, const wire::Endpoint& source,
                                         const wire::SipMessage& subscribe);

    struct Told {
        wire::Endpoint phone;
        wire::SipMessage notify;
    };
    // What the phone at `address` is told when `what` happens (a word of scenario::notices()).
    // Outside any dialog it goes to the port `sip_port` of the phone.
    std::vector<Told> tell(wire::Instant now, wire::Ipv4 address, std::string_view what,
                           std::uint16_t sip_port);

    struct Subscription {
        std::string user, event;
        wire::Instant until;
    };
    std::vector<Subscription> subscriptions(wire::Instant now, wire::Ipv4 address) const;

    // That anybody at this address has subscribed.
    void forget(wire::Ipv4 address);

  private:
    struct Watcher {
        wire::Endpoint source;
        std::string contact;
        wire::NameAddr phone, self;
        std::string call_id;
        std::string event;
        std::uint32_t cseq = 0;
        wire::Instant until;
        std::string state;  // of what is watched
    };

    Watcher* find(wire::Instant now, const wire::SipMessage& request);
    wire::SipMessage notify(wire::Instant now, Watcher& watcher);
    wire::SipMessage check_sync(wire::Ipv4 address, std::string_view what, std::uint16_t sip_port);
    wire::SipMessage begin();

    wire::Endpoint server_;
    std::chrono::seconds grants_;
    std::vector<Watcher> watchers_;  // each phone has a few
    std::uint64_t counter_ = 0;
};

}  // namespace twinline::world
