// An established call: the dialog's requests in both directions, hold, and the end (RFC 3261
// sections 12.2, 14 and 15).
#pragma once

#include "reference_impl/phone/authenticator.hh"
#include "reference_impl/phone/dialog.hh"
#include "reference_impl/phone/one_shots.hh"
#include "reference_impl/phone/responder.hh"
#include "reference_impl/wire/sdp.hh"

#include <optional>
#include <string>

namespace twinline::phone {

class Session {
  public:
    Session(Context& context, const config::Account& account, Dialog dialog,
            wire::SessionDescription local, wire::SessionDescription remote, Responder& responder,
            OneShots& one_shots);

    void acknowledge(std::uint32_t cseq);  // the 2xx of an INVITE of ours
    // The 2xx to an INVITE of theirs is repeated until its ACK comes (RFC 3261 13.3.1.4).
    void await_ack(wire::Instant now, Received invite, wire::SipMessage response);
    void hang_up(wire::Instant now);
    void hold(wire::Instant now) { reoffer(now, wire::Direction::sendonly); }
    void resume(wire::Instant now) { reoffer(now, wire::Direction::sendrecv); }

    bool on_request(wire::Instant now, const Received& request);  // true: it is one of this call
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    bool is_over() const { return over_; }
    bool is_held() const { return local_.direction != wire::Direction::sendrecv; }
    const std::string& reason() const { return reason_; }
    const wire::SessionDescription& local() const { return local_; }
    const wire::SessionDescription& remote() const { return remote_; }

  private:
    struct Reoffer {
        Target target;
        wire::SipMessage request;
        wire::SessionDescription offer;
        ClientTransaction transaction;
        bool has_credentials = false;
    };
    struct Unacknowledged {
        Received invite;
        wire::SipMessage response;
        wire::Instant next, until;
        wire::Duration interval;
    };

    void reoffer(wire::Instant now, wire::Direction direction);
    void send_reoffer(wire::Instant now, wire::SessionDescription offer, bool has_credentials);
    void on_reinvite(wire::Instant now, const Received& request);
    void end(wire::Instant now, std::string reason);

    Context& context_;
    const config::Account& account_;
    Dialog dialog_;
    wire::SessionDescription local_, remote_;
    Responder& responder_;
    OneShots& one_shots_;
    Authenticator authenticator_;
    std::optional<Reoffer> reoffer_;
    std::optional<Unacknowledged> unacknowledged_;
    bool over_ = false;
    std::string reason_;
};

}  // namespace twinline::phone
