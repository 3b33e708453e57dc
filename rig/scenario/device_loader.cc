// Devices: a new phone in the lab is a file, so what such a file may say is checked before anything
// is started.
#include "rig/scenario/catalogue.hh"
#include "rig/scenario/file_checks.hh"
#include "rig/scenario/handset_loader.hh"
#include "rig/scenario/vendors.hh"
#include "rig/scenario/yaml_reader.hh"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace twinline::scenario {

namespace {

// The files are written into the device's own working directory and nowhere else.
bool stays_inside(const std::filesystem::path& name) {
    if (name.is_absolute() || !name.has_filename()) return false;
    for (const std::filesystem::path& part : name) {
        if (part == "..") return false;
    }
    return true;
}

void load_files(const Map& map, Device& device) {
    std::optional<YAML::Node> files = map.find("files");
    if (!files) return;
    for (const auto& [name, node] : read_pairs(*files, map.faults(), "files")) {
        if (!stays_inside(name)) {
            map.faults().add(node, "file \"" + name +
                                       "\" lies outside the working directory; "
                                       "allowed is a relative name without \"..\"");
        }
        if (auto text = read_text(node, map.faults(), name)) device.files[name] = *text;
    }
}

void load_needs(const Map& map, Device& device) {
    std::optional<YAML::Node> needs = map.find("needs");
    if (!needs) return;
    for (const YAML::Node& node : read_items(*needs, map.faults(), "needs")) {
        Map need(node, map.faults(), "a need", {"program", "remedy"});
        device.needs.push_back({need.text("program"), need.text("remedy")});
    }
}

void load_commands(const Map& map, Device& device) {
    std::optional<YAML::Node> node = map.find("commands");
    if (!node) return;
    for (const auto& [name, argv] : read_pairs(*node, map.faults(), "commands")) {
        check_word(argv, map.faults(), "command", name, commands());
        if (argv.IsScalar()) {
            if (auto text = read_text(argv, map.faults(), name)) device.typed[name] = *text;
            continue;
        }
        device.commands[name] = read_texts(argv, map.faults(), name);
        if (device.commands[name].empty())
            map.faults().add(argv, name + " is empty; allowed is at least one item");
    }
}

void load_inabilities(const Map& map, Device& device) {
    std::optional<YAML::Node> node = map.find("cannot");
    if (!node) return;
    for (const auto& [scenarios, why] : read_pairs(*node, map.faults(), "cannot")) {
        const auto reason = read_text(why, map.faults(), scenarios);
        try {
            Selection{scenarios};
        } catch (const std::invalid_argument& error) {
            map.faults().add(why, "cannot: " + scenarios + ": " + error.what());
        }
        if (reason) device.cannot.push_back({scenarios, *reason, map.faults().place(why)});
    }
}

void refuse_empty(const Map& map, std::string_view key, const std::vector<std::string>& items) {
    std::optional<YAML::Node> node = map.require(key);
    if (node && node->IsSequence() && items.empty()) {
        map.faults().add(*node, std::string(key) + " is empty; allowed is at least one item");
    }
}

// What starts and tells a program is nothing to a handset, and the other way round.
void load_handset(const Map& map, Device& device) {
    for (const auto* key : {"start", "commands", "stop_signal"})
        if (const auto node = map.find(key))
            map.faults().add(*node, std::string(key) + " is for programs; a handset has none");
    device.handset = load_handset(*map.find("handset"), map.faults());
    if (const auto files = map.require("files"); files && device.files.empty())
        map.faults().add(*files, "files is empty; a handset is given its configuration by them");
    if (!device.can("single")) device.capabilities.emplace_back("single");
}

void load_program(const Map& map, Device& device) {
    device.start = map.texts("start");
    refuse_empty(map, "start", device.start);
    load_commands(map, device);
    device.stop_signal = map.word("stop_signal", {"TERM", "INT", "HUP", "QUIT", "KILL"}, "TERM");
}

// The id of a scenario means no other one whose id begins alike.
bool is_id(std::string_view text) {
    return text.find('/') != std::string_view::npos && text.find(' ') == std::string_view::npos;
}

}  // namespace

bool Device::Inability::concerns(const Scenario& scenario) const {
    if (!is_id(scenarios)) return Selection(scenarios).matches(scenario);
    return scenario.id == scenarios || scenario.id.starts_with(scenarios + '/');
}

bool Device::can(std::string_view capability) const {
    return std::ranges::find(capabilities, capability) != capabilities.end();
}

bool Device::knows(const std::string& command) const {
    return commands.contains(command) || typed.contains(command) ||
           (handset && handset->requests.contains(command));
}

Device load_device(const std::filesystem::path& file) {
    Document document(file);
    Map map(document.root, document.faults, "a device",
            {"id", "title", "vendors", "capabilities", "needs", "files", "start", "commands",
             "cannot", "stop_signal", "boot", "handset"});
    Device device;
    device.place = map.place();
    device.id = map.text("id");
    check_path(map, device.id, file, "devices");
    device.title = map.text("title");
    device.vendors = map.texts("vendors");
    refuse_empty(map, "vendors", device.vendors);
    for (const std::string& vendor : device.vendors) {
        check_word(*map.find("vendors"), document.faults, "vendor", vendor, vendors());
    }
    device.capabilities = map.texts("capabilities");
    load_needs(map, device);
    load_files(map, device);
    const bool is_handset = map.has("handset");
    if (is_handset)
        load_handset(map, device);
    else
        load_program(map, device);
    load_inabilities(map, device);
    device.boot = map.duration("boot", std::chrono::seconds(is_handset ? 120 : 5));
    document.faults.check();
    return device;
}

}  // namespace twinline::scenario
