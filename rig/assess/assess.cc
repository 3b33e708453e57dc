// One path for both: the environment is the scenario's, the readings are the catalogue's defaults.
#include "rig/assess/assess.hh"

#include "rig/shadow/play.hh"

namespace twinline::assess {

namespace {

shadow::Readings defaults(const std::map<std::string, scenario::Reading, std::less<>>& readings) {
    shadow::Readings values;
    for (const auto& [id, reading] : readings) values.emplace(id, reading.fallback);
    return values;
}

judge::Assessment judge_with_predictions(const scenario::Scenario& scenario,
                                         const judge::Clauses& clauses,
                                         const shadow::Readings& readings,
                                         const std::string& device_name,
                                         const timeline::Timeline& observed,
                                         judge::Strictness strictness, std::uint64_t seed) {
    const auto expected_device = shadow::play(scenario, {{"device", {}}}, seed, readings);
    const auto expected_twin = shadow::play(scenario, {{"twin", {}}}, seed, readings);
    return judge::judge({.scenario = scenario,
                         .clauses = clauses,
                         .device = device_name,
                         .observed = observed,
                         .expected_device = expected_device,
                         .expected_twin = expected_twin,
                         .strictness = strictness,
                         .readings = readings});
}

}  // namespace

Judged assess(const Record& record, judge::Strictness strictness) {
    Judged judged;
    judged.assessment =
        judge_with_predictions(record.scenario, record.clauses, defaults(record.readings),
                               record.device_name, record.observed, strictness, record.seed);
    judged.assessment.started = record.started;
    judged.assessment.duration_ms = record.duration_ms;
    judged.observed = record.observed;
    return judged;
}

Judged simulate(const scenario::Scenario& scenario, const scenario::Catalogue& catalogue,
                const phone::Rules& rules, std::string device_name, judge::Strictness strictness,
                std::uint64_t seed, const std::map<std::string, std::string, std::less<>>& given) {
    auto readings = given;
    readings.merge(defaults(catalogue.readings));
    Judged judged;
    judged.observed = shadow::play(scenario, {{"device", rules}, {"twin", {}}}, seed, readings);
    judged.assessment = judge_with_predictions(scenario, catalogue.clauses, readings, device_name,
                                               judged.observed, strictness, seed);
    if (!judged.observed.empty())
        judged.assessment.duration_ms =
            std::chrono::duration<double, std::milli>(judged.observed.back().at.time_since_epoch())
                .count();
    return judged;
}

}  // namespace twinline::assess
