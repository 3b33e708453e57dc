// Mutants that break clauses of Yealink's guide.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

std::vector<Mutant> of_yealink() {
    return {
        {"retries-once-less",
         "YL-PAR-11",
         "sends one REGISTER less to a silent server than configured",
         {.rules = {.retries_as_configured = false}}},
        {"never-fails-back",
         "YL-FB-DUR-01",
         "stays with the server that it has failed over to",
         {.rules = {.fails_back = false}}},
        {"fails-back-in-a-call",
         "YL-FB-IDLE-01",
         "turns to the primary server while somebody talks",
         {.rules = {.waits_for_idle = false}}},
        {"never-probes",
         "YL-FBK-REG-05",
         "does not ask for the working server while it is registered at the fallback server",
         {.rules = {.probes_working_server = false}}},
        {"lowest-weight-first",
         "YL-SRV-02",
         "takes the SRV record of the lowest weight first",
         {.rules = {.highest_weight_first = false}}},
        {"ignores-the-static-cache",
         "YL-SDC-07",
         "asks the DNS where its static records come first",
         {.rules = {.asks_static_cache_first = false}}},
    };
}

}  // namespace twinline::mutants
