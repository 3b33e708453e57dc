// One run a combination; only the worst assessment is kept.
#include "rig/assess/every_reading.hh"

#include "rig/assess/reading_forks.hh"

#include <set>

namespace twinline::assess {

EveryReading under_every_reading(const scenario::Scenario& scenario,
                                 const scenario::Catalogue& catalogue, const mutants::Defect* defect,
                                 const std::string& device_name, judge::Strictness strictness,
                                 std::uint64_t seed, std::size_t most) {
    EveryReading every;
    std::set<std::string> questions;
    ReadingForks forks(catalogue.readings);
    while (const auto answers = forks.next()) {
        if (every.combinations == most) {
            every.complete = false;
            break;
        }
        auto judged = simulate(scenario, catalogue, defect, device_name, strictness, seed, *answers);
        forks.ran(judged.asked);
        questions.insert(judged.asked.begin(), judged.asked.end());
        const auto verdict = judged.assessment.verdict;
        if (every.combinations++ == 0 ||
            judge::worse(verdict, every.worst.verdict) != every.worst.verdict)
            every.worst = std::move(judged.assessment);
    }
    every.questions = questions.size();
    return every;
}

}  // namespace twinline::assess
