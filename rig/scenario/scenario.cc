// The few questions that a scenario answers about itself.
#include "rig/scenario/scenario.hh"

#include <algorithm>
#include <cctype>

namespace twinline::scenario {

const Host* Topology::find(std::string_view role) const {
    auto host = std::find_if(hosts.begin(), hosts.end(),
                             [&](const Host& candidate) { return candidate.role == role; });
    return host == hosts.end() ? nullptr : &*host;
}

bool Topology::has_configuration_servers() const {
    return std::any_of(hosts.begin(), hosts.end(),
                       [](const Host& host) { return host.runs == HostRuns::configuration; });
}

bool names_file(std::string_view name, std::string_view path) {
    constexpr std::string_view own = "MAC.cfg", suffix = ".cfg";
    constexpr std::size_t digits = 12;
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    if (name != own) return name == path;
    return path.size() == digits + suffix.size() && path.ends_with(suffix) &&
           std::all_of(path.begin(), path.begin() + digits,
                       [](unsigned char c) { return std::isxdigit(c) != 0; });
}

const std::string* Topology::file_of(const Host& server, std::string_view path) const {
    for (const auto& [name, text] : configuration.files) {
        if (!names_file(name, path)) continue;
        if (!server.files ||
            std::find(server.files->begin(), server.files->end(), name) != server.files->end())
            return &text;
    }
    return nullptr;
}

bool is_call_action(ActionKind kind) {
    return kind >= ActionKind::dial && kind <= ActionKind::resume;
}

std::string_view command_of(ActionKind kind) {
    switch (kind) {
        case ActionKind::unregister:
            return "unregister";
        case ActionKind::register_again:
            return "register";
        case ActionKind::dial:
            return "dial";
        case ActionKind::answer:
            return "answer";
        case ActionKind::hang_up:
            return "hang_up";
        case ActionKind::hold:
            return "hold";
        case ActionKind::resume:
            return "resume";
        case ActionKind::skip:
            return "skip";
        case ActionKind::upgrade_firmware:
            return "upgrade_firmware";
        default:
            return {};
    }
}

std::vector<std::string_view> commands() {
    std::vector<std::string_view> names;
    for (auto kind = ActionKind::power_on; kind <= ActionKind::end;
         kind = static_cast<ActionKind>(static_cast<int>(kind) + 1))
        if (const auto name = command_of(kind); !name.empty()) names.push_back(name);
    return names;
}

bool is_unsolicited(std::string_view notice) {
    return notice == "check-sync" || notice == "reboot";
}

const std::vector<std::string_view>& notices() {
    static const std::vector<std::string_view> words{
        "waiting", "nothing", "ringing", "talking", "idle", "terminated", "check-sync", "reboot"};
    return words;
}

const std::vector<std::string_view>& pages() {
    static const std::vector<std::string_view> words{"error messages"};
    return words;
}

const std::vector<std::string_view>& caller_deeds() {
    static const std::vector<std::string_view> words{"calls", "hangs up"};
    return words;
}

std::string to_text(const Step& step) {
    switch (step.action) {
        case ActionKind::power_on:
            return "power on";
        case ActionKind::treat: {
            const auto operands = step.treatment.operands();
            return std::string(to_string(step.treatment.kind)) + " " + step.target +
                   (operands.empty() ? "" : " " + operands);
        }
        case ActionKind::heal:
            return "heal " + step.target;
        case ActionKind::set_zone:
            return "set zone " + step.target;
        case ActionKind::unregister:
            return "unregister";
        case ActionKind::register_again:
            return "register again";
        case ActionKind::dial:
            return "dial " + step.target;
        case ActionKind::answer:
            return "answer";
        case ActionKind::hang_up:
            return "hang up";
        case ActionKind::hold:
            return "hold";
        case ActionKind::resume:
            return "resume";
        case ActionKind::notify:
            return "notify " + step.target + " " + step.notice;
        case ActionKind::caller:
            return "caller " + step.target + " " + step.notice;
        case ActionKind::read:
            return "read " + step.target;
        case ActionKind::forget:
            return "forget " + step.target;
        case ActionKind::skip:
            return "skip";
        case ActionKind::upgrade_firmware:
            return "upgrade firmware";
        case ActionKind::flash:
            return "flash " + step.target;
        case ActionKind::look:
            return "look at " + step.target;
        case ActionKind::end:
            return "end";
    }
    return {};
}

bool Scenario::has_step(ActionKind kind) const {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const Step& step) { return step.action == kind; });
}

}  // namespace twinline::scenario
