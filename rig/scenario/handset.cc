// What a file may leave to the command line, since it differs from desk to desk.
#include "rig/scenario/handset.hh"

#include <algorithm>
#include <cctype>

namespace twinline::scenario {

std::string identity_of(const Handset& handset) {
    auto text = handset.vendor + ' ' + handset.model;
    if (!handset.firmware.empty()) text += ", firmware " + handset.firmware;
    if (!handset.mac.empty()) text += ", " + handset.mac;
    return text;
}

bool names_version(std::string_view said, std::string_view version) {
    if (version.empty()) return true;
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    const auto is = [&](std::size_t at, auto kind) {
        return at < said.size() && kind(static_cast<unsigned char>(said[at]));
    };
    constexpr auto digit = [](int c) { return std::isdigit(c) != 0; };
    constexpr auto word = [](int c) { return std::isalnum(c) != 0; };
    constexpr auto dot = [](int c) { return c == '.'; };
    for (std::size_t at = 0; at + version.size() <= said.size(); ++at) {
        if (!std::ranges::equal(said.substr(at, version.size()), version, {}, lower, lower))
            continue;
        const auto end = at + version.size();
        const bool goes_on = is(end, word) || (is(end, dot) && is(end + 1, word));
        const bool began = is(at - 1, digit) || (is(at - 1, dot) && is(at - 2, word));
        if (!goes_on && !began) return true;
    }
    return false;
}

std::string read_mac(std::string_view text) {
    constexpr std::size_t digits = 12;
    std::string mac;
    std::size_t count = 0;
    bool between = true;  // no digit came since the last sign
    for (const char c : text) {
        if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
            if (count > 0 && count % 2 == 0) mac += ':';
            mac += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            ++count;
            between = false;
        } else if ((c != ':' && c != '-') || between || count % 2 != 0) {
            return {};
        } else {
            between = true;
        }
    }
    return count == digits && !between ? mac : std::string();
}

Device plugged_in(const Device& device, std::string_view interface, std::string_view mac,
                  std::string_view firmware) {
    auto changed = std::make_shared<Handset>(*device.handset);
    if (!interface.empty()) changed->interface = interface;
    if (!mac.empty()) changed->mac = read_mac(mac);
    if (!firmware.empty()) changed->firmware = firmware;
    Device plugged = device;
    plugged.handset = std::move(changed);
    return plugged;
}

std::string missing_of(const Handset& handset) {
    if (handset.interface.empty())
        return "no interface is given for it: --interface, or interface: in a copy of its file";
    if (handset.mac.empty())
        return "no MAC address is given for it: --mac, or mac: in a copy of its file";
    for (const auto& [version, file] : handset.firmwares)
        if (!std::filesystem::is_regular_file(file))
            return "its firmware " + version + " is to be " + file.string() +
                   ", and there is no such file";
    return {};
}

std::string unfit_for(const Device& device, const Scenario& scenario, const Step& step) {
    const auto* handset = device.handset.get();
    if (step.action == ActionKind::look && !device.can("json-lines") &&
        (handset == nullptr || !handset->display.contains(step.target)))
        return "the rig cannot see what the device shows as " + step.target +
               ", which its file does not say";
    if (step.action != ActionKind::flash) return {};
    if (handset == nullptr || !handset->firmwares.contains(step.target))
        return "the device's file names no firmware " + step.target;
    if (!handset->firmwares.contains(handset->firmware))
        return "nothing could give the device its own firmware back, which its file does not name "
               "with the others";
    return scenario.topology.has_configuration_servers()
               ? "a handset takes its firmware from the rig, not from the scenario's servers"
               : std::string();
}

}  // namespace twinline::scenario
