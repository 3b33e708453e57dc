// Mutants that break clauses of the RFCs.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

std::vector<Mutant> of_rfcs() {
    return {
        {"reuses-branch",
         "RFC-3261-0811",
         "sends the request to the next server on the branch of the failed one",
         {.rules = {.new_branch_per_target = false}}},
        {"skips-secondary",
         "RFC-3263-07",
         "waits instead of turning to the next server",
         {.rules = {.next_target_after_failure = false}}},
        {"stops-sending-early",
         "RFC-3261-E",
         "repeats an unanswered request three times only",
         {.rules = {.sends_per_transaction_limit = 4}}},
        {"restarts-after-challenge",
         "RFC-3261-22",
         "takes the request with credentials to the first server instead of the one that " "challenged",
         {.rules = {.credentials_to_challenger = false}}},
        {"leaves-a-living-server",
         "RFC-3261-21x",
         "turns to the next server when one says 404",
         {.rules = {.refusal_is_final = false}}},
    };
}

}  // namespace twinline::mutants
