// One run a combination; only the worst assessment is kept.
#include "rig/assess/every_reading.hh"

#include "rig/assess/rehearsal.hh"

#include <set>

namespace twinline::assess {

EveryReading under_every_reading(const scenario::Scenario& scenario,
                                 const scenario::Catalogue& catalogue, judge::Strictness strictness,
                                 std::uint64_t seed, std::size_t most) {
    EveryReading every;
    std::set<std::string> questions;
    const Rehearsal rehearsal(scenario, catalogue, seed);
    ReadingForks forks(catalogue.readings);
    while (const auto answers = forks.next()) {
        if (every.combinations == most) {
            every.complete = false;
            break;
        }
        auto judged = rehearsal.reference(*answers, strictness);
        forks.ran(judged.asked);
        for (const auto& asked : judged.asked) questions.insert(asked.id);
        const auto verdict = judged.assessment.verdict;
        if (every.combinations++ == 0 ||
            judge::worse(verdict, every.worst.verdict) != every.worst.verdict)
            every.worst = std::move(judged.assessment);
    }
    every.questions = questions.size();
    return every;
}

}  // namespace twinline::assess
