// Routes inputs to the parts of the phone and gathers their deadlines; decides nothing itself.
#include "reference_impl/phone/phone.hh"

#include "reference_impl/phone/call.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/line.hh"
#include "reference_impl/phone/resolver.hh"
#include "reference_impl/phone/responder.hh"

#include <algorithm>
#include <list>

namespace twinline::phone {

class Phone::Core {
  public:
    Core(config::PhoneConfig config, Rules rules, Oracle& oracle)
        : context_{std::move(config), rules, &oracle, {}, {}, {}, {}, {}},
          resolver_(context_),
          responder_(context_),
          call_(context_, resolver_, responder_) {}

    void handle(wire::Instant now, const Input& input) {
        std::visit([&](const auto& i) { take(now, i); }, input);
    }

    void handle_timeout(wire::Instant now) {
        for (const auto& result : resolver_.on_deadline(now)) resolved(now, result);
        for (auto& line : lines_) line.on_deadline(now);
        call_.on_registration(now);
        call_.on_deadline(now);
    }

    std::optional<Output> poll_output() {
        if (context_.outputs.empty()) return std::nullopt;
        auto output = std::move(context_.outputs.front());
        context_.outputs.pop_front();
        return output;
    }

    std::optional<wire::Instant> poll_timeout() const {
        auto earliest = resolver_.deadline();
        const auto consider = [&](std::optional<wire::Instant> due) {
            if (due && (!earliest || *due < *earliest)) earliest = due;
        };
        for (const auto& line : lines_) consider(line.deadline());
        consider(call_.deadline());
        return earliest;
    }

  private:
    void take(wire::Instant now, const PowerOn& power_on) {
        if (!lines_.empty()) return;
        context_.address = power_on.address;
        for (const auto& account : context_.config.accounts)
            if (account.enabled) lines_.emplace_back(context_, resolver_, account);
        take(now, Register{});
    }

    void take(wire::Instant now, const Register&) {
        for (auto& line : lines_) line.start(now);
    }

    void take(wire::Instant now, const Unregister&) {
        for (auto& line : lines_) line.leave(now);
    }

    void take(wire::Instant now, const DatagramReceived& datagram) {
        if (datagram.local.port != context_.config.local_port) {
            if (const auto result = resolver_.on_datagram(now, datagram)) resolved(now, *result);
            return;
        }
        const auto message = wire::parse_sip(datagram.bytes);
        if (!message) return;  // RFC 3261 18.1.2, 18.2.1: what is no message is dropped
        if (message->is_request()) {
            serve(now, {*message, {wire::Transport::udp, datagram.remote, {}}});
            return;
        }
        for (auto& line : lines_) line.on_response(now, *message);
        call_.on_response(now, *message);
        call_.on_registration(now);
    }

    void serve(wire::Instant now, const Received& request) {
        if (request.message.via.empty() || responder_.repeats(now, request)) return;
        if (!call_.on_request(now, request, lines_)) responder_.answer_outside_calls(now, request);
    }

    void take(wire::Instant now, const Dial& dial) {
        for (auto& line : lines_)
            if (line.account().index == dial.account) call_.dial(now, line, dial.number);
    }

    void take(wire::Instant now, const Answer&) { call_.answer(now); }
    void take(wire::Instant now, const HangUp&) { call_.hang_up(now); }
    void take(wire::Instant now, const Hold&) { call_.hold(now); }
    void take(wire::Instant now, const Resume&) { call_.resume(now); }

    void take(wire::Instant now, const DatagramRefused& refused) {
        if (refused.local.port != context_.config.local_port) {
            for (const auto& result : resolver_.on_refused(now, refused)) resolved(now, result);
            return;
        }
        for (auto& line : lines_) line.on_refused(now, refused.remote, refused.code);
        call_.on_refused(now, refused.remote, refused.code);
        call_.on_registration(now);
    }

    void resolved(wire::Instant now, const Resolver::Result& result) {
        for (auto& line : lines_) line.on_resolved(now, result);
        call_.on_resolved(now, result);
        call_.on_registration(now);
    }

    Context context_;
    Resolver resolver_;
    Responder responder_;
    std::list<Line> lines_;
    Call call_;
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
