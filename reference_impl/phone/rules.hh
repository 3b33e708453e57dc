// The rules that decide the phone's failover, each as documented by default. A mutant is a phone
// with one of them set wrong; nothing else ever changes them.
#pragma once

namespace twinline::phone {

struct Rules {
    bool new_branch_per_target = true;         // RFC-3261-0811, RFC-3263-08
    bool next_target_after_failure = true;     // RFC-3263-07
    unsigned sends_per_transaction_limit = 0;  // RFC-3261-E: 0 = Timer E runs until Timer F
    bool credentials_to_challenger = true;     // RFC-3261-22
    bool refusal_is_final = true;              // RFC-3261-21x
    bool retries_as_configured = true;         // YL-PAR-11
    bool fails_back = true;                    // YL-FB-DUR-01, YL-FB-TTL-01
    bool leaves_fallback = true;               // YL-FBK-REG-06
    bool registers_one_proxy = true;           // YL-REG-06
    bool awaits_registration = true;           // YL-ROE-02
    bool registration_counts_there = true;     // YL-OSR-01
    bool waits_for_idle = true;                // YL-FB-IDLE-01
    bool probes_working_server = true;         // YL-FBK-REG-05
    bool highest_weight_first = true;          // YL-SRV-02
    bool asks_static_cache_first = true;       // YL-SDC-07
    bool heeds_ttl = true;                     // RFC-1035-01, AA-OBP-05
    bool keeps_redundant_server = true;        // AA-CFG-06
    bool keeps_flows_alive = true;             // AA-OBP-03
    bool waits_the_whole_limit = true;         // AC-PAR-02
    bool takes_dotted_addresses = true;        // RFC-3263-04
    bool does_without_srv = true;              // RFC-3263-06
    bool forgets_failed_queries = true;        // RFC-2308-03
    bool invites_time_out = true;              // RFC-3261-B
    bool requests_time_out = true;             // RFC-3261-F
    bool absorbs_repeats = true;               // RFC-3261-K
    bool time_out_counts_as_408 = true;        // RFC-3261-8131
    bool cancel_waits = true;                  // RFC-3261-09
    bool missing_pong_fails_flow = true;       // RFC-5626-04
    bool missing_stun_fails_flow = true;       // RFC-5626-05
    bool recovery_wait_grows = true;           // RFC-5626-06
    bool waits_for_idle_in_mode_0 = false;     // YL-FB-NEW-02
    bool ringing_is_busy = true;               // YL-FB-IDLE-02
    bool resubscribes_in_mode_0 = false;       // YL-FSUB-03
    bool tells_servers_by_address = true;      // YL-FSUB-04
    bool large_requests_over_tcp = true;       // RFC-3261-1811
    bool datagram_where_tcp_fails = true;      // RFC-3261-1811-UDP
    bool follows_service_route = true;         // RFC-3608-01
    bool service_route_of_each = true;         // RFC-3608-01: each registrar's its own
    bool takes_calls_of_any_server = true;     // RFC-3261-82

    bool operator==(const Rules&) const = default;
};

}  // namespace twinline::phone
