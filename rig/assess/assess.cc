// One path for both: the environment is the scenario's. A record is judged under the readings that
// explain it best.
#include "rig/assess/assess.hh"

#include "rig/assess/explanations.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

namespace twinline::assess {

namespace {

// What the documents leave to chance (the order of equal addresses, a pause) a device draws for
// itself: the reference draws again while the two part, unless chance has no hand in that. Bounded,
// since each is a run of its own.
constexpr unsigned most_draws_of_a_case = 40, most_draws = 160, telling_draws = 5;

// How the two part; null: they do not.
const judge::Finding* divergence(const Judged& judged) {
    const auto found =
        std::ranges::find_if(judged.assessment.findings, [](const judge::Finding& finding) {
            return finding.voice == judge::Voice::shadow &&
                   (finding.weight == judge::Weight::fail ||
                    finding.weight == judge::Weight::deviation);
        });
    return found == judged.assessment.findings.end() ? nullptr : &*found;
}

using JudgedWith = std::function<Judged(std::uint64_t seed)>;

Judged drawn_alike(const JudgedWith& judged_with, std::uint64_t seed, unsigned& draws_left) {
    auto best = judged_with(seed);
    std::set<std::string> ways;
    for (unsigned i = 1; i <= most_draws_of_a_case && draws_left > 0; ++i, --draws_left) {
        const auto* parts = divergence(best);
        if (parts == nullptr) break;
        ways.insert(parts->text);
        auto other = judged_with(seed + i);
        if (const auto* also = divergence(other)) ways.insert(also->text);
        if (weighs_less(other.assessment, best.assessment)) best = std::move(other);
        if (i == telling_draws && ways.size() == 1) break;
    }
    return best;
}

}  // namespace

Judged assess(const Record& record, judge::Strictness strictness) {
    const auto scene = shadow::scene_of(record.scenario);
    shadow::Readings usual;  // the twin lives by the defaults
    for (const auto& [id, reading] : record.readings) usual.emplace(id, reading.fallback);
    const auto expected_twin = shadow::play(scene, {{"twin", {}}}, record.seed, usual);
    const auto judged_with = [&](const shadow::Readings& answers, std::uint64_t seed) {
        const auto expected = shadow::play(scene, {{"device", {}}}, seed, answers);
        Judged under;
        under.asked = asked_by(expected, "device", record.scenario);
        under.assessment = judge::judge({.scenario = record.scenario,
                                         .clauses = record.clauses,
                                         .device = record.device_name,
                                         .observed = record.observed,
                                         .expected_device = expected,
                                         .expected_twin = &expected_twin,
                                         .strictness = strictness,
                                         .readings = answers,
                                         .twin_readings = usual});
        return under;
    };
    unsigned draws_left = most_draws;
    auto judged = best_explanation(record.readings, [&](const shadow::Readings& answers) {
        return drawn_alike([&](std::uint64_t seed) { return judged_with(answers, seed); },
                           record.seed, draws_left);
    });
    judged.assessment.started = record.started;
    judged.assessment.duration_ms = record.duration_ms;
    judged.observed = record.observed;
    return judged;
}

Judged simulate(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                const mutants::Defect* defect, std::string device_name,
                judge::Strictness strictness, std::uint64_t seed, const shadow::Readings& given) {
    const auto readings = with_defaults(given, catalogue);
    const auto scene = shadow::scene_of(scenario);
    Judged judged;
    judged.observed = shadow::play(
        scene, {{"device", defect == nullptr ? mutants::Defect{} : *defect}, {"twin", {}}}, seed,
        readings);
    // Two phones do not hear each other: what is seen of a reference is what it would do alone.
    timeline::Timeline alone;
    if (defect != nullptr)
        alone = shadow::play(scene, {{"device", {}}, {"twin", {}}}, seed, readings);
    const auto& expected = defect == nullptr ? judged.observed : alone;
    judged.asked = asked_by(expected, "device", scenario);
    judged.assessment = judge::judge({.scenario = scenario,
                                      .clauses = catalogue.clauses,
                                      .device = std::move(device_name),
                                      .observed = judged.observed,
                                      .expected_device = expected,
                                      .expected_twin = &expected,
                                      .strictness = strictness,
                                      .readings = readings});
    if (!judged.observed.empty())
        judged.assessment.duration_ms =
            std::chrono::duration<double, std::milli>(judged.observed.back().at.time_since_epoch())
                .count();
    return judged;
}

shadow::Readings with_defaults(shadow::Readings given, const scenario::Catalogue& catalogue) {
    for (const auto& [id, reading] : catalogue.readings) given.emplace(id, reading.fallback);
    return given;
}

}  // namespace twinline::assess
