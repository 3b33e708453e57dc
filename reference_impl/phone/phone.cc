// Routes inputs to the parts of the phone and gathers their deadlines; decides nothing itself.
#include "reference_impl/phone/phone.hh"

#include "reference_impl/phone/call.hh"
#include "reference_impl/phone/connections.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/line.hh"
#include "reference_impl/phone/resolver.hh"
#include "reference_impl/phone/responder.hh"
#include "reference_impl/phone/subscriptions.hh"

#include <algorithm>
#include <list>

namespace twinline::phone {

class Phone::Core {
  public:
    Core(config::PhoneConfig config, Rules rules, Oracle& oracle)
        : context_{std::move(config), rules, &oracle, {}, {}, {}, {}, {}},
          resolver_(context_),
          responder_(context_),
          connections_(64 * context_.config.timers.t1),
          call_(context_, resolver_, responder_),
          subscriptions_(context_, resolver_, responder_) {}

    void handle(wire::Instant now, const Input& input) {
        now_ = now;
        std::visit([&](const auto& i) { take(now, i); }, input);
        call_.update_media();
    }

    void handle_timeout(wire::Instant now) {
        now_ = now;
        for (const auto& result : resolver_.on_deadline(now)) resolved(now, result);
        for (auto& line : lines_) line.on_deadline(now);
        registration_may_have_changed(now);
        call_.on_deadline(now);
        subscriptions_.on_deadline(now);
        call_.update_media();
    }

    std::optional<Output> poll_output() {
        for (;;) {
            if (auto output = connections_.poll_output()) return output;
            if (context_.outputs.empty()) return std::nullopt;
            auto output = std::move(context_.outputs.front());
            context_.outputs.pop_front();
            auto* transmit = std::get_if<Transmit>(&output);
            if (transmit == nullptr || transmit->transport == wire::Transport::udp) return output;
            connections_.send(now_, std::move(*transmit));
        }
    }

    std::optional<wire::Instant> poll_timeout() const {
        auto earliest = resolver_.deadline();
        const auto consider = [&](std::optional<wire::Instant> due) {
            if (due && (!earliest || *due < *earliest)) earliest = due;
        };
        for (const auto& line : lines_) consider(line.deadline());
        consider(call_.deadline());
        consider(subscriptions_.deadline());
        return earliest;
    }

  private:
    void take(wire::Instant now, const PowerOn& power_on) {
        if (!lines_.empty()) return;
        context_.address = power_on.address;
        for (const auto& account : context_.config.accounts)
            if (account.enabled)
                subscriptions_.add(lines_.emplace_back(context_, resolver_, account));
        take(now, Register{});
    }

    void take(wire::Instant now, const Register&) {
        for (auto& line : lines_) line.start(now);
    }

    void take(wire::Instant now, const Unregister&) {
        subscriptions_.leave(now);
        for (auto& line : lines_) line.leave(now);
    }

    void take(wire::Instant now, const DatagramReceived& datagram) {
        if (datagram.local.port != context_.config.local_port) {
            if (const auto result = resolver_.on_datagram(now, datagram)) resolved(now, *result);
            return;
        }
        take_message(now, wire::Transport::udp, datagram.remote, datagram.bytes);
    }

    void take_message(wire::Instant now, wire::Transport transport, const wire::Endpoint& source,
                      const std::string& bytes) {
        const auto message = wire::parse_sip(bytes);
        if (!message) return;  // RFC 3261 18.1.2, 18.2.1: what is no message is dropped
        if (message->is_request()) {
            serve(now, {*message, {transport, source, {}, {}}});
            return;
        }
        for (auto& line : lines_) line.on_response(now, *message);
        call_.on_response(now, *message);
        subscriptions_.on_response(now, *message);
        registration_may_have_changed(now);
    }

    void serve(wire::Instant now, const Received& request) {
        if (request.message.via.empty() || responder_.repeats(now, request)) return;
        if (!subscriptions_.on_request(now, request) && !call_.on_request(now, request, lines_))
            responder_.answer_outside_calls(now, request);
    }

    void take(wire::Instant now, const Dial& dial) {
        for (auto& line : lines_)
            if (line.account().index == dial.account) call_.dial(now, line, dial.number);
    }

    void take(wire::Instant now, const Answer&) { call_.answer(now); }
    void take(wire::Instant now, const HangUp&) { call_.hang_up(now); }
    void take(wire::Instant now, const Hold&) { call_.hold(now); }
    void take(wire::Instant now, const Resume&) { call_.resume(now); }

    void take(wire::Instant, const Connected& connected) { connections_.connected(connected); }

    void take(wire::Instant now, const ConnectionLost& lost) {
        const auto found = connections_.lost(lost);
        if (!found) return;
        if (!found->is_dns) return unreachable(now, found->peer, lost.reason);
        for (const auto& result : resolver_.on_connection_lost(now, found->peer.remote))
            resolved(now, result);
    }

    void take(wire::Instant now, const StreamReceived& received) {
        const auto arrived = connections_.received(received);
        if (!arrived) return;
        if (arrived->is_dns) {
            for (const auto& result :
                 resolver_.on_stream(now, arrived->peer.remote, arrived->messages.front()))
                resolved(now, result);
            return;
        }
        for (const auto& bytes : arrived->messages)
            take_message(now, arrived->peer.transport, arrived->peer.remote, bytes);
        if (arrived->broken) unreachable(now, arrived->peer, "sends what is no SIP");
    }

    void unreachable(wire::Instant now, const Connections::Peer& peer, const std::string& reason) {
        for (auto& line : lines_) line.on_unreachable(now, peer.transport, peer.remote, reason);
        call_.on_unreachable(now, peer.transport, peer.remote, reason);
        subscriptions_.on_unreachable(now, peer.transport, peer.remote, reason);
        registration_may_have_changed(now);
    }

    void take(wire::Instant now, const DatagramRefused& refused) {
        if (refused.local.port != context_.config.local_port) {
            for (const auto& result : resolver_.on_refused(now, refused)) resolved(now, result);
            return;
        }
        if (refused.code > 3) return;
        unreachable(now, {wire::Transport::udp, refused.remote}, "is unreachable (ICMP)");
    }

    void resolved(wire::Instant now, const Resolver::Result& result) {
        for (auto& line : lines_) line.on_resolved(now, result);
        call_.on_resolved(now, result);
        subscriptions_.on_resolved(now, result);
        registration_may_have_changed(now);
    }

    void registration_may_have_changed(wire::Instant now) {
        call_.on_registration(now);
        subscriptions_.on_registration(now);
    }

    Context context_;
    Resolver resolver_;
    Responder responder_;
    Connections connections_;
    std::list<Line> lines_;
    Call call_;
    Subscriptions subscriptions_;
    wire::Instant now_{};  // of the last input or timeout, whose outputs are being drained
};

Phone::Phone(config::PhoneConfig config, Rules rules, Oracle& oracle)
    : core_(std::make_unique<Core>(std::move(config), rules, oracle)) {}
Phone::~Phone() = default;
Phone::Phone(Phone&&) noexcept = default;
Phone& Phone::operator=(Phone&&) noexcept = default;

void Phone::handle(wire::Instant now, const Input& input) { core_->handle(now, input); }
void Phone::handle_timeout(wire::Instant now) { core_->handle_timeout(now); }
std::optional<Output> Phone::poll_output() { return core_->poll_output(); }
std::optional<wire::Instant> Phone::poll_timeout() const { return core_->poll_timeout(); }

}  // namespace twinline::phone
