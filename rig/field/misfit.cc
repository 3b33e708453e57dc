// The servers that are asked decide, and not the names alone: a phone may register at the address
// of what its file names.
#include "rig/field/misfit.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace twinline::field {

namespace {

bool is_asked(const timeline::Event& event) {
    return event.subject == "device" && event.kind == "sip.request" &&
           event.direction == timeline::Direction::out;
}

std::set<std::string> asked_by_phone(const Explanation& told) {
    std::set<std::string> servers;
    for (const auto& event : told.phone.events)
        if (is_asked(event)) servers.insert(event.peer);
    return servers;
}

std::set<std::string> asked_by_reference(const Explanation& told) {
    std::set<std::string> servers;
    for (const auto& event : told.expected) {
        const auto* server = is_asked(event) ? told.met.find(event.peer) : nullptr;
        if (server != nullptr) servers.insert(server->address);
    }
    return servers;
}

std::set<std::string> names_of(const config::PhoneConfig& config) {
    std::set<std::string> names;
    for (const auto& account : config.accounts)
        for (const auto* servers : {&account.servers, &account.outbound_proxies})
            for (const auto& server : *servers)
                if (!server.host.empty()) names.insert(server.host);
    return names;
}

}  // namespace

std::string misfit(const Explanation& told) {
    if (told.phone.lines.empty()) return {};
    const auto phone = asked_by_phone(told), reference = asked_by_reference(told);
    const bool share_one = std::ranges::any_of(
        phone, [&](const std::string& server) { return reference.contains(server); });
    if (phone.empty() || share_one) return {};
    if (told.settings.inferred)
        return "nothing in the capture tells how the phone came to its servers: its configuration "
               "does";
    const auto names = names_of(told.settings.config);
    const bool is_named = std::ranges::any_of(told.phone.lines, [&](const std::string& line) {
        return names.contains(host_of("sip:" + line));
    });
    if (is_named) return {};
    return fmt::format(
        "{} is of another phone, or was another one at that time: it names {}, and this phone "
        "registers {}",
        told.settings.file, names.empty() ? "no server" : fmt::to_string(fmt::join(names, ", ")),
        fmt::join(told.phone.lines, ", "));
}

}  // namespace twinline::field
