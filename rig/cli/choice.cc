// A name that is not known is answered with the names that are.
#include "rig/cli/choice.hh"

#include "rig/cli/exit_code.hh"
#include "rig/run/faults.hh"
#include "rig/scenario/handset.hh"
#include "rig/shadow/play.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace twinline::cli {

namespace {

constexpr std::string_view mutant_prefix = "mutant/";

template <typename Map>
std::string names_of(const Map& map) {
    std::string text;
    for (const auto& [name, thing] : map) text += (text.empty() ? "" : ", ") + name;
    return text;
}

// The id that stands in a file with a sweep means all its scenarios.
bool add_sweep(const scenario::Catalogue& catalogue, const std::string& id,
               std::vector<const scenario::Scenario*>& chosen) {
    const auto before = chosen.size();
    for (auto s = catalogue.scenarios.lower_bound(id + "/");
         s != catalogue.scenarios.end() && s->first.starts_with(id + "/"); ++s)
        if (s->second.place.file.ends_with("/" + id + ".yaml")) chosen.push_back(&s->second);
    return chosen.size() != before;
}

bool is_file(const std::string& name) {
    return (name.ends_with(".yaml") || name.ends_with(".yml")) &&
           std::filesystem::is_regular_file(name);
}

}  // namespace

std::vector<const scenario::Scenario*> choose_scenarios(scenario::Catalogue& catalogue,
                                                        const std::filesystem::path& fixtures,
                                                        const std::vector<std::string>& ids,
                                                        const std::string& expression) {
    std::vector<const scenario::Scenario*> chosen;
    for (const auto& id : ids) {
        auto found = catalogue.scenarios.find(id);
        if (found == catalogue.scenarios.end() && is_file(id)) {
            for (auto& own : scenario::load_scenarios(id, fixtures / "topologies")) {
                const auto key = own.id;
                found = catalogue.scenarios.insert_or_assign(key, std::move(own)).first;
                chosen.push_back(&found->second);
            }
            continue;
        }
        if (add_sweep(catalogue, id, chosen)) continue;
        if (found == catalogue.scenarios.end())
            throw UsageError("no scenario \"" + id + "\"; `twinline list` shows them all");
        chosen.push_back(&found->second);
    }
    if (ids.empty())
        for (const auto& [id, scenario] : catalogue.scenarios) chosen.push_back(&scenario);
    if (!expression.empty()) {
        try {
            const scenario::Selection selection(expression);
            std::erase_if(chosen, [&](const auto* s) { return !selection.matches(*s); });
        } catch (const std::invalid_argument& e) {
            throw UsageError("--select " + expression + ": " + e.what());
        }
    }
    if (chosen.empty())
        throw UsageError("the selection matches no scenario; `twinline list` shows them all");
    return chosen;
}

void check_configurations(const std::vector<const scenario::Scenario*>& scenarios,
                          Warnings warnings) {
    std::vector<scenario::Fault> faults;
    for (const auto* scenario : scenarios) {
        try {
            for (auto& warning : shadow::configuration_of(*scenario).warnings) {
                if (warnings == Warnings::refused)
                    faults.push_back(std::move(warning));
                else
                    std::cerr << warning.to_string() << '\n';
            }
        } catch (const scenario::BadInput& bad) {
            faults.insert(faults.end(), bad.faults().begin(), bad.faults().end());
        }
    }
    if (!faults.empty()) throw scenario::BadInput(std::move(faults));
}

ChosenDevice choose_device(scenario::Catalogue& catalogue, const std::string& name,
                           const Plugged& plugged) {
    ChosenDevice chosen;
    chosen.name = name;
    auto key = name;
    if (name.starts_with(mutant_prefix)) {
        chosen.mutant = mutants::find(name.substr(mutant_prefix.size()));
        if (chosen.mutant == nullptr) {
            std::string known;
            for (const auto& mutant : mutants::all())
                known += (known.empty() ? "" : ", ") + std::string(mutant.id);
            throw UsageError("no mutant \"" + name.substr(mutant_prefix.size()) +
                             "\"; there are: " + known);
        }
        key = "reference";
    }
    auto found = catalogue.devices.find(key);
    if (found == catalogue.devices.end() && is_file(name)) {
        auto own = scenario::load_device(name);
        key = own.id;
        found = catalogue.devices.insert_or_assign(key, std::move(own)).first;
    }
    if (found == catalogue.devices.end())
        throw UsageError("no device \"" + name + "\"; there are: " + names_of(catalogue.devices) +
                         ", mutant/ID, or the path of a device file");
    if (!plugged.interface.empty() || !plugged.mac.empty() || !plugged.firmware.empty()) {
        if (!found->second.handset)
            throw UsageError("--interface, --mac and --firmware are for handsets, and " + name +
                             " is a program");
        if (!plugged.mac.empty() && scenario::read_mac(plugged.mac).empty())
            throw UsageError("--mac " + plugged.mac +
                             " is no MAC address; allowed are twelve hexadecimal digits, as in "
                             "00:15:65:01:02:03");
        found->second =
            scenario::plugged_in(found->second, plugged.interface, plugged.mac, plugged.firmware);
    }
    chosen.device = &found->second;
    return chosen;
}

