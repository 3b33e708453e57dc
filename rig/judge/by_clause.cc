// The worst finding speaks; a retry that went better hides nothing.
#include "rig/judge/by_clause.hh"

#include <algorithm>

namespace twinline::judge {

std::string_view word_of(Weight worst) {
    switch (worst) {
        case Weight::ok:
            return "passed";
        case Weight::observation:
            return "otherwise";
        case Weight::deviation:
            return "deviation";
        case Weight::fail:
        case Weight::inconc:
        case Weight::error:
            return "failed";
    }
    return "";
}

std::map<std::string, ClauseVerdict, std::less<>> by_clause(
    std::span<const Assessment> assessments) {
    std::map<std::string, ClauseVerdict, std::less<>> all;
    for (const auto& assessment : assessments) {
        if (assessment.verdict != Verdict::pass && assessment.verdict != Verdict::fail) continue;
        for (const auto& finding : assessment.findings) {
            if (finding.clause.empty() || finding.weight > Weight::fail) continue;
            auto& clause = all[finding.clause];
            if (finding.weight > clause.worst) clause.scenarios.clear();
            clause.worst = std::max(clause.worst, finding.weight);
            clause.level = finding.level;
            if (finding.weight == clause.worst &&
                std::ranges::find(clause.scenarios, assessment.scenario) == clause.scenarios.end())
                clause.scenarios.push_back(assessment.scenario);
        }
    }
    return all;
}

}  // namespace twinline::judge
