// Whoever calls a phone in virtual time: behind every registrar lives one, who rings where the
// phone is registered, gives up or hangs up when told so, and is polite.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"
#include "rig/world/location.hh"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace twinline::world {

class Callers {
  public:
    struct Surroundings {
        std::function<void(wire::Duration after, std::function<void()> action)> after;
        std::function<void(wire::Ipv4 host, const wire::Endpoint& phone, const wire::SipMessage&)>
            send;
    };

    // `number`: of each of them; `called`: the user whom they call, by this location.
    Callers(std::string number, std::string called, const Location& location,
            Surroundings surroundings)
        : number_(std::move(number)),
          called_(std::move(called)),
          location_(location),
          surroundings_(std::move(surroundings)) {}
    Callers(const Callers&) = delete;
    Callers& operator=(const Callers&) = delete;

    // Calls the phone by the registration that it has at the host; nobody does without one.
    void call(wire::Instant now, const wire::Endpoint& host, wire::Ipv4 phone);
    // CANCEL as long as it rings, BYE in a call.
    void hang_up(wire::Ipv4 host, wire::Ipv4 phone);
    // A response of the phone.
    void hear(wire::Ipv4 host, const wire::Endpoint& source, const wire::SipMessage& response);
    // The phone has hung up.
    void over(wire::Ipv4 host, wire::Ipv4 phone, const std::string& call_id);

  private:
    using Link = std::pair<wire::Ipv4, wire::Ipv4>;  // host, phone

    struct Call {
        enum class Phase { calling, ringing, talking, over };

        Binding phone;
        wire::SipMessage invite;
        wire::SipMessage answer{};  // the 2xx, once it talks
        Phase phase = Phase::calling;
        bool given_up = false;
        std::string awaited{};  // the request that is sent again until it is answered: "INVITE"
    };

    wire::SipMessage begin(const Call& call, std::string method) const;
    void acknowledge(wire::Ipv4 host, Call& call, const wire::SipMessage& response);
    void cancel(wire::Ipv4 host, Call& call);
    void transact(wire::Ipv4 host, Call& call, const wire::SipMessage& request);
    void repeat(Link link, wire::SipMessage request, wire::Duration interval, wire::Duration left);
    Call* find(const Link& link, const std::string& call_id);

    std::string number_, called_;
    const Location& location_;
    Surroundings surroundings_;
    std::map<Link, Call> calls_;
    unsigned counter_ = 0;
};

}  // namespace twinline::world
