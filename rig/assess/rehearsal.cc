// What costs most, playing, is done once for each question.
#include "rig/assess/rehearsal.hh"

#include "rig/assess/explanations.hh"

#include <algorithm>

namespace twinline::assess {

Rehearsal::Rehearsal(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                     std::uint64_t seed)
    : catalogue_(catalogue),
      scene_(shadow::scene_of(scenario)),
      seed_(seed),
      usual_(with_defaults({}, catalogue)) {}

Judged Rehearsal::reference(const shadow::Readings& given, judge::Strictness strictness) const {
    auto readings = with_defaults(given, catalogue_);
    Judged it;
    it.observed = shadow::play(scene_, {{"device", {}}}, seed_, readings);
    it.asked = asked_by(it.observed, "device", scene_.scenario);
    // A guard of what was not asked goes by the default, as in every record.
    for (auto& [id, answer] : readings)
        if (std::ranges::none_of(it.asked, [&](const Asked& asked) { return asked.id == id; }))
            answer = usual_.at(id);
    it.assessment = judged("reference", it.observed, it.observed, readings, strictness);
    return it;
}

judge::Assessment Rehearsal::mutant(const mutants::Defect& defect, std::string name,
                                    judge::Strictness strictness) const {
    if (expected_.empty()) expected_ = shadow::play(scene_, {{"device", {}}}, seed_, usual_);
    return judged(std::move(name), shadow::play(scene_, {{"device", defect}}, seed_, usual_),
                  expected_, usual_, strictness);
}

judge::Assessment Rehearsal::explained(const mutants::Defect& defect) const {
    const auto observed = shadow::play(scene_, {{"device", defect}}, seed_, usual_);
    auto best = best_explanation(catalogue_.readings, [&](const shadow::Readings& answers) {
        const auto expected = shadow::play(scene_, {{"device", {}}}, seed_, answers);
        Judged under;
        under.asked = asked_by(expected, "device", scene_.scenario);
        under.assessment =
            judged("a phone", observed, expected, answers, judge::Strictness::strict);
        return under;
    });
    return std::move(best.assessment);
}

judge::Assessment Rehearsal::judged(std::string name, const timeline::Timeline& observed,
                                    const timeline::Timeline& expected,
                                    const shadow::Readings& readings,
                                    judge::Strictness strictness) const {
    auto assessment = judge::judge({.scenario = scene_.scenario,
                                    .clauses = catalogue_.clauses,
                                    .device = std::move(name),
                                    .observed = observed,
                                    .expected_device = expected,
                                    .strictness = strictness,
                                    .readings = readings});
    if (!observed.empty())
        assessment.duration_ms =
            std::chrono::duration<double, std::milli>(observed.back().at.time_since_epoch())
                .count();
    return assessment;
}

}  // namespace twinline::assess
