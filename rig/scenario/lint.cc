// Structural faults: a scenario that loads and still cannot fail, or waits for what cannot come.
// Such a test passes for ever and says nothing.
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/references.hh"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace twinline::scenario {

namespace {

std::string seconds(Duration duration) {
    std::string text = std::to_string(std::chrono::duration<double>(duration).count());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + " s";
}

class Linter {
  public:
    Linter(const Scenario& scenario, const Catalogue& catalogue)
        : scenario_(scenario), catalogue_(catalogue), faults_(dangling(scenario, catalogue)) {}

    std::vector<Fault> run() {
        check_stimuli();
        check_can_fail();
        check_faults();
        check_uses();
        check_windows();
        return std::move(faults_);
    }

  private:
    void add(const Place& place, std::string text) { faults_.push_back({place, std::move(text)}); }

    // A power-on is the least that can be done to a phone.
    void check_stimuli() {
        bool stimulus =
            std::any_of(scenario_.steps.begin(), scenario_.steps.end(),
                        [](const Step& step) { return step.action != ActionKind::end; });
        if (!stimulus) {
            add(scenario_.place,
                "no stimulus: the timeline does nothing to the phone; allowed is at least a power "
                "on");
        }
        for (const Step& step : scenario_.steps) {
            if (step.when.offset < scenario_.limit) continue;
            add(step.place,
                "the step is due " + seconds(step.when.offset) +
                    " after its event, which the limit cuts off; allowed is less than " +
                    seconds(scenario_.limit));
        }
    }

    bool can_fail(const Expectation& expectation) const {
        auto clause = catalogue_.clauses.find(expectation.clause);
        return clause != catalogue_.clauses.end() && clause->second.level != Level::observed;
    }

    void check_can_fail() {
        const auto& all = scenario_.expectations;
        if (std::any_of(all.begin(), all.end(), [&](const auto& e) { return can_fail(e); })) return;
        for (const Step& step : scenario_.steps) {
            if (step.action != ActionKind::treat) continue;
            add(step.place,
                "a fault without an expectation that can fail; allowed is one with a clause "
                "of level must or should");
            return;
        }
        if (scenario_.tier == 1) {
            add(scenario_.place,
                "no expectation can fail; allowed is tier 2, or a clause of level must or should");
        }
    }

    // A heal without its fault does nothing, and two faults at once could not be told apart.
    void check_faults() {
        std::map<std::string, std::string_view> treated;
        for (const Step& step : scenario_.steps) {
            if (step.action == ActionKind::treat) {
                const auto word = to_string(step.treatment.kind);
                if (const auto [former, is_new] = treated.emplace(step.target, word); !is_new)
                    add(step.place, step.target + " has its " + std::string(former->second) +
                                        " already; allowed is a heal between two faults");
            }
            if (step.action == ActionKind::heal && treated.erase(step.target) == 0) {
                add(step.place,
                    step.target + " has no fault here; allowed is a heal after its fault");
            }
        }
    }

    std::set<std::string> used_names() const {
        std::set<std::string> used;
        for (const Step& step : scenario_.steps) used.insert(step.when.event);
        for (const auto& [name, pattern] : scenario_.events) used.insert(pattern.after);
        for (const Expectation& e : scenario_.expectations) {
            used.insert({e.event, e.after, e.until, e.pattern.after});
            used.insert(e.of.begin(), e.of.end());
        }
        return used;
    }

    void check_uses() {
        std::set<std::string> used = used_names();
        for (const auto& [name, pattern] : scenario_.events) {
            if (used.contains(name)) continue;
            add(pattern.place,
                "nothing uses the event \"" + name +
                    "\"; allowed are events that a step, an expectation or another event names");
        }
    }

    const Step* end() const {
        auto step = std::find_if(scenario_.steps.begin(), scenario_.steps.end(),
                                 [](const Step& s) { return s.action == ActionKind::end; });
        return step == scenario_.steps.end() ? nullptr : &*step;
    }

    void check_windows() {
        for (const Expectation& e : scenario_.expectations) {
            Duration latest = e.within ? e.within->latest : Duration{};
            if (!e.at.empty()) latest = e.at.back();
            if (latest > scenario_.limit) {
                add(e.place, "the window reaches to " + seconds(latest) +
                                 ", which the limit cuts off; allowed is up to " +
                                 seconds(scenario_.limit));
            } else if (const Step* last = end(); e.within && last != nullptr &&
                                                 last->when.event == e.after &&
                                                 latest > last->when.offset) {
                add(e.place, "the window reaches to " + seconds(latest) + " after " + e.after +
                                 ", but the scenario ends at " + seconds(last->when.offset) +
                                 "; allowed is a window before the end");
            }
        }
    }

    const Scenario& scenario_;
    const Catalogue& catalogue_;
    std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> lint(const Scenario& scenario, const Catalogue& catalogue) {
    return Linter(scenario, catalogue).run();
}

}  // namespace twinline::scenario
