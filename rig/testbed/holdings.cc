// Kamailio nests what it tells by domain, record and contact; only records are looked for.
#include "rig/testbed/holdings.hh"

#include <algorithm>
#include <functional>
#include <sstream>
#include <string_view>

namespace twinline::testbed {

namespace {

using scenario::Holdings;

// "sip:1001@198.51.100.100:5060;transport=tcp" -> "198.51.100.100"
std::string_view host_of(std::string_view uri) {
    uri = uri.substr(uri.find('@') == uri.npos ? uri.find(':') + 1 : uri.find('@') + 1);
    return uri.substr(0, uri.find_first_of(":;>"));
}

std::string text(const nlohmann::json& record, const char* name) {
    const auto found = record.find(name);
    return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_of(const nlohmann::json& contact, const std::vector<std::string>& sources) {
    const auto is_at = [&](const char* name) {
        const auto uri = text(contact, name);
        return std::ranges::find(sources, host_of(uri)) != sources.end();
    };
    return sources.empty() || is_at("Address") || is_at("Received");
}

}  // namespace

std::vector<Holdings::Binding> bindings_of(const nlohmann::json& location,
                                           const std::vector<std::string>& sources) {
    std::vector<Holdings::Binding> list;
    const std::function<void(const nlohmann::json&)> walk = [&](const nlohmann::json& value) {
        if (!value.is_object() || !value.contains("AoR") || !value.contains("Contacts")) {
            if (value.is_structured())
                for (const auto& part : value) walk(part);
            return;
        }
        for (const auto& entry : value["Contacts"]) {
            const auto& contact = entry.contains("Contact") ? entry["Contact"] : entry;
            const auto left = contact.find("Expires");  // a word once it has ended
            if (left == contact.end() || !left->is_number() || !is_of(contact, sources)) continue;
            const auto seconds = std::max(left->get<std::int64_t>(), std::int64_t{0});
            const auto reg_id = contact.value("Reg-Id", 0);
            list.push_back({text(value, "AoR"), text(contact, "Address"),
                            static_cast<unsigned>(seconds),
                            reg_id > 0 ? std::to_string(reg_id) : ""});
        }
    };
    walk(location);
    return list;
}

std::vector<Holdings::Subscription> subscriptions_of(const nlohmann::json& table,
                                                     const std::vector<std::string>& sources,
                                                     std::chrono::system_clock::time_point now) {
    std::vector<Holdings::Subscription> list;
    const auto today =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    for (const auto& entry : table) {
        for (const auto& slot : entry.at("slot")) {
            const auto key = text(slot, "name");
            const auto first = key.find(':'), last = key.rfind(':');
            const auto left = slot.at("value").get<std::int64_t>() - today;
            const auto source = key.substr(0, first);
            if (first == last || left <= 0) continue;
            if (!sources.empty() && std::ranges::find(sources, source) == sources.end()) continue;
            list.push_back({key.substr(last + 1), key.substr(first + 1, last - first - 1),
                            static_cast<unsigned>(left)});
        }
    }
    return list;
}

std::vector<WatchDialog> dialogs_of(const nlohmann::json& table, const std::string& source) {
    std::vector<WatchDialog> list;
    for (const auto& entry : table) {
        for (const auto& slot : entry.at("slot")) {
            WatchDialog dialog;
            const auto key = text(slot, "name");
            dialog.call_id = key.substr(std::min(key.find(':') + 1, key.size()));
            std::istringstream words(text(slot, "value"));
            words >> dialog.own_tag >> dialog.phone_tag >> dialog.cseq >> dialog.event >>
                dialog.contact >> dialog.own_uri >> dialog.phone_uri;
            if (words && key.starts_with(source + ':')) list.push_back(std::move(dialog));
        }
    }
    return list;
}

}  // namespace twinline::testbed
