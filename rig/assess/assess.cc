// One path for both: the environment is the scenario's. A record is judged under the readings that
// explain it best.
#include "rig/assess/assess.hh"

#include "rig/shadow/play.hh"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

namespace twinline::assess {

namespace {

constexpr std::size_t most_explanations = 3000;

shadow::Readings defaults(const std::map<std::string, scenario::Reading, std::less<>>& readings) {
    shadow::Readings values;
    for (const auto& [id, reading] : readings) values.emplace(id, reading.fallback);
    return values;
}

// How much stands against a device: the less, the better the readings explain it.
std::tuple<judge::Verdict, std::ptrdiff_t, std::ptrdiff_t> burden(const judge::Assessment& a) {
    const auto count = [&](judge::Weight weight) {
        return std::ranges::count(a.findings, weight, &judge::Finding::weight);
    };
    return {a.verdict, count(judge::Weight::fail), count(judge::Weight::deviation)};
}

judge::Assessment judge_with_predictions(const scenario::Scenario& scenario,
                                         const judge::Clauses& clauses,
                                         const shadow::Readings& readings,
                                         const shadow::Readings& twin_readings,
                                         const std::string& device_name,
                                         const timeline::Timeline& observed,
                                         judge::Strictness strictness, std::uint64_t seed) {
    const auto expected_device = shadow::play(scenario, {{"device", {}}}, seed, readings);
    const auto expected_twin = shadow::play(scenario, {{"twin", {}}}, seed, twin_readings);
    return judge::judge({.scenario = scenario,
                         .clauses = clauses,
                         .device = device_name,
                         .observed = observed,
                         .expected_device = expected_device,
                         .expected_twin = expected_twin,
                         .strictness = strictness,
                         .readings = readings,
                         .twin_readings = twin_readings});
}

// A device conforms when one admissible assignment of the readings explains it. The defaults are
// tried first; only a device that they do not explain is tried against the others, forked where the
// prediction asks.
judge::Assessment best_explanation(const Record& record, judge::Strictness strictness) {
    const auto usual = defaults(record.readings);
    std::optional<judge::Assessment> best;
    std::vector<shadow::Readings> open{{}};
    for (std::size_t tried = 0; !open.empty() && tried < most_explanations; ++tried) {
        const auto fixed = std::move(open.back());
        open.pop_back();
        auto readings = fixed;
        readings.insert(usual.begin(), usual.end());
        auto assessment =
            judge_with_predictions(record.scenario, record.clauses, readings, usual,
                                   record.device_name, record.observed, strictness, record.seed);
        const auto asked = assessment.readings;
        if (!best || burden(assessment) < burden(*best)) best = std::move(assessment);
        if (best->verdict != judge::Verdict::fail && std::get<2>(burden(*best)) == 0) break;
        for (const auto& [id, value] : asked) {
            const auto known = record.readings.find(id);
            if (fixed.contains(id) || known == record.readings.end()) continue;
            const auto fork = [&](const std::string& answer) {
                auto next = fixed;
                next.emplace(id, answer);
                open.push_back(std::move(next));
            };
            for (const auto& alternative : known->second.values)
                if (alternative.value != known->second.fallback) fork(alternative.value);
            fork(known->second.fallback);  // tried before its alternatives
            break;
        }
    }
    return std::move(*best);
}

}  // namespace

Judged assess(const Record& record, judge::Strictness strictness) {
    Judged judged;
    judged.assessment = best_explanation(record, strictness);
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
    judged.assessment = judge_with_predictions(scenario, catalogue.clauses, readings, readings,
                                               device_name, judged.observed, strictness, seed);
    if (!judged.observed.empty())
        judged.assessment.duration_ms =
            std::chrono::duration<double, std::milli>(judged.observed.back().at.time_since_epoch())
                .count();
    return judged;
}

}  // namespace twinline::assess
