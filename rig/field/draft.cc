// Parameters of a provisioning server are left out: what it served is the configuration at hand.
#include "rig/field/draft.hh"

#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace twinline::field {

namespace {

// The networks of every lab.
constexpr std::string_view of_servers = "192.0.2.", of_phones = "198.51.100.";

bool is_of_provisioning(std::string_view line) {
    constexpr std::array beginnings{
        "provisioning.",   "provisioning/",     "static.auto_provision.",
        "auto_provision.", "download protocol", "http server",
        "http path",       "http port",         "https server",
        "https path",      "https port",        "tftp server",
        "tftp path",       "alternate tftp",    "ftp server",
        "ftp path",        "use alternate tftp"};
    return std::ranges::any_of(beginnings,
                               [&](const char* begin) { return line.starts_with(begin); });
}

std::string trimmed(std::string_view line) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0)
        line.remove_suffix(1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0)
        line.remove_prefix(1);
    return std::string(line);
}

// A block of YAML keeps neither tabs nor blanks at the ends, and no phone minds.
std::string settled_text(std::string_view text, bool other_name_servers) {
    std::string result;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool out = line.empty() || is_of_provisioning(line) ||
                         (other_name_servers && line.starts_with("dns.server."));
        if (!out) result += line + '\n';
    }
    return result;
}

bool is_part_of_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}

// Servers and phones stand in two networks there; name servers have the lower addresses.
Replacements lab_addresses(const scenario::Topology& topology) {
    Replacements moved;
    const bool all_fit = std::ranges::all_of(topology.hosts, [](const scenario::Host& host) {
        return host.address.starts_with(of_servers) && host.address != "192.0.2.1";
    });
    unsigned name_servers = 2, servers = 11;
    if (!all_fit)
        for (const auto& host : topology.hosts)
            moved[host.address] =
                fmt::format("{}{}", of_servers,
                            host.runs == scenario::HostRuns::dns ? name_servers++ : servers++);
    const auto& phone = topology.subjects.at("device").phone;
    if (!phone.starts_with(of_phones)) moved[phone] = fmt::format("{}100", of_phones);
    return moved;
}

void round_times(scenario::Scenario& scenario) {
    using std::chrono::milliseconds;
    for (auto& step : scenario.steps)
        step.when.offset = std::chrono::round<milliseconds>(step.when.offset);
    scenario.limit = std::chrono::ceil<std::chrono::seconds>(scenario.limit);
}

void mend_heals(scenario::Scenario& scenario) {
    std::vector<scenario::Step> steps;
    std::set<std::string> treated;
    for (auto& step : scenario.steps) {
        if (step.action == scenario::ActionKind::treat && !treated.insert(step.target).second) {
            auto heal = step;
            heal.action = scenario::ActionKind::heal;
            heal.treatment = {};
            steps.push_back(heal);
        }
        if (step.action == scenario::ActionKind::heal && treated.erase(step.target) == 0) continue;
        steps.push_back(std::move(step));
    }
    scenario.steps = std::move(steps);
}

}  // namespace

std::string replaced(std::string_view text, const Replacements& replacements) {
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto rest = text.substr(at);
        const std::pair<const std::string, std::string>* best = nullptr;
        if (at == 0 || !is_part_of_word(text[at - 1]))
            for (const auto& entry : replacements) {
                const auto& word = entry.first;
                if (word.empty() || !rest.starts_with(word)) continue;
                const bool ends = rest.size() == word.size() || !is_part_of_word(rest[word.size()]);
                if (ends && (best == nullptr || word.size() > best->first.size())) best = &entry;
            }
        if (best == nullptr) {
            result += text[at++];
            continue;
        }
        result += best->second;
        at += best->first.size();
    }
    return result;
}

void replace_all(scenario::Scenario& scenario, const Replacements& replacements) {
    const auto in = [&](std::string& text) { text = replaced(text, replacements); };
    const auto in_pattern = [&](scenario::Pattern& pattern) {
        for (auto& [field, value] : pattern.fields) in(value);
    };
    for (auto* text : {&scenario.title, &scenario.story, &scenario.config}) in(*text);
    for (auto& [name, pattern] : scenario.events) in_pattern(pattern);
    for (auto& step : scenario.steps)
        if (step.action == scenario::ActionKind::dial) in(step.target);
    for (auto& expectation : scenario.expectations) {
        in(expectation.says);
        in_pattern(expectation.pattern);
    }
    auto& topology = scenario.topology;
    for (auto* text : {&topology.domain, &topology.zone, &topology.callee}) in(*text);
    for (auto& [name, zone] : topology.zones) in(zone);
    for (auto& host : topology.hosts) in(host.address);
    for (auto& user : topology.users)
        for (auto* text : {&user.name, &user.password, &user.login}) in(*text);
}

bool renew_users(scenario::Scenario& scenario) {
    scenario.topology.users.clear();
    for (const auto& account : shadow::configuration_of(scenario).config.accounts) {
        if (account.user.empty() || account.password.empty()) return false;
        const auto& users = scenario.topology.users;
        if (std::ranges::find(users, account.user, &scenario::User::name) != users.end()) continue;
        scenario.topology.users.push_back(
            {account.user, account.password,
             account.auth_user.empty() ? account.user : account.auth_user});
    }
    return true;
}

scenario::Scenario with_early_faults(scenario::Scenario scenario) {
    constexpr timeline::Duration soon = std::chrono::seconds{2};
    std::map<std::string, scenario::Trigger> former;  // by host
    for (auto& step : scenario.steps) {
        if (step.action == scenario::ActionKind::treat && step.when.event != "start") {
            auto least = soon;
            if (const auto last = former.find(step.target);
                last != former.end() && last->second.event == step.when.event)
                least += last->second.offset;
            step.when.offset = std::min(step.when.offset, least);
        }
        former[step.target] = step.when;
    }
    return scenario;
}

scenario::Scenario draft_of(const Stage& stage, const Settings& settings, const std::string& name) {
    auto scenario = *stage.scenario;
    scenario.id = settings.vendor + "/field/" + name;
    scenario.topology.id = name + "-topology";
    scenario.place = {name + ".yaml", 1};
    const auto& asked = stage.scene.config.dns_servers;
    scenario.config = settled_text(settings.text, settings.config.dns_servers != asked);
    if (asked.empty() || settings.config.dns_servers == asked)
        scenario.config = settled_text(settings.text, false);
    replace_all(scenario, lab_addresses(scenario.topology));
    scenario.topology.subjects = {{"device", {"198.51.100.100", "198.51.100.110"}},
                                  {"twin", {"198.51.100.101", "198.51.100.111"}}};
    scenario.topology.unkeyed_probe = "198.51.100.120";
    mend_heals(scenario);
    round_times(scenario);
    renew_users(scenario);
    return scenario;
}

}  // namespace twinline::field
