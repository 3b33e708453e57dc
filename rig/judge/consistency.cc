// A search with backtracking over the scenarios, one case of each; the defaults come first in every
// list, so a device that lives by them is joined without a step back.
#include "rig/judge/consistency.hh"

#include <algorithm>
#include <set>

namespace twinline::judge {

namespace {

constexpr std::size_t most_steps = 200'000;

// Narrows `held` by `one`; false when they exclude each other.
bool narrow(Case& held, const Case& one) {
    for (const auto& [question, possible] : one) {
        const auto [place, is_new] = held.try_emplace(question, possible);
        if (is_new) continue;
        std::erase_if(place->second,
                      [&](const auto& answer) { return !possible.contains(answer); });
        if (place->second.empty()) return false;
    }
    return true;
}

using Scenarios = std::vector<const Assessment*>;

class Search {
  public:
    explicit Search(Scenarios scenarios) : scenarios_(std::move(scenarios)) {
        // The fewest explanations first: what excludes most is met early.
        std::ranges::stable_sort(scenarios_, {},
                                 [](const Assessment* a) { return a->explanations.size(); });
    }

    bool finds(const Case& given) {
        steps_ = 0;
        return explains(0, given);
    }
    bool cut_short() const { return cut_short_; }

  private:
    bool explains(std::size_t scenario, const Case& held) {
        if (scenario == scenarios_.size()) return true;
        for (const auto& one : scenarios_[scenario]->explanations) {
            if (++steps_ > most_steps) {
                cut_short_ = true;
                return true;  // nothing is held against a device that was not shown
            }
            auto narrowed = held;
            if (narrow(narrowed, one) && explains(scenario + 1, narrowed)) return true;
        }
        return false;
    }

    Scenarios scenarios_;
    std::size_t steps_ = 0;
    bool cut_short_ = false;
};

// Leaves out one scenario after the other for as long as the rest still contradict each other.
Scenarios fewest(Scenarios scenarios) {
    for (std::size_t i = 0; i < scenarios.size();) {
        auto rest = scenarios;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        if (Search(rest).finds({}))
            ++i;
        else
            scenarios = std::move(rest);
    }
    return scenarios;
}

using Universe = std::map<std::string, std::set<std::string>>;  // by question, its answers

Universe answers_of(const Scenarios& scenarios) {
    Universe all;
    for (const auto* a : scenarios) {
        for (const auto& one : a->explanations)
            for (const auto& [question, possible] : one)
                all[question].insert(possible.begin(), possible.end());
        for (const auto& one : a->excluded)
            for (const auto& [question, possible] : one)
                all[question].insert(possible.begin(), possible.end());
    }
    return all;
}

bool admits(const Assessment& a, const std::string& question, const std::string& answer) {
    return std::ranges::any_of(a.explanations, [&](const Case& one) {
        const auto found = one.find(question);
        return found == one.end() || found->second.contains(answer);
    });
}

}  // namespace

Consistency join(const std::vector<const Assessment*>& assessments) {
    Scenarios telling;
    Consistency joined;
    for (const auto* a : assessments) {
        // Among the cases that were not tried may be the one that fits the others.
        if (!a->all_explanations) joined.complete = false;
        if (a->all_explanations && !a->explanations.empty()) telling.push_back(a);
    }
    Search search(telling);
    if (!search.finds({})) {
        const auto conflict = fewest(telling);
        for (const auto* a : conflict) joined.conflict.push_back(a->scenario);
        for (const auto& [question, answers] : answers_of(conflict))
            if (std::ranges::none_of(answers, [&](const std::string& answer) {
                    return std::ranges::all_of(
                        conflict, [&](const auto* a) { return admits(*a, question, answer); });
                }))
                joined.disputed.push_back(question);
    }
    for (const auto& [question, answers] : answers_of(telling)) {
        Answered answered{question, {}, {}};
        for (const auto& answer : answers) {
            std::vector<std::string> against;
            for (const auto* a : telling)
                if (!admits(*a, question, answer)) against.push_back(a->scenario);
            if (!against.empty())
                answered.ruled_out.emplace(answer, std::move(against));
            else if (!joined.conflict.empty() || search.finds({{question, {answer}}}))
                answered.fitting.push_back(answer);
            else
                answered.ruled_out.emplace(answer, std::vector<std::string>{});
        }
        joined.questions.push_back(std::move(answered));
    }
    joined.complete = joined.complete && !search.cut_short();
    return joined;
}

}  // namespace twinline::judge
