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
        {"leaves-a-living-server",
         "RFC-3261-21x",
         "turns to the next server when one says 404",
         {.refusal_is_final = false}},
        {"retries-once-less",
         "YL-PAR-11",
         "sends one REGISTER less to a silent server than configured",
         {.retries_as_configured = false}},
        {"never-fails-back",
         "YL-FB-DUR-01",
         "stays with the server that it has failed over to",
         {.fails_back = false}},
        {"fails-back-in-a-call",
         "YL-FB-IDLE-01",
         "turns to the primary server while somebody talks",
         {.waits_for_idle = false}},
        {"never-probes",
         "YL-FBK-REG-05",
         "does not ask for the working server while it is registered at the fallback server",
         {.probes_working_server = false}},
        {"lowest-weight-first",
         "YL-SRV-02",
         "takes the SRV record of the lowest weight first",
         {.highest_weight_first = false}},
        {"ignores-the-static-cache",
         "YL-SDC-07",
         "asks the DNS where its static records come first",
         {.asks_static_cache_first = false}},
        {"ignores-ttl",
         "AA-OBP-05",
         "keeps an answer of the DNS for a day, whatever its TTL",
         {.heeds_ttl = false}},
        {"forgets-the-redundant-server",
         "AA-CFG-06",
         "asks the dead configuration server again for each file",
         {.keeps_redundant_server = false}},
        {"skips-keep-alives",
         "AA-OBP-03",
         "does not keep its flows alive",
         {.keeps_flows_alive = false}},
        {"impatient",
         "AC-PAR-02",
         "waits half as long for an answer as configured",
         {.waits_the_whole_limit = false}},
    };
    return library;
}

const Mutant* find(std::string_view id) {
    const auto found = std::ranges::find(all(), id, &Mutant::id);
    return found == all().end() ? nullptr : &*found;
}

}  // namespace twinline::mutants
