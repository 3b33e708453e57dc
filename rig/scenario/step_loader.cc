// Steps read as "silence primary" at "home + 5 s"; an offset is never negative, since nobody can
// act before what he waits for.
#include "rig/scenario/step_loader.hh"

#include "rig/scenario/expectation_loader.hh"
#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/units.hh"

#include <algorithm>
#include <array>

namespace twinline::scenario {

namespace {

enum class Operand { none, host, number };
struct ActionName {
    std::string_view text;
    ActionKind kind;
    Operand operand;
};
constexpr std::array<ActionName, 11> actions{
    {{"power on", ActionKind::power_on, Operand::none},
     {"silence", ActionKind::silence, Operand::host},
     {"heal", ActionKind::heal, Operand::host},
     {"unregister", ActionKind::unregister, Operand::none},
     {"register again", ActionKind::register_again, Operand::none},
     {"dial", ActionKind::dial, Operand::number},
     {"answer", ActionKind::answer, Operand::none},
     {"hang up", ActionKind::hang_up, Operand::none},
     {"hold", ActionKind::hold, Operand::none},
     {"resume", ActionKind::resume, Operand::none},
     {"end", ActionKind::end, Operand::none}}};

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

// Who is called must be there to be called.
void check_number(const YAML::Node& node, Faults& faults, const std::string& number,
                  const Topology& topology) {
    if (topology.callee.empty()) {
        faults.add(node, "the topology " + topology.id + " has no callee to dial");
    } else if (number != topology.callee) {
        faults.add(
            node, "\"" + number + "\" is no number of the topology; allowed is " + topology.callee);
    }
}

// False when there is no such action.
bool load_action(const Map& map, const Scenario& scenario, Step& step) {
    std::string text = map.text("do");
    if (text.empty()) return false;
    YAML::Node node = *map.find("do");
    Words allowed;
    for (const ActionName& action : actions) {
        allowed.push_back(action.text);
        bool prefix =
            action.operand != Operand::none && text.starts_with(std::string(action.text) + " ");
        if (text != action.text && !prefix) continue;
        step.action = action.kind;
        step.target = trim(std::string_view(text).substr(action.text.size()));
        if (action.operand == Operand::host) {
            check_role(node, map.faults(), "host", step.target, scenario.topology, {});
        }
        if (action.operand == Operand::number) {
            check_number(node, map.faults(), step.target, scenario.topology);
        }
        return true;
    }
    return check_word(node, map.faults(), "action", text, allowed);
}

// "start" is told before anything happens, so only what prepares the subject can hang on it alone.
void check_start(const Step& step, Faults& faults) {
    bool allowed = step.action == ActionKind::power_on || step.action == ActionKind::silence ||
                   step.action == ActionKind::heal;
    if (step.when.event != "start" || allowed) return;
    faults.add(step.place,
               "this action cannot hang on \"start\"; allowed there are power on, silence, heal");
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
