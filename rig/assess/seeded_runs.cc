// Every run has a seed of its own, from which its answers are drawn too: a run is repeated by it.
#include "rig/assess/seeded_runs.hh"

#include "rig/assess/rehearsal.hh"

#include <random>

namespace twinline::assess {

namespace {

shadow::Readings drawn(const scenario::Catalogue& catalogue, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    shadow::Readings answers;
    for (const auto& [id, reading] : catalogue.readings)
        answers.emplace(id, reading.values[random() % reading.values.size()].value);
    return answers;
}

}  // namespace

SeededRuns seeded_runs(const std::vector<const scenario::Scenario*>& scenarios,
                       const scenario::Catalogue& catalogue, std::size_t count,
                       judge::Strictness strictness, std::uint64_t seed) {
    SeededRuns all;
    for (; all.runs < count && !scenarios.empty(); ++all.runs) {
        const auto own = seed + all.runs;
        const Rehearsal rehearsal(*scenarios[all.runs % scenarios.size()], catalogue, own);
        auto assessment = rehearsal.disturbed(drawn(catalogue, own), strictness);
        if (assessment.verdict == judge::Verdict::pass) continue;
        all.against.push_back(std::move(assessment));
        all.seeds.push_back(own);
    }
    return all;
}

}  // namespace twinline::assess
