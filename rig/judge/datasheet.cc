// Findings carry the values already; here they are chosen and put in order.
#include "rig/judge/datasheet.hh"

#include <algorithm>
#include <tuple>

namespace twinline::judge {

namespace {

bool belongs(const Finding& finding, const Clauses& clauses) {
    const auto clause = clauses.find(finding.clause);
    if (clause == clauses.end() || finding.voice != Voice::expectation) return false;
    return clause->second.level == scenario::Level::observed || clause->second.kind == "parameter";
}

}  // namespace

Datasheet datasheet(const std::vector<const Assessment*>& assessments, const Clauses& clauses,
                    const Readings& readings) {
    Datasheet sheet{join(assessments), {}, {}};
    for (const auto& [id, reading] : readings) sheet.questions.emplace(id, reading.question);
    for (const auto* assessment : assessments)
        for (const auto& finding : assessment->findings)
            if (belongs(finding, clauses))
                sheet.measured.push_back({finding.clause, finding.level, finding.weight,
                                          finding.text, assessment->scenario, finding.frames});
    const auto key = [](const Measured& m) { return std::tie(m.clause, m.text); };
    std::ranges::stable_sort(sheet.measured, {}, key);
    const auto again = std::ranges::unique(sheet.measured, {}, key);
    sheet.measured.erase(again.begin(), again.end());
    return sheet;
}

}  // namespace twinline::judge
