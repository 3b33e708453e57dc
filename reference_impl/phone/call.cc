// Hands a call from its INVITE to its session, and tells the line when the phone is busy and when
// it is idle again (YL-FB-IDLE-01, YL-FB-IDLE-02).
#include "reference_impl/phone/call.hh"

#include "reference_impl/phone/media.hh"

namespace twinline::phone {

namespace {

const std::vector<wire::MediaFormat> formats{
    {0, wire::Encoding::pcmu}, {8, wire::Encoding::pcma}, {101, wire::Encoding::telephone_event}};

// What can be done in a state of a call: the keys below the display.
std::string softkeys_of(const std::string& state) {
    if (state == "incoming") return "answer, hang up";
    if (state == "calling" || state == "ringing") return "hang up";
    if (state == "talking") return "hold, hang up";
    if (state == "held") return "resume, hang up";
    return "dial";
}

}  // namespace

Call::Call(Context& context, Resolver& resolver, Responder& responder)
    : context_(context), resolver_(resolver), responder_(responder), one_shots_(context) {}

wire::SessionDescription Call::offer() const {
    wire::SessionDescription sdp;
    sdp.session = sdp.version = 1;
    sdp.address = context_.address;
    sdp.audio_port = context_.config.media_port;
    sdp.formats = formats;
    return sdp;
}

void Call::begin(wire::Instant now, Line& line) {
    line_ = &line;
    if (context_.rules.ringing_is_busy) be_busy();
    line.on_busy(now);
}

void Call::be_busy() {
    if (!std::exchange(busy_, true)) ++context_.calls;
}

void Call::end(wire::Instant now, const std::string& state, const std::string& notice) {
    if (line_ == nullptr) return;
    show(state, notice);
    auto& line = *line_;
    line_ = nullptr;
    ringing_.reset();
    session_.reset();
    shown_.clear();
    if (std::exchange(busy_, false)) --context_.calls;
    line.on_idle(now);
}

void Call::show(const std::string& state, const std::string& notice) {
    if (shown_ == state && notice.empty()) return;
    shown_ = state;
    if (state == "talking") be_busy();
    context_.say(CallDisplay{line_->account().index, state, notice, softkeys_of(state)});
}

void Call::dial(wire::Instant now, Line& line, const std::string& number) {
    if (line_ != nullptr) return show(shown_, "already in a call");
    auto start = line.call_start(now);
    begin(now, line);
    show("calling");
    outgoing_ = std::make_unique<OutgoingInvite>(
        context_, line.account(),
        CallRoute(context_, resolver_, line.account(), std::move(start.legs),
                  std::move(start.first),
                  start.register_first ? CallRoute::Start::with_register
                                       : CallRoute::Start::with_request),
        one_shots_, number, wire::serialise(offer()));
    outgoing_->start(now);
    settle(now);
}

// What has become of the INVITE and of the session.
void Call::settle(wire::Instant now) {
    if (session_ && session_->is_over()) end(now, "idle", session_->reason());
    if (!outgoing_) return;
    if (line_ != nullptr && !session_) {
        switch (outgoing_->state()) {
            case OutgoingInvite::State::answered:
                answered(now);
                break;
            case OutgoingInvite::State::failed:
                if (outgoing_->route().state() == Route::State::exhausted) line_->unused(now);
                end(now, outgoing_->reason() == "hung up" ? "idle" : "failed", outgoing_->reason());
                break;
            default:
                if (outgoing_->is_ringing()) show("ringing");
        }
    }
    if (line_ == nullptr && outgoing_->is_done()) outgoing_.reset();
}

void Call::answered(wire::Instant now) {
    const auto& request = outgoing_->request();
    const auto& answer = outgoing_->answer();
    const auto& hop = outgoing_->route().hop();
    line_->used(now, outgoing_->route());
    const auto remote = wire::parse_sdp(answer.body);
    session_.emplace(context_, line_->account(), Dialog::of_caller(request, answer, hop.target),
                     offer(), remote.value_or(wire::SessionDescription{}), responder_, one_shots_);
    session_->acknowledge(request.cseq);
    outgoing_->take_over();
    if (!remote) {  // nothing to talk over (RFC 3261 13.2.2.4)
        session_->hang_up(now);
        return end(now, "failed", "the answer offers no audio");
    }
    show("talking");
}

void Call::hang_up(wire::Instant now) {
    if (ringing_) {
        responder_.send(now, ringing_->invite,
                        responder_.form(ringing_->invite, 486, ringing_->tag));
        return end(now, "idle", {});
    }
    if (session_)
        session_->hang_up(now);
    else if (line_ != nullptr && outgoing_)
        outgoing_->hang_up(now);
    settle(now);
}

void Call::hold(wire::Instant now) {
    if (session_) session_->hold(now);
}

void Call::resume(wire::Instant now) {
    if (session_) session_->resume(now);
}

void Call::on_response(wire::Instant now, const wire::SipMessage& response) {
    one_shots_.on_response(now, response);
    if (session_) {
        const bool held = session_->is_held();
        session_->on_response(now, response);
        if (!session_->is_over() && session_->is_held() != held)
            show(session_->is_held() ? "held" : "talking");
    }
    if (outgoing_) outgoing_->on_response(now, response);
    settle(now);
}

void Call::on_unreachable(wire::Instant now, wire::Transport transport,
                          const wire::Endpoint& server, const std::string& reason) {
    if (outgoing_) outgoing_->on_unreachable(now, transport, server, reason);
    settle(now);
}

void Call::on_resolved(wire::Instant now, const Resolver::Result& result) {
    if (outgoing_) outgoing_->on_resolved(now, result);
    settle(now);
}

void Call::on_registration(wire::Instant now) {
    if (outgoing_) outgoing_->on_registration(now);
    settle(now);
}

void Call::on_deadline(wire::Instant now) {
    one_shots_.on_deadline(now);
    if (ringing_ && ringing_->answer_at && now >= *ringing_->answer_at) answer(now);
    if (session_) session_->on_deadline(now);
    if (outgoing_) outgoing_->on_deadline(now);
    settle(now);
}

void Call::update_media() {
    const auto wanted = session_ ? media_of(session_->local(), session_->remote()) : std::nullopt;
    if (wanted == media_) return;
    media_ = wanted;
    if (media_)
        context_.say(*media_);
    else
        context_.say(MediaStop{});
}

std::optional<wire::Instant> Call::deadline() const {
    auto earliest = one_shots_.deadline();
    const auto consider = [&](std::optional<wire::Instant> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    if (ringing_) consider(ringing_->answer_at);
    if (session_) consider(session_->deadline());
    if (outgoing_) consider(outgoing_->deadline());
    return earliest;
}

}  // namespace twinline::phone
