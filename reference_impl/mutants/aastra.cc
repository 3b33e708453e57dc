// Mutants that break clauses of Aastra's two guides.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

std::vector<Mutant> of_aastra() {
    return {
        {"ignores-ttl",
         "AA-OBP-05",
         "keeps an answer of the DNS for a day, whatever its TTL",
         {.rules = {.heeds_ttl = false}}},
        {"forgets-the-redundant-server",
         "AA-CFG-06",
         "asks the dead configuration server again for each file",
         {.rules = {.keeps_redundant_server = false}}},
        {"skips-keep-alives",
         "AA-OBP-03",
         "does not keep its flows alive",
         {.rules = {.keeps_flows_alive = false}}},
    };
}

}  // namespace twinline::mutants
