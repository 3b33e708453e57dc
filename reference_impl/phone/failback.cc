// The four modes of account.X.sip_server.Y.failback_mode, with the readings dnsttl-start,
// duration-restart, registration-expiry-instant, failback-trigger and idle-resume.
#include "reference_impl/phone/failback.hh"

#include <utility>

namespace twinline::phone {

using config::FailbackMode;

// Whether the phone stays with another server than the primary from now on, or does anew.
bool Failback::begins_stay(wire::Instant now, bool primary, wire::Instant good_until) {
    const bool anew = std::exchange(tries_primary_, false);
    if (primary) failed_over_.reset();
    if (primary || (failed_over_ && !anew)) return false;
    failed_over_ = now;  // YL-FB-TTL-02: also when the primary was tried again in vain
    good_until_ = good_until;
    return true;
}

void Failback::called(wire::Instant now, bool primary, wire::Instant good_until) {
    begins_stay(now, primary, good_until);
}

void Failback::registered(wire::Instant now, bool primary, wire::Instant good_until) {
    if (begins_stay(now, primary, good_until) || primary) return;
    if (server_.failback_mode == FailbackMode::duration &&
        context_.oracle->reading("duration-restart") == "from-last-registration")
        failed_over_ = now;
}

std::optional<wire::Instant> Failback::ends() const {
    if (!failed_over_) return std::nullopt;
    if (server_.failback_mode == FailbackMode::dns_ttl) return good_until_;  // YL-FB-TTL-01
    if (server_.failback_mode == FailbackMode::duration && server_.failback_timeout.count() != 0)
        return *failed_over_ + server_.failback_timeout;  // YL-FB-DUR-01, YL-PAR-27
    return std::nullopt;
}

bool Failback::stays(wire::Instant now) const {
    if (!context_.rules.fails_back) return true;
    const bool busy = context_.rules.waits_for_idle && context_.calls > 0;  // YL-FB-IDLE-01
    if (context_.is_aastra()) return false;                                 // AA-BPR-03
    if (context_.is_audiocodes()) return failed_over_ && stays_by_reading(now);
    if (!context_.is_yealink()) return true;  // RFC-3261-1024
    switch (server_.failback_mode) {
        case FailbackMode::new_requests:
            // YL-FB-NEW-01, YL-FB-NEW-02
            return failed_over_ && busy && context_.rules.waits_for_idle_in_mode_0;
        case FailbackMode::registration:  // YL-FB-REG-01
            if (failed_over_ && busy) return true;
            return failed_over_ &&
                   context_.oracle->reading("registration-expiry-instant") == "real-expiry";
        case FailbackMode::dns_ttl:
        case FailbackMode::duration:
            break;
    }
    if (!failed_over_) return false;
    const auto end = ends();
    return !end || now < *end || busy;  // YL-FB-DUR-02: without an end it stays until the next
                                        // failover
}

// AudioCodes' page ends before its failback part (AC-GEN-02): reading srv-failback.
bool Failback::stays_by_reading(wire::Instant now) const {
    constexpr std::chrono::minutes own_time{5};
    const auto reading = context_.oracle->reading("srv-failback");
    return reading == "after-failure" || (reading == "timer" && now < *failed_over_ + own_time);
}

bool Failback::call_stays(wire::Instant now) const {
    if (context_.is_audiocodes()) return true;  // AC-REG-02: where it is registered
    const bool by_registration =
        context_.is_yealink() && server_.failback_mode == FailbackMode::registration;
    return by_registration ? failed_over_.has_value() : stays(now);
}

bool Failback::is_over(wire::Instant now) const {
    const auto end = ends();
    return end && now >= *end;
}

void Failback::on_idle(wire::Instant now) {
    const auto end = ends();
    if (!end || *end > now || *end < busy_since_ ||
        context_.oracle->reading("idle-resume") != "restarted")
        return;
    good_until_ += now - *failed_over_;
    failed_over_ = now;
}

std::optional<wire::Instant> Failback::own_instant(wire::Instant latest) const {
    if (!context_.is_yealink()) return std::nullopt;
    const auto end = ends();
    return end && *end <= latest && context_.oracle->reading("failback-trigger") == "timer"
               ? end
               : std::nullopt;
}

std::vector<std::string> Failback::clauses(wire::Instant now) const {
    if (!context_.is_yealink())
        return context_.cite({.aastra = "AA-BPR-03", .audiocodes = "AC-GEN-02"}, {"RFC-3261-1024"});
    if (!failed_over_) return {"YL-REG-01"};
    switch (server_.failback_mode) {
        case FailbackMode::new_requests:
            return {"YL-FO-REG-04", "YL-FB-NEW-01"};
        case FailbackMode::dns_ttl:
            return {"YL-FB-TTL-01"};
        case FailbackMode::registration:
            return {"YL-FB-REG-01"};
        case FailbackMode::duration:
            break;
    }
    return {stays(now) && !ends() ? "YL-FB-DUR-02" : "YL-FB-DUR-01"};
}

}  // namespace twinline::phone
