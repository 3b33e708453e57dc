// What a file may leave to the command line, since it differs from desk to desk.
#include "rig/scenario/handset.hh"

#include <cctype>

namespace twinline::scenario {

std::string identity_of(const Handset& handset) {
    auto text = handset.vendor + ' ' + handset.model;
    if (!handset.firmware.empty()) text += ", firmware " + handset.firmware;
    if (!handset.mac.empty()) text += ", " + handset.mac;
    return text;
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

}  // namespace twinline::scenario
