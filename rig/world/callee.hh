// Whoever is called in virtual time: behind every registrar lives one, who rings, picks up and is
// polite.
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sip_message.hh"

#include <string>
#include <vector>

namespace twinline::world {

// What somebody behind this server offers, as application/sdp.
std::string session_at(const wire::Endpoint& server);

class Callee {
  public:
    // `number`: the one that reaches it; `server`: where its server, and so its contact, is.
    Callee(std::string number, wire::Endpoint server)
        : number_(std::move(number)), server_(server) {}

    struct Reply {
        wire::Duration after{};
        wire::SipMessage message;
    };
    // What a request of a call leads to; nothing for an ACK.
    std::vector<Reply> answer(const wire::Endpoint& source, const wire::SipMessage& request);

  private:
    std::vector<Reply> pick_up(wire::SipMessage response) const;

    std::string number_;
    wire::Endpoint server_;
};

}  // namespace twinline::world
