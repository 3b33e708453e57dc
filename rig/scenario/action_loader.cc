// The first words name the action; what must follow depends on it, and on the host that it is done
// to.
#include "rig/scenario/action_loader.hh"

#include "rig/scenario/pattern_loader.hh"
#include "rig/scenario/treatment_loader.hh"
#include "rig/scenario/units.hh"
#include "rig/scenario/vocabulary.hh"

#include <algorithm>
#include <array>
#include <chrono>

namespace twinline::scenario {

namespace {

enum class Operand { none, treatment, host, server, number, zone, notice, deed, page, version };
struct ActionName {
    std::string_view text;
    ActionKind kind;
    Operand operand;
};
constexpr std::array<ActionName, 39> actions{
    {{"power on", ActionKind::power_on, Operand::none},
     {"silence", ActionKind::treat, Operand::treatment},
     {"refuse", ActionKind::treat, Operand::treatment},
     {"reject", ActionKind::treat, Operand::treatment},
     {"slow", ActionKind::treat, Operand::treatment},
     {"stall", ActionKind::treat, Operand::treatment},
     {"cut", ActionKind::treat, Operand::treatment},
     {"truncate", ActionKind::treat, Operand::treatment},
     {"wrong certificate", ActionKind::treat, Operand::treatment},
     {"wrong id", ActionKind::treat, Operand::treatment},
     {"rotate", ActionKind::treat, Operand::treatment},
     {"mute keep-alives", ActionKind::treat, Operand::treatment},
     {"lose", ActionKind::treat, Operand::treatment},
     {"delay", ActionKind::treat, Operand::treatment},
     {"duplicate", ActionKind::treat, Operand::treatment},
     {"reorder", ActionKind::treat, Operand::treatment},
     {"unreachable", ActionKind::treat, Operand::treatment},
     {"stop", ActionKind::treat, Operand::treatment},
     {"crash", ActionKind::treat, Operand::treatment},
     {"link down", ActionKind::treat, Operand::treatment},
     {"address gone", ActionKind::treat, Operand::treatment},
     {"heal", ActionKind::heal, Operand::host},
     {"set zone", ActionKind::set_zone, Operand::zone},
     {"unregister", ActionKind::unregister, Operand::none},
     {"register again", ActionKind::register_again, Operand::none},
     {"dial", ActionKind::dial, Operand::number},
     {"answer", ActionKind::answer, Operand::none},
     {"hang up", ActionKind::hang_up, Operand::none},
     {"hold", ActionKind::hold, Operand::none},
     {"resume", ActionKind::resume, Operand::none},
     {"notify", ActionKind::notify, Operand::notice},
     {"caller", ActionKind::caller, Operand::deed},
     {"read", ActionKind::read, Operand::server},
     {"forget", ActionKind::forget, Operand::server},
     {"skip", ActionKind::skip, Operand::none},
     {"upgrade firmware", ActionKind::upgrade_firmware, Operand::none},
     {"flash", ActionKind::flash, Operand::version},
     {"look at", ActionKind::look, Operand::page},
     {"end", ActionKind::end, Operand::none}}};

class ActionLoader {
  public:
    ActionLoader(const YAML::Node& node, Faults& faults, const Topology& topology, Step& step)
        : node_(node), faults_(faults), topology_(topology), step_(step) {}

    void load(const ActionName& action, std::string_view rest) {
        rest_ = rest;
        switch (action.operand) {
            case Operand::none:
                return;
            case Operand::treatment:
                step_.treatment.kind = *parse_treatment(action.text);
                step_.target = word();
                if (host(step_.target)) load_treatment(node_, faults_, topology_, rest_, step_);
                return;
            case Operand::host:
                step_.target = rest_;
                host(step_.target);
                return;
            case Operand::server:
                step_.target = rest_;
                is_server("holds nothing of phones");
                return;
            case Operand::number:
                step_.target = rest_;
                check_number();
                return;
            case Operand::notice:
                step_.target = word();
                step_.notice = rest_;
                check_notice();
                return;
            case Operand::deed:
                step_.target = word();
                step_.notice = rest_;
                check_deed();
                return;
            case Operand::version:
                step_.target = rest_;
                if (rest_.empty()) faults_.add(node_, "flash wants the version of a firmware");
                return;
            case Operand::page:
                step_.target = rest_;
                check_word(node_, faults_, "page", rest_, pages());
                return;
            case Operand::zone:
                step_.target = rest_;
                check_zone();
                return;
        }
    }

  private:
    // The next word; empty when there is none.
    std::string word() {
        const auto end = std::min(rest_.find(' '), rest_.size());
        std::string text(rest_.substr(0, end));
        rest_ = trim(rest_.substr(end));
        return text;
    }

    bool host(const std::string& role) {
        return check_role(node_, faults_, "host", role, topology_, {});
    }

    // Who is called must be there to be called.
    void check_number() {
        if (topology_.callee.empty()) {
            faults_.add(node_, "the topology " + topology_.id + " has no callee to dial");
        } else if (step_.target != topology_.callee) {
            faults_.add(node_, "\"" + step_.target +
                                   "\" is no number of the topology; allowed is " +
                                   topology_.callee);
        }
    }

    void check_notice() {
        if (topology_.notifier_grants == 0)
            return faults_.add(node_, "the topology " + topology_.id + " has no notifier");
        if (is_server("cannot notify"))
            check_word(node_, faults_, "notice", step_.notice, notices());
    }

    // The one who calls is the one who can be called.
    void check_deed() {
        if (topology_.callee.empty())
            return faults_.add(node_,
                               "the topology " + topology_.id + " has no callee to call the phone");
        if (is_server("has nobody behind it"))
            check_word(node_, faults_, "deed", step_.notice, caller_deeds());
    }

    bool is_server(const std::string& otherwise) {
        if (!host(step_.target)) return false;
        const auto* named = topology_.find(step_.target);
        if (named == nullptr || named->runs == HostRuns::kamailio) return true;
        faults_.add(node_, "host \"" + step_.target + "\" " + otherwise +
                               "; allowed are those that run kamailio");
        return false;
    }

    void check_zone() {
        Words allowed;
        for (const auto& [name, text] : topology_.zones) allowed.push_back(name);
        if (allowed.empty())
            faults_.add(node_, "the topology " + topology_.id + " has no zones to set");
        else
            check_word(node_, faults_, "zone", step_.target, allowed);
    }

    const YAML::Node& node_;
    Faults& faults_;
    const Topology& topology_;
    Step& step_;
    std::string_view rest_;
};

}  // namespace

Step read_order(std::string_view line, const Scenario& scenario) {
    Faults faults("order");
    YAML::Node node;
    node["do"] = std::string(line);
    Step step;
    if (load_action(Map(node, faults, "an order", {"do"}), scenario, step) &&
        step.action == ActionKind::end)
        faults.add(Place{}, "only a scenario has an end; allowed is quit");
    faults.check();
    return step;
}

Duration read_wait(std::string_view text) {
    const auto time = parse_duration(text);
    if (!time) throw BadInput({{Place{}, "wait " + time.error()}});
    return *time;
}

std::vector<std::string_view> orders() {
    std::vector<std::string_view> words;
    for (const auto& action : actions) words.push_back(action.text);
    return words;
}

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
        ActionLoader(node, map.faults(), scenario.topology, step)
            .load(action, trim(std::string_view(text).substr(action.text.size())));
        return true;
    }
    return check_word(node, map.faults(), "action", text, allowed);
}

}  // namespace twinline::scenario
