// When a registration is sent again: before it ends, and after a round that failed.
#include "reference_impl/phone/registration.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::chrono::seconds longest_pause{1800};  // of those that a server asks for

}  // namespace

// RFC-3261-1024: when exactly is free; Aastra says when (EXT-AA-PAR-04).
wire::Duration Registration::until_refresh(std::chrono::seconds lifetime) {
    if (const auto lead = account_.registration.renewal_lead)
        return lifetime / 2 < *lead ? wire::Duration(lifetime) / 2 : lifetime - *lead;
    const auto ppm = context_.oracle->choice({"refresh-ppm", name_}, 800'000, 900'000);
    return std::chrono::microseconds(lifetime.count() * static_cast<std::int64_t>(ppm));
}

// When the phone turns to the first choice by itself (readings failback-trigger, return-detection).
std::optional<wire::Instant> Registration::own_return(wire::Instant now) const {
    if (!context_.is_aastra()) return failback_.own_instant(refresh_at_);
    if (is_at_primary() || context_.oracle->reading("return-detection") != "own-probe")
        return std::nullopt;
    return now + account_.registration.after_timeout.value_or(first_pause);
}

// RFC-3261-1027: no immediate new attempt. RFC-5626-06 says how long: doubled each time, half of it
// by chance. A probe of the working server comes at its interval (YL-PAR-21), counted by reading
// fallback-probe-origin.
wire::Duration Registration::pause(wire::Instant now,
                                   std::optional<std::chrono::seconds> asked_wait) {
    if (probe_ && !context_.rules.probes_working_server) return std::chrono::hours{24};
    if (probe_) {
        const bool from_end = context_.oracle->reading("fallback-probe-origin") == "from-end";
        const auto next = (from_end ? now : round_begun_) + probe_->interval;
        return std::max<wire::Duration>(next - now, std::chrono::milliseconds{500});
    }
    if (keeps_schedule_ && binding_ends_) {
        if (context_.oracle->reading("concurrent-probe-interval") != "fixed-retry")
            return std::max<wire::Duration>(round_begun_ + until_refresh(lifetime_) - now,
                                            std::chrono::seconds{1});
    } else if (context_.is_yealink()) {
        const auto reading = context_.oracle->reading("all-servers-failed");
        if (reading == "round-at-once") return std::chrono::milliseconds{500};
        if (reading == "wait-for-expiry")
            return std::max<wire::Duration>(round_begun_ + expires_ - now, std::chrono::seconds{1});
    }
    if (context_.is_audiocodes() && !refused_ &&
        context_.oracle->reading("after-last-server") != "pause")  // but not faster than silence
        return std::max<wire::Duration>(
            round_begun_ + account_.silence_limit.value_or(std::chrono::seconds{1}) - now,
            std::chrono::milliseconds{500});
    const auto& own =
        refused_ ? account_.registration.after_refusal : account_.registration.after_timeout;
    const bool recovers_flow = account_.keeps_flows() && !refused_;  // AA-OBP-04 names no time
    if (own && !recovers_flow)
        return std::max<wire::Duration>(*own, asked_wait.value_or(std::chrono::seconds{0}));
    const bool another_works = other_flow_ != nullptr && other_flow_->is_registered();
    const auto chosen = recovery_wait(
        context_, account_.keeps_flows() ? Recovery::of_a_flow : Recovery::of_a_registration, name_,
        failed_rounds_, another_works);
    if (!asked_wait) return chosen;
    return std::max<wire::Duration>(chosen, std::min(*asked_wait, longest_pause));
}

}  // namespace twinline::phone