void require_plugged_in(const ChosenDevice& device) {
    if (!device.device->handset) return;
    if (const auto missing = scenario::missing_of(*device.device->handset); !missing.empty())
        throw UsageError(device.name + ": " + missing);
}

std::string interface_of(const ChosenDevice& device) {
    return device.device != nullptr && device.device->handset ? device.device->handset->interface : std::string();
}

namespace {

bool subscribes(const scenario::Scenario& scenario) {
    return std::ranges::any_of(scenario.events, [](const auto& event) {
        const auto method = event.second.fields.find("method");
        return method != event.second.fields.end() && method->second == "SUBSCRIBE";
    });
}

// A ping can be taken out of what anybody can read. Inside TLS it can only be lost, and would be
// repeated and hold up the SIP behind it; Kamailio itself leaves pings unanswered for all or none.
bool mutes_behind_tls(const scenario::Scenario& scenario) {
    return std::ranges::find(scenario.tags, "tls") != scenario.tags.end() &&
           std::ranges::any_of(scenario.steps, [](const scenario::Step& step) {
               return step.action == scenario::ActionKind::treat &&
                      step.treatment.kind == scenario::Treatment::Kind::mute;
           });
}

// The handshake of a new connection would be held back too.
bool stalls_behind_tls(const scenario::Scenario& scenario) {
    return std::ranges::find(scenario.tags, "tls") != scenario.tags.end() &&
           std::ranges::any_of(scenario.steps, [&](const scenario::Step& step) {
               const auto* host = scenario.topology.find(step.target);
               return step.action == scenario::ActionKind::treat && host != nullptr &&
                      (step.treatment.kind == scenario::Treatment::Kind::stall ||
                       step.treatment.kind == scenario::Treatment::Kind::stop) &&
                      (host->runs == scenario::HostRuns::kamailio ||
                       host->runs == scenario::HostRuns::proxy);
           });
}

// What only a phone's user sees, and no packet tells.
bool speaks_of_a_display(const scenario::Scenario& scenario) {
    const bool looks = scenario.has_step(scenario::ActionKind::look);
    const auto is_seen = [&](const scenario::Pattern& pattern) {
        return (pattern.kind == "rig.error-message" && !looks) ||
               pattern.kind == "rig.provisioning";
    };
    return std::ranges::any_of(scenario.events,
                               [&](const auto& event) { return is_seen(event.second); }) ||
           std::ranges::any_of(scenario.expectations, [&](const scenario::Expectation& wanted) {
               return is_seen(wanted.pattern);
           });
}

}  // namespace

std::string ChosenDevice::obstacle(const scenario::Scenario& scenario) const {
    if (std::ranges::find(device->vendors, scenario.vendor) == device->vendors.end())
        return "the device runs no scenarios of vendor " + scenario.vendor;
    const auto can = [&](std::string_view capability) { return device->can(capability); };
    if (!can("register")) return "the device cannot register";
    for (const auto& inability : device->cannot)
        if (inability.concerns(scenario)) return inability.why + ", as its file says";
    if (scenario.firmware != 0 && !can(fmt::format("firmware-{}", scenario.firmware)))
        return fmt::format("the device has no firmware {}, as its file says", scenario.firmware);
    const auto is_about = [&](std::string_view tag) {
        return std::ranges::find(scenario.tags, tag) != scenario.tags.end();
    };
    if (is_about("outbound") && !can("outbound"))
        return "the device takes no part in SIP outbound, as its file says";
    if (is_about("outbound-proxy") && !can("outbound-proxy"))
        return "the device is not told of an outbound proxy, as its file says";
    if (subscribes(scenario) && !can("subscribe"))
        return "the device subscribes to nothing, as its file says";
    for (const auto& step : scenario.steps) {
        if (auto why = scenario::unfit_for(*device, scenario, step); !why.empty()) return why;
        if (step.action == scenario::ActionKind::caller && !can("call"))
            return "the device takes no calls, as its file says";
        const std::string command(scenario::command_of(step.action));
        if (command.empty()) continue;
        const bool knows = can("json-lines") || device->knows(command);
        const auto needed = scenario::is_call_action(step.action) ? "call" : "unregister";
        if (!can(needed) || !knows)
            return "the device cannot be made to " + scenario::to_text(step);
    }
    for (const auto& step : scenario.steps)
        if (!run::lab_can(scenario.topology, step))
            return "no server of the lab can be made to " + scenario::to_text(step) +
                   " yet; twinline sim runs the scenario";
    if (mutes_behind_tls(scenario))
        return "keep-alives inside TLS cannot be muted for one phone in the lab; twinline sim runs "
               "the scenario";
    if (stalls_behind_tls(scenario))
        return "a server cannot be made to hold TLS back in the lab; twinline sim runs the "
               "scenario";
    if (speaks_of_a_display(scenario))
        return "the rig cannot see a phone's display in the lab; twinline sim runs the scenario";
    return {};
}

}  // namespace twinline::cli
