// Never averages: of several attempts the worst speaks, and that they differ is told beside it.
#include "reports/comparison.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace twinline::reports {

namespace {

using judge::Verdict;
using judge::Weight;

struct Combined {
    Verdict verdict = Verdict::none;
    bool deviates = false;
};

using ByScenario = std::map<std::string, Combined>;

bool was_played(Verdict verdict) {
    return verdict != Verdict::not_applicable && verdict != Verdict::none;
}

ByScenario combined(std::span<const judge::Assessment> assessments) {
    ByScenario all;
    for (const auto& a : assessments) {
        if (!was_played(a.verdict)) continue;
        auto& one = all[without_repeat(a.scenario)];
        one.verdict = judge::worse(one.verdict, a.verdict);
        one.deviates = one.deviates || std::ranges::any_of(a.findings, [](const auto& finding) {
                           return finding.weight == Weight::deviation;
                       });
    }
    return all;
}

auto rank(const Combined& one) { return std::tuple(one.verdict, one.deviates); }

bool flips(Verdict a, Verdict b) {
    return (a == Verdict::pass && b == Verdict::fail) || (a == Verdict::fail && b == Verdict::pass);
}

void compare_clauses(Comparison& comparison, std::span<const judge::Assessment> now,
                     std::span<const judge::Assessment> before) {
    const auto then = judge::by_clause(before);
    for (const auto& [id, verdict] : judge::by_clause(now)) {
        const auto found = then.find(id);
        if (found == then.end() || found->second.worst == verdict.worst) continue;
        if (std::max(found->second.worst, verdict.worst) <= Weight::observation)
            continue;  // it did otherwise, and broke nothing
        const bool is_worse = verdict.worst > found->second.worst;
        comparison.clauses.push_back({id, found->second.worst, verdict.worst, is_worse,
                                      (is_worse ? verdict : found->second).scenarios});
    }
    std::ranges::stable_sort(comparison.clauses, std::greater{}, &ClauseChange::is_worse);
}

}  // namespace

std::string without_repeat(const std::string& scenario) {
    const auto bracket = scenario.rfind('[');
    const auto at = scenario.find("repeat=", bracket == std::string::npos ? 0 : bracket);
    if (bracket == std::string::npos || at == std::string::npos || scenario.back() != ']')
        return scenario;
    // [repeat=2] and [name=value,repeat=2]: the repeat comes last.
    const bool is_alone = at == bracket + 1;
    return scenario.substr(0, is_alone ? bracket : at - 1) + (is_alone ? "" : "]");
}

Comparison compare(std::span<const judge::Assessment> assessments, const std::string& firmware,
                   const EarlierRun& earlier) {
    Comparison comparison;
    comparison.with = fmt::format("the run of {}", earlier.started);
    if (!earlier.firmware.empty())
        comparison.with += fmt::format(" with firmware {}", earlier.firmware);
    const auto now = combined(assessments);
    const auto then = combined(earlier.assessments);
    for (const auto& [id, one] : now) {
        const auto before = then.find(id);
        if (before == then.end()) {
            comparison.fresh.push_back(id);
        } else if (rank(before->second) == rank(one)) {
            ++comparison.same;
        } else {
            comparison.scenarios.push_back(
                {id, before->second.verdict, one.verdict, rank(one) > rank(before->second),
                 firmware == earlier.firmware && flips(before->second.verdict, one.verdict)});
        }
    }
    for (const auto& [id, one] : then)
        if (!now.contains(id)) comparison.gone.push_back(id);
    std::ranges::stable_sort(comparison.scenarios, std::greater{}, &ScenarioChange::is_worse);
    compare_clauses(comparison, assessments, earlier.assessments);
    return comparison;
}

std::vector<Unsteady> unsteady(std::span<const judge::Assessment> assessments) {
    std::map<std::string, std::vector<Verdict>> all;
    for (const auto& a : assessments)
        if (was_played(a.verdict)) all[without_repeat(a.scenario)].push_back(a.verdict);
    std::vector<Unsteady> found;
    for (auto& [id, verdicts] : all)
        if (std::set(verdicts.begin(), verdicts.end()).size() > 1)
            found.push_back({id, std::move(verdicts)});
    return found;
}

}  // namespace twinline::reports
