// One path for both: the environment is the scenario's. A record is judged under the readings that
// explain it best.
#include "rig/assess/assess.hh"

#include "rig/assess/explanations.hh"
#include "rig/assess/led_along.hh"
#include "rig/shadow/play.hh"

#include <algorithm>
#include <chrono>

namespace twinline::assess {

namespace {

// What the documents leave to chance (the order of equal addresses, a pause) a device draws for
// itself, and the reference goes along with it. Bounded, since each step is a run of its own.
constexpr unsigned most_plays_of_a_case = 200, most_plays = 3000;

}  // namespace

Judged assess(const Record& record, judge::Strictness strictness) {
    const auto scene = shadow::scene_of(record.scenario);
    shadow::Readings usual;  // the twin lives by the defaults
    for (const auto& [id, reading] : record.readings) usual.emplace(id, reading.fallback);
    const auto expected_twin = shadow::play(scene, {{"twin", {}}}, record.seed, usual);
    unsigned plays_left = most_plays;
    shadow::Choices likely;
    auto judged = best_explanation(record.readings, [&](const shadow::Readings& answers) {
        auto of_a_case = std::min(plays_left, most_plays_of_a_case);
        plays_left -= of_a_case;
        auto course = led_along(
            {record.scenario, record.clauses, record.observed},
            [&](const shadow::Choices& choices) {
                return shadow::play(scene, {{"device", {}, choices}}, record.seed, answers);
            },
            of_a_case, likely);
        likely = course.choices;
        plays_left += of_a_case;
        Judged under;
        under.asked = asked_by(course.expected, "device", record.scenario);
        under.assessment = judge::judge({.scenario = record.scenario,
                                         .clauses = record.clauses,
                                         .device = record.device_name,
                                         .observed = record.observed,
                                         .expected_device = course.expected,
                                         .expected_twin = &expected_twin,
                                         .strictness = strictness,
                                         .readings = answers,
                                         .twin_readings = usual,
                                         .led_until = course.led_until});
        return under;
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
    LedCourse alone;
    if (defect != nullptr) {
        auto plays_left = most_plays_of_a_case;
        alone = led_along(
            {scenario, catalogue.clauses, judged.observed},
            [&](const shadow::Choices& choices) {
                return shadow::play(scene, {{"device", {}, choices}, {"twin", {}}}, seed, readings);
            },
            plays_left);
    }
    const auto& expected = defect == nullptr ? judged.observed : alone.expected;
    judged.asked = asked_by(expected, "device", scenario);
    judged.assessment = judge::judge({.scenario = scenario,
                                      .clauses = catalogue.clauses,
                                      .device = std::move(device_name),
                                      .observed = judged.observed,
                                      .expected_device = expected,
                                      .expected_twin = &expected,
                                      .strictness = strictness,
                                      .readings = readings,
                                      .led_until = alone.led_until});
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
