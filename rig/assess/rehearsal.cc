// What costs most, playing, is done once for each question.
#include "rig/assess/rehearsal.hh"

#include "rig/assess/explanations.hh"

#include <algorithm>

namespace twinline::assess {

namespace {

constexpr auto whole = timeline::Instant::max();  // nothing to lead it along by
constexpr unsigned most_plays_of_a_mutant = 12;   // to adopt what a phone chose freely

// Where an expectation is broken too, no choice of a phone mends that.
bool comparison_speaks_alone(const judge::Assessment& a) {
    bool compared = false;
    for (const auto& finding : a.findings) {
        if (finding.weight != judge::Weight::fail && finding.weight != judge::Weight::deviation)
            continue;
        if (finding.voice != judge::Voice::shadow) return false;
        compared = true;
    }
    return compared;
}

}  // namespace

Rehearsal::Rehearsal(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                     std::uint64_t seed)
    : catalogue_(catalogue),
      scene_(shadow::scene_of(scenario)),
      seed_(seed),
      usual_(with_defaults({}, catalogue)) {}

Rehearsal::Played Rehearsal::play(const shadow::Scene& scene, const shadow::Readings& given) const {
    Played it;
    it.observed = shadow::play(scene, {{"device", {}}}, seed_, with_defaults(given, catalogue_));
    it.asked = asked_by(it.observed, "device");
    return it;
}

judge::Assessment Rehearsal::judged(const Played& played, const shadow::Readings& given,
                                    judge::Strictness strictness) const {
    // A guard of what was not asked goes by the default, as in every record.
    auto readings = usual_;
    for (const auto& asked : played.asked)
        if (const auto answer = given.find(asked.id); answer != given.end())
            readings[asked.id] = answer->second;
    return judged("reference", played.observed, played.observed, whole, readings, strictness);
}

judge::Assessment Rehearsal::reference(const shadow::Readings& given,
                                       judge::Strictness strictness) const {
    return judged(play(given), given, strictness);
}

judge::Assessment Rehearsal::disturbed(const shadow::Readings& given,
                                       judge::Strictness strictness) const {
    constexpr std::chrono::milliseconds longer{2};
    auto scene = scene_;
    scene.zones = dns::in_any_order(scene.zones, seed_);
    scene.jitter = longer;
    return judged(play(scene, given), given, strictness);
}

judge::Assessment Rehearsal::mutant(const mutants::Defect& defect, std::string name,
                                    judge::Strictness strictness) const {
    const auto observed = shadow::play(scene_, {{"device", defect}}, seed_, usual_);
    if (usual_course_.empty()) usual_course_ = play_with({}, usual_);
    auto assessment = judged(name, observed, usual_course_, whole, usual_, strictness);
    if (!comparison_speaks_alone(assessment)) return assessment;
    const auto course = beside(observed, usual_);
    return judged(std::move(name), observed, course.expected, course.led_until, usual_, strictness);
}

timeline::Timeline Rehearsal::play_with(const shadow::Choices& choices,
                                        const shadow::Readings& readings) const {
    return shadow::play(scene_, {{"device", {}, choices}}, seed_, readings);
}

LedCourse Rehearsal::beside(const timeline::Timeline& observed,
                            const shadow::Readings& readings) const {
    auto plays_left = most_plays_of_a_mutant;
    return led_along(
        {scene_.scenario, catalogue_.clauses, observed},
        [&](const shadow::Choices& choices) { return play_with(choices, readings); }, plays_left);
}

judge::Assessment Rehearsal::explained(const mutants::Defect& defect) const {
    const auto observed = shadow::play(scene_, {{"device", defect}}, seed_, usual_);
    const auto judged_beside = [&](const LedCourse& course, const shadow::Readings& answers) {
        Judged under;
        under.asked = asked_by(course.expected, "device", scene_.scenario);
        under.assessment = judged("a phone", observed, course.expected, course.led_until, answers,
                                  judge::Strictness::strict);
        return under;
    };
    auto best = best_explanation(catalogue_.readings, [&](const shadow::Readings& answers) {
        auto under = judged_beside({play_with({}, answers), whole, {}}, answers);
        return comparison_speaks_alone(under.assessment)
                   ? judged_beside(beside(observed, answers), answers)
                   : under;
    });
    return std::move(best.assessment);
}

judge::Assessment Rehearsal::judged(std::string name, const timeline::Timeline& observed,
                                    const timeline::Timeline& expected, timeline::Instant led_until,
                                    const shadow::Readings& readings,
                                    judge::Strictness strictness) const {
    auto assessment = judge::judge({.scenario = scene_.scenario,
                                    .clauses = catalogue_.clauses,
                                    .device = std::move(name),
                                    .observed = observed,
                                    .expected_device = expected,
                                    .strictness = strictness,
                                    .readings = readings,
                                    .led_until = led_until});
    if (!observed.empty())
        assessment.duration_ms =
            std::chrono::duration<double, std::milli>(observed.back().at.time_since_epoch())
                .count();
    return assessment;
}

}  // namespace twinline::assess
