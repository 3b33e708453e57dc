// The end comes first, for it makes every later trial shorter; then what happens, what the phone is
// told, what the DNS knows, and last how long is waited.
#include "rig/field/minimise.hh"

#include "rig/field/draft.hh"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace twinline::field {

namespace {

using scenario::ActionKind;
using scenario::Scenario;
using scenario::Step;
using timeline::Duration;

constexpr unsigned trial_seeds = 2;
constexpr unsigned most_rounds = 4;

std::vector<std::string> lines_in(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (end > 0) lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string as_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

// As the loaders want it: who is named is there, and a name server in any case.
bool has_its_hosts(const Scenario& scenario) {
    const auto& topology = scenario.topology;
    const auto is_there = [&](const std::string& role) {
        return role.empty() || topology.find(role) != nullptr;
    };
    return std::ranges::any_of(
               topology.hosts,
               [](const scenario::Host& host) { return host.runs == scenario::HostRuns::dns; }) &&
           std::ranges::all_of(scenario.steps,
                               [&](const Step& step) {
                                   const bool is_host = step.action == ActionKind::treat ||
                                                        step.action == ActionKind::heal;
                                   return !is_host || is_there(step.target);
                               }) &&
           std::ranges::all_of(scenario.events,
                               [&](const auto& event) { return is_there(event.second.peer); }) &&
           std::ranges::all_of(scenario.expectations, [&](const scenario::Expectation& wanted) {
               return is_there(wanted.pattern.peer);
           });
}

class Minimiser {
  public:
    Minimiser(const Scenario& scenario, const Showing& showing)
        : scenario_(scenario), showing_(showing) {}

    Scenario run() {
        for (unsigned round = 0; round < most_rounds && !showing_.is_spent(); ++round) {
            const auto before = accepted_;
            end();
            steps();
            parameters();
            zones();
            hosts();
            services();
            waits();
            if (accepted_ == before) break;
        }
        is_last_ = true;
        end();
        return std::move(scenario_);
    }

  private:
    // The end is brought forward in any case, which takes few worlds.
    bool accept(Scenario candidate) {
        if (showing_.is_spent() && !is_last_) return false;
        prune(candidate);
        if (!has_its_hosts(candidate) || !showing_.shows(candidate, trial_seeds)) return false;
        scenario_ = std::move(candidate);
        ++accepted_;
        return true;
    }

    // With the member that `change` changes.
    template <typename Change>
    bool try_change(const Change& change) {
        auto candidate = scenario_;
        change(candidate);
        return accept(std::move(candidate));
    }

    template <typename Item, typename Put>
    void fewer(std::vector<Item> items, const Put& put) {
        fewest<Item>(std::move(items), [&](const std::vector<Item>& less) {
            return try_change([&](Scenario& candidate) { put(candidate, less); });
        });
    }

    static bool is_indispensable(const Step& step) {
        return step.action == ActionKind::end ||
               (step.action == ActionKind::power_on && step.when.event == "start");
    }

    // A fault and its end go together, or the end alone.
    using Unit = std::vector<Step>;
    std::vector<Unit> units() const {
        std::vector<Unit> units;
        for (const auto& step : scenario_.steps) {
            if (is_indispensable(step)) continue;
            const auto opens = [&](const Unit& unit) {
                return unit.size() == 1 && unit.front().action == ActionKind::treat &&
                       unit.front().target == step.target;
            };
            const auto fault = std::ranges::find_if(units, opens);
            if (step.action == ActionKind::heal && fault != units.end())
                fault->push_back(step);
            else
                units.push_back({step});
        }
        return units;
    }

    // In the order that they had.
    Scenario with(const std::vector<Unit>& units) const {
        std::vector<std::string> kept;
        const auto key = [](const Step& step) {
            return step.when.event + '+' + std::to_string(step.when.offset.count()) + ' ' +
                   to_text(step);
        };
        for (const auto& unit : units)
            for (const auto& step : unit) kept.push_back(key(step));
        auto candidate = scenario_;
        std::erase_if(candidate.steps, [&](const Step& step) {
            if (is_indispensable(step)) return false;
            const auto found = std::ranges::find(kept, key(step));
            if (found == kept.end()) return true;
            kept.erase(found);
            return false;
        });
        return candidate;
    }

    void steps() {
        fewest<Unit>(units(), [&](const std::vector<Unit>& less) { return accept(with(less)); });
        for (std::size_t i = scenario_.steps.size(); i-- > 0;)
            if (i < scenario_.steps.size() && scenario_.steps[i].action == ActionKind::heal)
                try_change([&](Scenario& candidate) {
                    candidate.steps.erase(candidate.steps.begin() + static_cast<std::ptrdiff_t>(i));
                });
    }

    void parameters() {
        fewest<std::string>(lines_in(scenario_.config), [&](const std::vector<std::string>& less) {
            auto candidate = scenario_;
            candidate.config = as_lines(less);
            try {
                if (!renew_users(candidate)) return false;
            } catch (const scenario::BadInput&) {
                return false;
            }
            return accept(std::move(candidate));
        });
    }

    void zones() {
        fewer(lines_in(scenario_.topology.zone), [](Scenario& candidate, const auto& less) {
            candidate.topology.zone = as_lines(less);
        });
        for (const auto& [name, zone] : std::map(scenario_.topology.zones))
            fewer(lines_in(zone), [&](Scenario& candidate, const auto& less) {
                candidate.topology.zones[name] = as_lines(less);
            });
    }

    void hosts() {
        using scenario::Host;
        fewest<Host>(scenario_.topology.hosts, [&](const std::vector<Host>& less) {
            const auto is_wanted = [&](const Host& host) {
                return std::ranges::find(less, host.role, &Host::role) == less.end() &&
                       is_named(host.address);
            };
            return std::ranges::none_of(scenario_.topology.hosts, is_wanted) &&
                   try_change([&](Scenario& candidate) { candidate.topology.hosts = less; });
        });
    }

    // By a record or a parameter: whoever follows it must find somebody there.
    bool is_named(const std::string& address) const {
        const Replacements gone{{address, {}}};
        const auto names = [&](const std::string& text) { return replaced(text, gone) != text; };
        return names(scenario_.topology.zone) || names(scenario_.config) ||
               std::ranges::any_of(scenario_.topology.zones,
                                   [&](const auto& zone) { return names(zone.second); });
    }

    void services() {
        using Topology = scenario::Topology;
        constexpr std::array<void (*)(Topology&), 5> changes{
            // who is dialled, or calls, must be there
            [](Topology& t) { t.callee.clear(); }, [](Topology& t) { t.notifier_grants = 0; },
            [](Topology& t) { t.challenges_calls = false; },
            [](Topology& t) { t.dns_additional = false; },
            [](Topology& t) { t.least_expires = 1; }};
        for (const auto change : changes)
            if (differs(change) && !(change == changes[0] && calls()))
                try_change([&](Scenario& candidate) { change(candidate.topology); });
        for (std::size_t i = 0; i < scenario_.topology.hosts.size(); ++i) {
            const auto host = scenario_.topology.hosts[i];
            const auto change = [&](bool applies, void (*to)(scenario::Host&)) {
                if (applies) try_change([&](Scenario& s) { to(s.topology.hosts[i]); });
            };
            change(host.flow_timer.has_value(), [](auto& h) { h.flow_timer.reset(); });
            change(host.outbound, [](auto& h) { h.outbound = false, h.flow_timer.reset(); });
            change(host.service_route, [](auto& h) { h.service_route = false; });
            change(!host.takes_streams, [](auto& h) { h.takes_streams = true; });
        }
    }

    bool calls() const {
        return scenario_.has_step(ActionKind::dial) || scenario_.has_step(ActionKind::caller);
    }

    bool differs(void (*change)(scenario::Topology&)) const {
        auto changed = scenario_.topology;
        change(changed);
        const auto& is = scenario_.topology;
        return changed.callee != is.callee || changed.notifier_grants != is.notifier_grants ||
               changed.challenges_calls != is.challenges_calls ||
               changed.dns_additional != is.dns_additional ||
               changed.least_expires != is.least_expires;
    }

    // What was granted and how long each step waits: the least of a few usual times that will do.
    void waits() {
        for (const std::uint32_t grant : {60U, 120U, 300U, 600U, 1800U})
            if (grant < scenario_.topology.grants_expires &&
                try_change([&](Scenario& s) { s.topology.grants_expires = grant; }))
                break;
        using namespace std::chrono_literals;
        for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
            if (scenario_.steps[i].action == ActionKind::end ||
                scenario_.steps[i].when.event == "start")
                continue;
            for (const Duration wait : {Duration{1s}, Duration{5s}, Duration{10s}, Duration{30s},
                                        Duration{60s}, Duration{120s}, Duration{300s}})
                if (wait < scenario_.steps[i].when.offset &&
                    try_change([&](Scenario& s) { s.steps[i].when.offset = wait; }))
                    break;
        }
    }

    Step& end_of(Scenario& candidate) const {
        return *std::ranges::find(candidate.steps, ActionKind::end, &Step::action);
    }

    // Hung on what the expectation hangs on where it can be, then as early as it may come.
    void end() {
        const auto& wanted = scenario_.expectations.front();
        const auto anchor = anchor_of(wanted);
        const Duration longest = end_of(scenario_).when.offset;
        if (end_of(scenario_).when.event != anchor)
            try_change([&](Scenario& s) { end_of(s).when = {anchor, longest, {}}; });
        using std::chrono::seconds;
        std::int64_t fails = 0;
        auto holds = std::chrono::ceil<seconds>(end_of(scenario_).when.offset).count();
        while (holds - fails > 1) {
            const auto middle = fails + (holds - fails) / 2;
            const bool shown =
                try_change([&](Scenario& s) { end_of(s).when.offset = seconds(middle); });
            (shown ? holds : fails) = middle;
        }
        settle_end(holds);
    }

    // Something that the phone does before it breaks what is expected.
    static std::string anchor_of(const scenario::Expectation& wanted) {
        if (!wanted.after.empty() && wanted.after != "power-on") return wanted.after;
        if (wanted.form == scenario::ExpectationForm::schedule) return wanted.event;
        return wanted.of.empty() ? "power-on" : wanted.of.back();
    }

    // A real phone comes a little later, and its servers do.
    void settle_end(std::int64_t least) {
        constexpr std::int64_t of_least = 20, more = 2;
        constexpr std::int64_t to_boot = 30;  // at least, where nothing tells that it has
        const bool is_told = end_of(scenario_).when.event != "power-on";
        const auto later =
            std::chrono::seconds(std::max(least + least / of_least + more, is_told ? 0 : to_boot));
        const auto& due = scenario_.expectations.front().at;  // of a schedule: all of it
        const auto last = due.empty() ? Duration{} : due.back() + std::chrono::seconds(more);
        try_change([&, last](Scenario& s) {
            end_of(s).when.offset =
                std::max<Duration>(later, std::chrono::ceil<std::chrono::seconds>(last));
            s.limit = std::chrono::ceil<std::chrono::minutes>(lasts(s) * 6 / 5 +
                                                              std::chrono::seconds(30));
        });
    }

    Duration lasts(const Scenario& candidate) const {
        Duration longest = end_of(const_cast<Scenario&>(candidate)).when.offset;
        const auto played = showing_.reference(candidate, 1);
        if (!played.empty()) longest = std::max(longest, played.back().at - timeline::Instant{});
        return std::chrono::ceil<std::chrono::seconds>(longest);
    }

    Scenario scenario_;
    const Showing& showing_;
    std::size_t accepted_ = 0;
    bool is_last_ = false;
};

}  // namespace

void prune(Scenario& scenario) {
    for (bool again = true; again;) {
        std::set<std::string> used;
        for (const auto& step : scenario.steps) used.insert(step.when.event);
        for (const auto& [name, pattern] : scenario.events) used.insert(pattern.after);
        for (const auto& e : scenario.expectations) {
            used.insert({e.event, e.after, e.until, e.pattern.after});
            used.insert(e.of.begin(), e.of.end());
        }
        again = std::erase_if(scenario.events,
                              [&](const auto& event) { return !used.contains(event.first); }) > 0;
    }
    std::erase_if(scenario.topology.zones, [&](const auto& zone) {
        return std::ranges::none_of(scenario.steps, [&](const Step& step) {
            return step.action == ActionKind::set_zone && step.target == zone.first;
        });
    });
}

Scenario minimised(const Scenario& scenario, const Showing& showing) {
    return Minimiser(scenario, showing).run();
}

}  // namespace twinline::field
