// One call from the first dialling or ringing to its end. The phone has one at a time; a second one
// is busy.
#pragma once

#include "reference_impl/phone/line.hh"
#include "reference_impl/phone/outgoing_invite.hh"
#include "reference_impl/phone/session.hh"

#include <memory>
#include <optional>
#include <string>

namespace twinline::phone {

class Call {
  public:
    Call(Context& context, Resolver& resolver, Responder& responder);

    void dial(wire::Instant now, Line& line, const std::string& number);
    void answer(wire::Instant now);
    void hang_up(wire::Instant now);
    void hold(wire::Instant now);
    void resume(wire::Instant now);

    // True when the request was one of a call, or began one at one of `lines`.
    bool on_request(wire::Instant now, const Received& request, std::list<Line>& lines);
    void on_response(wire::Instant now, const wire::SipMessage& response);
    void on_unreachable(wire::Instant now, wire::Transport transport, const wire::Endpoint& server,
                        const std::string& reason);
    void on_resolved(wire::Instant now, const Resolver::Result& result);
    // Something has changed in a registration.
    void on_registration(wire::Instant now);
    void on_deadline(wire::Instant now);
    std::optional<wire::Instant> deadline() const;

    // Says what has become of the audio since it was last asked.
    void update_media();

    bool is_idle() const { return line_ == nullptr; }

  private:
    struct Ringing {
        Received invite;
        std::string tag;
        wire::SessionDescription offer;
        bool has_offer = false;
        std::optional<wire::Instant> answer_at = {};  // by itself
    };

    void begin(wire::Instant now, Line& line);
    void be_busy();
    void end(wire::Instant now, const std::string& state, const std::string& notice);
    void settle(wire::Instant now);
    void answered(wire::Instant now);
    void ring(wire::Instant now, const Received& request, Line& line);
    void cancelled(wire::Instant now, const Received& request);
    wire::SessionDescription offer() const;
    void show(const std::string& state, const std::string& notice = {});

    Context& context_;
    Resolver& resolver_;
    Responder& responder_;
    OneShots one_shots_;
    Line* line_ = nullptr;  // of the current call
    std::unique_ptr<OutgoingInvite> outgoing_;
    std::optional<Ringing> ringing_;
    std::optional<Session> session_;
    std::string shown_;
    bool busy_ = false;  // it counts among the calls that keep the phone from being idle
    std::optional<MediaStart> media_;
};

}  // namespace twinline::phone
