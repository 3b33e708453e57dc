// Boots the phone, with its configuration from a server first where it has one, and routes inputs
// to its parts. What a server wants of a running phone waits until the phone is idle.
#include "reference_impl/phone/phone.hh"

#include "reference_impl/phone/connections.hh"
#include "reference_impl/phone/context.hh"
#include "reference_impl/phone/provisioning.hh"
#include "reference_impl/phone/resolver.hh"
#include "reference_impl/phone/telephony.hh"

#include <utility>

namespace twinline::phone {

class Phone::Core {
  public:
    Core(config::PhoneConfig config, Rules rules, Oracle& oracle)
        : context_{std::move(config), rules, &oracle, {}, {}, {}, {}, {}},
          resolver_(context_),
          connections_(64 * context_.config.timers.t1,
                       {context_.config.checks_certificates, context_.config.checks_names}),
          provisioning_(context_, resolver_) {}

    void handle(wire::Instant now, const Input& input) {
        now_ = now;
        std::visit([&](const auto& i) { take(now, i); }, input);
        settle(now);
    }

    void handle_timeout(wire::Instant now) {
        now_ = now;
        for (const auto& result : resolver_.on_deadline(now)) resolved(now, result);
        provisioning_.on_deadline(now);
        if (telephony_) telephony_->on_deadline(now);
        settle(now);
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
        consider(provisioning_.deadline());
        if (telephony_) consider(telephony_->deadline());
        return earliest;
    }

  private:
    enum class Next { nothing, begin_anew, reboot };

    // With power already, it is switched off and on.
    void take(wire::Instant now, const PowerOn& power_on) {
        context_.address = power_on.address;
        boot(now);
    }

    // SIP starts only when the configuration has come, or cannot (AA-CFG-10).
    void boot(wire::Instant now) {
        stop();
        resolver_.forget();
        provisioning_.abandon();
        if (!provisioning_.has_server()) return start(now);
        provisioning_.begin(now, Provisioning::Purpose::boot);
    }

    void start(wire::Instant now) {
        telephony_.emplace(context_, resolver_);
        telephony_->take(now, Register{});
    }

    void stop() {
        if (!telephony_) return;
        if (context_.calls > 0) context_.say(MediaStop{});
        telephony_.reset();
        context_.forget();
        next_ = Next::nothing;
        new_config_.reset();
    }

    // What the input has led to beside SIP.
    void settle(wire::Instant now) {
        if (const auto wanted = std::exchange(context_.configuration_wanted, std::nullopt)) {
            if (*wanted == Context::Restart::always)
                next_ = Next::reboot;
            else if (provisioning_.has_server())
                provisioning_.begin(now, Provisioning::Purpose::check_sync);
        }
        while (auto done = provisioning_.take_done()) finish(now, std::move(*done));
        for (const auto& [transport, remote] : std::exchange(context_.dead_connections, {}))
            connections_.abandon({transport, remote});
        if (telephony_) telephony_->update_media();
        if (next_ == Next::nothing || context_.calls > 0) return;
        if (std::exchange(next_, Next::nothing) == Next::reboot) return boot(now);
        begin_anew(now);
    }

    void finish(wire::Instant now, Provisioning::Done done) {
        const bool changed = done.result == Provisioning::Result::changed;
        if (changed && done.purpose == Provisioning::Purpose::firmware) {
            next_ = Next::reboot;
        } else if (done.purpose == Provisioning::Purpose::boot) {
            if (changed) context_.config = std::move(*done.config);
            start(now);
        } else if (changed) {
            new_config_ = std::move(done.config);
            if (next_ == Next::nothing) next_ = Next::begin_anew;
        }
        provisioning_.boot_complete(now);
    }

    // The files are here already, so nothing is fetched a second time: no server can make the phone
    // restart for ever.
    void begin_anew(wire::Instant now) {
        auto config = std::exchange(new_config_, std::nullopt);
        stop();
        resolver_.forget();
        if (config) context_.config = std::move(*config);
        context_.say(Decided{{.what = "begin-anew",
                              .text = "begins anew with its new configuration",
                              .clauses = {"YL-PROV-01"},
                              .keys = {}}});
        start(now);
    }

    void take(wire::Instant now, const Fetched& fetched) { provisioning_.on_fetched(now, fetched); }
    void take(wire::Instant now, const Skip&) { provisioning_.skip(now); }
    void take(wire::Instant now, const UpgradeFirmware&) {
        if (telephony_ && provisioning_.has_server())
            provisioning_.begin(now, Provisioning::Purpose::firmware);
    }

    // What the user does with a phone that has booted.
    template <typename Wanted>
    void take(wire::Instant now, const Wanted& wanted) {
        if (telephony_) telephony_->take(now, wanted);
    }

    void take(wire::Instant now, const DatagramReceived& datagram) {
        if (datagram.local.port != context_.config.local_port) {
            if (const auto result = resolver_.on_datagram(now, datagram)) resolved(now, *result);
            return;
        }
        if (!telephony_) return;
        if (wire::is_stun(datagram.bytes)) {
            if (const auto stun = wire::parse_stun(datagram.bytes))
                telephony_->take_stun(now, datagram.remote, *stun);
            return;
        }
        telephony_->take_message(now, wire::Transport::udp, datagram.remote, datagram.bytes);
    }

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
        if (!telephony_) return;
        for (const auto& bytes : arrived->messages)
            telephony_->take_message(now, arrived->peer.transport, arrived->peer.remote, bytes);
        if (arrived->line_end) telephony_->take_pong(now, arrived->peer);
        if (arrived->broken) unreachable(now, arrived->peer, "sends what is no SIP");
    }

    void take(wire::Instant now, const DatagramRefused& refused) {
        if (refused.local.port != context_.config.local_port) {
            for (const auto& result : resolver_.on_refused(now, refused)) resolved(now, result);
            return;
        }
        if (refused.code > 3) return;
        unreachable(now, {wire::Transport::udp, refused.remote}, "is unreachable (ICMP)");
    }

    void unreachable(wire::Instant now, const Connections::Peer& peer, const std::string& reason) {
        if (telephony_) telephony_->unreachable(now, peer, reason);
    }

    void resolved(wire::Instant now, const Resolver::Result& result) {
        provisioning_.on_resolved(now, result);
        if (telephony_) telephony_->resolved(now, result);
    }

    Context context_;
    Resolver resolver_;
    Connections connections_;
    Provisioning provisioning_;
    std::optional<Telephony> telephony_;  // from the end of the boot
    Next next_ = Next::nothing;           // once no call is left
    std::optional<config::PhoneConfig> new_config_;
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
