// Each entry sets one rule wrong; the clause is the one that the rig must name.
#include "reference_impl/mutants/mutants.hh"

#include <algorithm>

namespace twinline::mutants {

const std::vector<Mutant>& all() {
    static const std::vector<Mutant> library{
        {"reuses-branch",
         "RFC-3261-0811",
         "sends the request to the next server on the branch of the failed one",
         {.new_branch_per_target = false}},
        {"skips-secondary",
         "RFC-3263-07",
         "waits instead of turning to the next server",
         {.next_target_after_failure = false}},
        {"stops-sending-early",
         "RFC-3261-E",
         "repeats an unanswered request three times only",
         {.sends_per_transaction_limit = 4}},
        {"restarts-after-challenge",
         "RFC-3261-22",
         "takes the request with credentials to the first server instead of the one that "
         "challenged",
         {.credentials_to_challenger = false}},
    };
    return library;
}

const Mutant* find(std::string_view id) {
    const auto found = std::ranges::find(all(), id, &Mutant::id);
    return found == all().end() ? nullptr : &*found;
}

}  // namespace twinline::mutants
