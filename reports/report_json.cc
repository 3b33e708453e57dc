// Hostile text becomes U+FFFD where it is no UTF-8, as in every JSON of ours.
#include "reports/report_json.hh"

#include <nlohmann/json.hpp>

namespace twinline::reports {

namespace {

using Json = nlohmann::ordered_json;

const char* word(bool is_worse) { return is_worse ? "worse" : "better"; }

Json document(const Comparison& comparison) {
    Json scenarios = Json::array();
    for (const auto& change : comparison.scenarios)
        scenarios.push_back({{"scenario", change.scenario},
                             {"before", judge::to_string(change.before)},
                             {"now", judge::to_string(change.now)},
                             {"change", word(change.is_worse)},
                             {"unsteady", change.is_unsteady}});
    Json clauses = Json::array();
    for (const auto& change : comparison.clauses)
        clauses.push_back({{"clause", change.clause},
                           {"before", judge::word_of(change.before)},
                           {"now", judge::word_of(change.now)},
                           {"change", word(change.is_worse)},
                           {"scenarios", change.scenarios}});
    return {{"with", comparison.with}, {"same", comparison.same}, {"new", comparison.fresh},
            {"gone", comparison.gone}, {"scenarios", scenarios},  {"clauses", clauses}};
}

}  // namespace

std::string report_json(const RunReport& run) {
    const auto assessments = run.assessments();
    std::map<std::string_view, std::size_t> verdicts;
    for (const auto& assessment : assessments) ++verdicts[judge::to_string(assessment.verdict)];
    Json clauses = Json::array();
    for (const auto& [id, verdict] : judge::by_clause(assessments))
        clauses.push_back({{"id", id},
                           {"level", scenario::to_string(verdict.level)},
                           {"verdict", judge::word_of(verdict.worst)},
                           {"scenarios", verdict.scenarios}});
    Json against = Json::array();
    for (const auto& comparison : run.comparisons()) against.push_back(document(comparison));
    Json flickering = Json::array();
    for (const auto& one : unsteady(assessments)) {
        Json said = Json::array();
        for (const auto verdict : one.verdicts) said.push_back(judge::to_string(verdict));
        flickering.push_back({{"scenario", one.scenario}, {"verdicts", said}});
    }
    return Json{{"device", run.device},  {"firmware", run.firmware}, {"started", run.started},
                {"verdicts", verdicts},  {"clauses", clauses},       {"against", against},
                {"unsteady", flickering}}
               .dump(2, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

}  // namespace twinline::reports
