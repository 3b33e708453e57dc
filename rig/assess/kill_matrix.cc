// Work is shared out by scenario, so that what the reference does in it is played once.
#include "rig/assess/kill_matrix.hh"

#include "rig/assess/rehearsal.hh"
#include "rig/judge/consistency.hh"
#include "rig/judge/weigh.hh"
#include "rig/world/world.hh"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

namespace twinline::assess {

namespace {

using scenario::Scenario;

std::ptrdiff_t breaches(const judge::Assessment& a, std::string_view clause, judge::Weight weight) {
    return std::ranges::count_if(a.findings, [&](const judge::Finding& finding) {
        return finding.weight == weight && finding.clause == clause;
    });
}

bool weighs(const judge::Finding& finding) {
    return finding.weight == judge::Weight::fail || finding.weight == judge::Weight::deviation;
}

struct Caught {
    bool at_all = false;
    bool by_its_clause = false;
    judge::Assessment explained;  // of a fickle one
};

Caught try_in(const Rehearsal& rehearsal, const mutants::Mutant& mutant,
              const judge::Assessment& reference, const scenario::Catalogue& catalogue) {
    if (mutant.defect.fickle != nullptr) return {false, false, rehearsal.explained(mutant.defect)};
    const auto weight = judge::breach_of(judge::level_of(catalogue.clauses, mutant.clause));
    try {
        const auto a =
            rehearsal.mutant(mutant.defect, std::string(mutant.id), judge::Strictness::lenient);
        return {std::ranges::any_of(a.findings, weighs),
                breaches(a, mutant.clause, weight) > breaches(reference, mutant.clause, weight),
                {}};
    } catch (const world::TimeStandsStill&) {  // it storms: caught, though by no clause
        return {true, false, {}};
    }
}

using Row = std::vector<Caught>;  // by mutant

// Runs `each` for every index below `count`, on all cores; what one of them throws comes out.
template <typename Each>
void share_out(std::size_t count, const Each& each) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr thrown;
    const auto work = [&] {
        try {
            for (auto i = next++; i < count; i = next++) each(i);
        } catch (...) {
            const std::lock_guard lock(mutex);
            thrown = std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i)
            others.emplace_back(work);
        work();
    }
    if (thrown) std::rethrow_exception(thrown);
}

std::set<std::string> vendors_of(const scenario::Catalogue& catalogue, std::string_view clause) {
    std::set<std::string> vendors;
    for (const auto* scenario : scenarios_of(catalogue, clause)) vendors.insert(scenario->vendor);
    return vendors;
}

// What no scenario shows by itself: no one set of answers explains them all.
void join(Kill& kill, std::size_t mutant, const std::vector<const Scenario*>& scenarios,
          const std::vector<Row>& rows) {
    std::vector<const judge::Assessment*> assessments;
    for (std::size_t i = 0; i < scenarios.size(); ++i)
        if (!rows[i].empty()) assessments.push_back(&rows[i][mutant].explained);
    const auto joined = judge::join(assessments);
    kill.killed_by = joined.conflict;
    for (const auto& scenario : joined.conflict)
        kill.named_by += (kill.named_by.empty() ? "" : " against ") + scenario;
}

}  // namespace

std::vector<Kill> kill_matrix(const std::vector<const mutants::Mutant*>& some,
                              const std::vector<const Scenario*>& scenarios,
                              const scenario::Catalogue& catalogue, Scope scope,
                              std::uint64_t seed) {
    std::vector<std::set<std::string>> wanted;  // by mutant: ids of scenarios, or vendors
    for (const auto* mutant : some) {
        if (scope == Scope::vendors) {
            wanted.push_back(vendors_of(catalogue, mutant->clause));
            continue;
        }
        auto& ids = wanted.emplace_back();
        for (const auto* scenario : scenarios_of(catalogue, mutant->clause))
            ids.insert(scenario->id);
    }
    std::vector<Row> rows(scenarios.size());
    share_out(scenarios.size(), [&](std::size_t i) {
        const Rehearsal rehearsal(*scenarios[i], catalogue, seed);
        const auto reference = rehearsal.reference({}, judge::Strictness::lenient);
        rows[i].resize(some.size());
        for (std::size_t m = 0; m < some.size(); ++m)
            if (wanted[m].contains(scope == Scope::vendors ? scenarios[i]->vendor
                                                           : scenarios[i]->id))
                rows[i][m] = try_in(rehearsal, *some[m], reference, catalogue);
    });
    std::vector<Kill> kills;
    for (std::size_t m = 0; m < some.size(); ++m) {
        auto& kill = kills.emplace_back(Kill{some[m], {}, {}});
        if (some[m]->defect.fickle != nullptr) {
            join(kill, m, scenarios, rows);
            continue;
        }
        for (std::size_t i = 0; i < scenarios.size(); ++i) {
            const auto& caught = rows[i][m];
            if (caught.at_all || caught.by_its_clause) kill.killed_by.push_back(scenarios[i]->id);
            if (caught.by_its_clause && kill.named_by.empty()) kill.named_by = scenarios[i]->id;
        }
    }
    return kills;
}

void look_for_explanations(std::vector<Kill>& kills, const std::vector<const Scenario*>& scenarios,
                           const scenario::Catalogue& catalogue, std::uint64_t seed) {
    share_out(kills.size(), [&](std::size_t i) {
        auto& kill = kills[i];
        const auto& mutant = *kill.mutant;
        const auto level = judge::level_of(catalogue.clauses, mutant.clause);
        if (kill.named_by.empty() || mutant.defect.fickle != nullptr ||
            level == scenario::Level::observed)
            return;
        const auto stands = [&](const Scenario* scenario) {
            const Rehearsal rehearsal(*scenario, catalogue, seed);
            const auto reference = rehearsal.reference({}, judge::Strictness::lenient);
            return try_in(rehearsal, mutant, reference, catalogue).by_its_clause &&
                   rehearsal.explained(mutant.defect).verdict == judge::Verdict::fail;
        };
        const auto judging = scenarios_of(catalogue, mutant.clause);
        kill.explained = std::ranges::none_of(judging, [&](const Scenario* scenario) {
            return std::ranges::find(scenarios, scenario) != scenarios.end() && stands(scenario);
        });
    });
}

std::vector<const Scenario*> scenarios_of(const scenario::Catalogue& catalogue,
                                          std::string_view clause) {
    std::vector<const Scenario*> some;
    for (const auto& [id, scenario] : catalogue.scenarios)
        if (std::ranges::any_of(scenario.expectations, [&](const scenario::Expectation& wanted) {
                return wanted.clause == clause;
            }))
            some.push_back(&scenario);
    return some;
}

}  // namespace twinline::assess
