// The rules that decide the phone's failover, each as documented by default. A mutant is a phone
// with one of them set wrong; nothing else ever changes them.
#pragma once

namespace twinline::phone {

struct Rules {
    bool new_branch_per_target = true;         // RFC-3261-0811, RFC-3263-08
    bool next_target_after_failure = true;     // RFC-3263-07
    unsigned sends_per_transaction_limit = 0;  // RFC-3261-E: 0 = Timer E runs until Timer F
    bool credentials_to_challenger = true;     // RFC-3261-22

    bool operator==(const Rules&) const = default;
};

}  // namespace twinline::phone
