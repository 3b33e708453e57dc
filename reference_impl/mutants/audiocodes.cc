// Mutants that break clauses of AudioCodes' manual.
#include "reference_impl/mutants/mutants.hh"
#include "reference_impl/mutants/tampering.hh"

namespace twinline::mutants {

std::vector<Mutant> of_audiocodes() {
    return {
        {"impatient",
         "AC-PAR-02",
         "waits half as long for an answer as configured",
         {.rules = {.waits_the_whole_limit = false}}},
    };
}

}  // namespace twinline::mutants
