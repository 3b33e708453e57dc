// One run for all that the phone does not tell apart, judged for each combination that the guards
// of expectations do; only the worst assessment is kept.
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
        const auto played = rehearsal.play(*answers);
        for (const auto& asked : played.asked) questions.insert(asked.id);
        ReadingForks guarded(catalogue.readings, forks.ran(played.asked));
        while (const auto narrower = guarded.next()) {
            if (every.combinations == most) {
                every.complete = false;
                every.questions = questions.size();
                return every;
            }
            auto assessment = rehearsal.judged(played, *narrower, strictness);
            guarded.ran(guards_of(scenario, played.asked));
            if (every.combinations++ == 0 ||
                judge::worse(assessment.verdict, every.worst.verdict) != every.worst.verdict)
                every.worst = std::move(assessment);
        }
    }
    every.questions = questions.size();
    return every;
}

}  // namespace twinline::assess
