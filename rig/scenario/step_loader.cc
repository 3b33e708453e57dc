// Steps read as "silence primary" at "home + 5 s"; an offset is never negative, since nobody can
// act before what he waits for.
#include "rig/scenario/step_loader.hh"

#include "rig/scenario/action_loader.hh"
#include "rig/scenario/expectation_loader.hh"
#include "rig/scenario/units.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

void load_trigger(const Map& map, const Scenario& scenario, Trigger& trigger) {
    trigger.place = map.place();
    std::string text = map.text("at");
    if (text.empty()) return;
    trigger.place = map.faults().place(*map.find("at"));
    std::string_view name = trim(std::string_view(text).substr(0, text.find('+')));
    check_word(*map.find("at"), map.faults(), "event", name,
               names_of(scenario, {"start", "power-on"}));
    trigger.event = name;
    if (std::size_t plus = text.find('+'); plus != std::string::npos) {
        auto offset = parse_duration(std::string_view(text).substr(plus + 1));
        if (offset) {
            trigger.offset = *offset;
        } else {
            map.faults().add(*map.find("at"), "at " + offset.error());
        }
    }
}

// "start" is told before anything happens, so only what prepares the subject can hang on it alone.
void check_start(const Step& step, Faults& faults) {
    bool allowed = step.action == ActionKind::power_on || step.action == ActionKind::treat ||
                   step.action == ActionKind::heal || step.action == ActionKind::set_zone;
    if (step.when.event != "start" || allowed) return;
    faults.add(step.place,
               "this action cannot hang on \"start\"; allowed there are power on, faults and their "
               "end");
}

void check_all(const YAML::Node& node, Faults& faults, const std::vector<Step>& steps) {
    auto count = [&](ActionKind kind) {
        return std::count_if(steps.begin(), steps.end(),
                             [kind](const Step& step) { return step.action == kind; });
    };
    bool powered = std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        return step.action == ActionKind::power_on && step.when.event == "start";
    });
    if (!powered) {
        faults.add(node,
                   "the timeline lacks a power on that hangs on \"start\", which is required");
    }
    if (count(ActionKind::end) != 1) {
        faults.add(node, "the timeline has " + std::to_string(count(ActionKind::end)) +
                             " steps that end it; allowed is exactly one");
    }
}

}  // namespace

std::vector<Step> load_steps(const YAML::Node& node, Faults& faults, const Scenario& scenario) {
    std::vector<Step> steps;
    bool complete = node.IsSequence();
    for (const YAML::Node& item : read_items(node, faults, "timeline")) {
        Map map(item, faults, "a step", {"at", "do"});
        Step step;
        step.place = map.place();
        load_trigger(map, scenario, step.when);
        if (!load_action(map, scenario, step)) {
            complete = false;
            continue;
        }
        check_start(step, faults);
        complete = complete && map.has("at");
        steps.push_back(std::move(step));
    }
    if (complete) check_all(node, faults, steps);
    return steps;
}

}  // namespace twinline::scenario
