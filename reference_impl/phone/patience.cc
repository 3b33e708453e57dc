// Yealink's counts with their readings: retry-count-meaning, retry-form, give-up-instant,
// retry-zero, retry-beyond-timer, last-server-give-up, outbound-proxy-retries,
// and which count rules: invite-count-methods, -parameter, -in-fallback.
#include "reference_impl/phone/patience.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

// How often a request is sent until Timer F or B ends: the gaps double, those of all but INVITE up
// to T2 (RFC-3261-E, RFC-3261-A).
enum class Gaps { up_to_t2, doubling };
unsigned sends_within_timer(const config::SipTimers& timers, Gaps gaps) {
    unsigned sends = 0;
    auto gap = timers.t1;
    for (auto at = gap - gap; at < 64 * timers.t1; at += gap, gap *= 2) {
        if (gaps == Gaps::up_to_t2) gap = std::min(gap, timers.t2);
        ++sends;
    }
    return sends;
}

bool gets_the_full_timer(const Context& context, Rank rank) {
    const auto reading = context.oracle->reading("last-server-give-up");
    return (rank.last_of_chain && reading == "full-timer-last-of-chain") ||
           (rank.last_of_name && reading == "full-timer-last-of-name");
}

// YL-PAR-11: N further sends after the first one, or N in all.
unsigned tries(const Context& context, unsigned count) {
    if (!context.rules.retries_as_configured && count > 1) --count;
    if (context.oracle->reading("retry-count-meaning") == "sends-in-all")
        return count == 0 ? 1 : count;
    return count + 1;
}

Patience by_retry_counts(const Context& context, unsigned count, Gaps gaps) {
    auto& oracle = *context.oracle;
    if (count == 0 && oracle.reading("retry-zero") == "no-vendor-rule") return {};
    Patience patience;
    if (oracle.reading("retry-form") == "new-request") {
        patience.requests = tries(context, count);
        return patience;
    }
    patience.sends = tries(context, count);
    // Nobody is asked where the last send and the gap after it are within the timer anyway.
    const auto fitting = sends_within_timer(context.config.timers, gaps);
    if (patience.sends >= fitting) {
        const bool capped = oracle.reading("retry-beyond-timer") == "timer-caps";
        if (capped && patience.sends > fitting) return {};
        patience.beyond_timer_f = !capped;
    }
    const auto give_up = oracle.reading("give-up-instant");
    patience.give_up = give_up == "at-last-retry"       ? Patience::GiveUp::at_last_send
                       : give_up == "transaction-timer" ? Patience::GiveUp::timer_f
                                                        : Patience::GiveUp::next_due;
    return patience;
}

// Which of the two counts rules; nobody is asked where they are equal.
unsigned register_count(const Context& context, const config::Server& server) {
    const bool by_invite = server.retry_counts != server.invite_retry_counts &&
                           context.oracle->reading("invite-count-methods") == "all-requests";
    return by_invite ? server.invite_retry_counts : server.retry_counts;
}

unsigned invite_count(const Context& context, const config::Server& server, Redundant redundant) {
    if (server.retry_counts == server.invite_retry_counts) return server.retry_counts;
    const bool by_invite =
        redundant == Redundant::by_fallback
            ? context.oracle->reading("invite-count-in-fallback") == "invite-retry-counts"
            : context.oracle->reading("invite-count-parameter") != "retry-counts";
    return by_invite ? server.invite_retry_counts : server.retry_counts;
}

unsigned subscribe_count(const Context& context, const config::Server& server) {
    if (server.retry_counts == server.invite_retry_counts) return server.retry_counts;
    const auto reading = context.oracle->reading("invite-count-methods");
    return reading == "all-but-register" || reading == "all-requests" ? server.invite_retry_counts
                                                                      : server.retry_counts;
}

bool has_vendor_counts(const Context& context, Rank rank) {
    if (!context.is_yealink() || gets_the_full_timer(context, rank)) return false;
    return !rank.over_proxy || context.oracle->reading("outbound-proxy-retries") != "rfc-timers";
}

enum class Method { registers, other };

// One time for a silent server, however often the request is sent within it: readings
// aastra-give-up and no-response-methods.
Patience by_silence_limit(const Context& context, const config::Account& account, Method method) {
    Patience patience;
    const bool rules =
        account.silence_limit &&
        (context.is_aastra()
             ? context.oracle->reading("aastra-give-up") == "transaction-timer"
             : method == Method::registers ||
                   context.oracle->reading("no-response-methods") != "register-only");
    if (rules)
        patience.ends_after =
            *account.silence_limit / (context.rules.waits_the_whole_limit ? 1 : 2);
    return patience;
}

}  // namespace

Patience register_patience(const Context& context, const config::Account& account,
                           const config::Server& server, Rank rank) {
    auto patience = has_vendor_counts(context, rank)
                        ? by_retry_counts(context, register_count(context, server), Gaps::up_to_t2)
                        : by_silence_limit(context, account, Method::registers);
    if (!context.rules.requests_time_out) patience.beyond_timer_f = true;
    if (const auto limit = context.rules.sends_per_transaction_limit; limit != 0)
        patience = {.sends = limit,
                    .give_up = Patience::GiveUp::timer_f,
                    .beyond_timer_f = false,
                    .requests = 1};
    return patience;
}

Patience invite_patience(const Context& context, const config::Account& account,
                         const config::Server& server, Rank rank, Redundant redundant) {
    if (!context.rules.invites_time_out) {
        Patience endless;
        endless.beyond_timer_f = true;
        return endless;
    }
    if (!has_vendor_counts(context, rank)) return by_silence_limit(context, account, Method::other);
    return by_retry_counts(context, invite_count(context, server, redundant), Gaps::doubling);
}

Patience subscribe_patience(const Context& context, const config::Account& account,
                            const config::Server& server, Rank rank) {
    if (!has_vendor_counts(context, rank)) return by_silence_limit(context, account, Method::other);
    return by_retry_counts(context, subscribe_count(context, server), Gaps::up_to_t2);
}

bool ignores_icmp(const Context& context) {
    return (context.is_yealink() || context.is_audiocodes()) &&
           context.oracle->reading("icmp-error") == "ignored";
}

Patience probe_patience(const Context& context, const std::function<Patience()>& usual) {
    const auto reading = context.oracle->reading("fallback-probe-retries");
    if (reading == "full-transaction") return {};
    auto patience = usual();
    if (reading == "single") {
        patience.sends = 1;
        patience.requests = 1;  // also where a retry would be a new request
    }
    return patience;
}

Patience stream_patience(const Context& context, const std::function<Patience()>& over_udp) {
    if (!context.is_yealink()) return over_udp();
    const auto reading = context.oracle->reading("tcp-no-answer");
    Patience patience;
    if (reading == "retry-schedule") {
        patience = over_udp();
        patience.requests = 1;
    } else if (reading == "repeated-requests") {
        const auto usual = over_udp();
        patience.requests = usual.sends != 0 ? usual.sends : usual.requests;
    }
    return patience;
}

}  // namespace twinline::phone
