// How long one server is given for one request before the next one is tried: by RFC 3261's Timer F,
// or by a vendor's retry counts.
#pragma once

#include "reference_impl/phone/context.hh"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace twinline::phone {

struct Patience {
    enum class GiveUp {
        timer_f,       // 64*T1 after the first send, however many were sent (RFC-3261-F)
        next_due,      // when the send after the last would have been due
        at_last_send,  // right after the last send
    };
    unsigned sends = 0;  // of one transaction; 0: Timer E runs until Timer F (RFC-3261-E)
    GiveUp give_up = GiveUp::timer_f;
    bool beyond_timer_f = false;  // the sends are made even when Timer F is over before
    unsigned requests = 1;        // transactions with the same server, one after the other
    // The end of it, after the first send, whatever Timer F says (EXT-AA-PAR-03, AC-PAR-02).
    std::optional<wire::Duration> ends_after{};
};

// Where a server stands among those that may be tried.
struct Rank {
    bool last_of_name = false;
    bool last_of_chain = false;
    bool over_proxy = false;  // it is an outbound proxy
};

// For REGISTER to `server`, directly or over an outbound proxy (YL-REG-02, YL-PAR-11, AC-PAR-02;
// the generic profile: RFC 3261).
Patience register_patience(const Context& context, const config::Account& account,
                           const config::Server& server, Rank rank);

// For INVITE, directly or over an outbound proxy; what makes the server redundant decides
// which count rules (YL-PAR-25, YL-FO-INV-01, YL-FBK-INV-02).
enum class Redundant { by_name, by_fallback };
Patience invite_patience(const Context& context, const config::Account& account,
                         const config::Server& server, Rank rank, Redundant redundant);

// For SUBSCRIBE (YL-PAR-11, reading invite-count-methods).
Patience subscribe_patience(const Context& context, const config::Account& account,
                            const config::Server& server, Rank rank);

// Reading icmp-error of those vendors whose documents leave it open.
bool ignores_icmp(const Context& context);

// For a probe of a working server that was silent before (YL-PAR-21, reading
// fallback-probe-retries).
Patience probe_patience(const Context& context, const std::function<Patience()>& usual);

// The same over TCP and TLS, where nothing is sent again (reading tcp-no-answer). What is open
// about `over_udp` is asked only where that counts.
Patience stream_patience(const Context& context, const std::function<Patience()>& over_udp);

}  // namespace twinline::phone
