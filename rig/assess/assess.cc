// One path for both: the environment is the scenario's. A record is judged under the readings that
// explain it best.
#include "rig/assess/assess.hh"

#include "rig/assess/reading_forks.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

namespace twinline::assess {

namespace {

constexpr std::size_t most_explanations = 3000;

// How much stands against a device: the less, the better the readings explain it.
std::tuple<judge::Verdict, std::ptrdiff_t, std::ptrdiff_t> burden(const judge::Assessment& a) {
    const auto count = [&](judge::Weight weight) {
        return std::ranges::count(a.findings, weight, &judge::Finding::weight);
    };
    return {a.verdict, count(judge::Weight::fail), count(judge::Weight::deviation)};
}

// A device conforms when one admissible assignment of the readings explains it. The defaults are
// tried first; only a device that they do not explain is tried against the others. The twin lives
// by the defaults.
Judged best_explanation(const Record& record, judge::Strictness strictness) {
    std::optional<Judged> best;
    ReadingForks forks(record.readings);
    timeline::Timeline expected_twin;
    shadow::Readings usual;
    for (std::size_t tried = 0; tried < most_explanations; ++tried) {
        const auto answers = forks.next();
        if (!answers) break;
        if (tried == 0) {
            usual = *answers;
            expected_twin = shadow::play(record.scenario, {{"twin", {}}}, record.seed, usual);
        }
        const auto expected_device =
            shadow::play(record.scenario, {{"device", {}}}, record.seed, *answers);
        Judged judged;
        judged.asked = asked_by(expected_device, "device");
        judged.assessment = judge::judge({.scenario = record.scenario,
                                          .clauses = record.clauses,
                                          .device = record.device_name,
                                          .observed = record.observed,
                                          .expected_device = expected_device,
                                          .expected_twin = expected_twin,
                                          .strictness = strictness,
                                          .readings = *answers,
                                          .twin_readings = usual});
        forks.ran(judged.asked);
        if (!best || burden(judged.assessment) < burden(best->assessment)) best = std::move(judged);
        if (best->assessment.verdict != judge::Verdict::fail &&
            std::get<2>(burden(best->assessment)) == 0)
            break;
    }
    return std::move(*best);
}

}  // namespace

Judged assess(const Record& record, judge::Strictness strictness) {
    auto judged = best_explanation(record, strictness);
    judged.assessment.started = record.started;
    judged.assessment.duration_ms = record.duration_ms;
    judged.observed = record.observed;
    return judged;
}

Judged simulate(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                const mutants::Defect* defect, std::string device_name, judge::Strictness strictness,
                std::uint64_t seed, const shadow::Readings& given) {
    auto readings = given;
    for (const auto& [id, reading] : catalogue.readings) readings.emplace(id, reading.fallback);
    Judged judged;
    judged.observed = shadow::play(
        scenario, {{"device", defect == nullptr ? mutants::Defect{} : *defect}, {"twin", {}}}, seed,
        readings);
    // Two phones do not hear each other: what is seen of a reference is what it would do alone.
    timeline::Timeline alone;
    if (defect != nullptr)
        alone = shadow::play(scenario, {{"device", {}}, {"twin", {}}}, seed, readings);
    const auto& expected = defect == nullptr ? judged.observed : alone;
    judged.asked = asked_by(expected, "device");
    judged.assessment = judge::judge({.scenario = scenario,
                                      .clauses = catalogue.clauses,
                                      .device = std::move(device_name),
                                      .observed = judged.observed,
                                      .expected_device = expected,
                                      .expected_twin = expected,
                                      .strictness = strictness,
                                      .readings = readings,
                                      .twin_readings = readings});
    if (!judged.observed.empty())
        judged.assessment.duration_ms =
            std::chrono::duration<double, std::milli>(judged.observed.back().at.time_since_epoch())
                .count();
    return judged;
}

}  // namespace twinline::assess
