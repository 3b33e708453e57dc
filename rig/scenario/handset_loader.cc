// A handset cannot be tried out while its file is written, so everything that can be wrong with the
// text is found here.
#include "rig/scenario/handset_loader.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

constexpr std::string_view reboot = "reboot", factory_reset = "factory_reset";

Words request_names() {
    auto names = commands();
    names.insert(names.end(), {reboot, factory_reset});
    return names;
}

bool is_url(std::string_view text) {
    return text.starts_with("http://") || text.starts_with("https://");
}

HandsetRequest read_request(const Map& map, const std::string& name) {
    HandsetRequest request;
    auto& faults = map.faults();
    const auto& node = map.node();
    const bool posts = map.has("post");
    if (posts == map.has("get")) {
        faults.add(node, name + ": exactly one of get and post is allowed, with a URL");
        return request;
    }
    const char* key = posts ? "post" : "get";
    request.method = posts ? HandsetRequest::Method::post : HandsetRequest::Method::get;
    request.url = map.text(key);
    if (!is_url(request.url))
        faults.add(*map.find(key), name + ": \"" + request.url +
                                       "\" is no URL; allowed are those of http and https");
    request.body = map.text("body", "");
    request.content_type = map.text("content_type", "");
    if (!posts && (map.has("body") || map.has("content_type")))
        faults.add(node, name + ": body and content_type belong to a post");
    return request;
}

HandsetRequest load_request(const YAML::Node& node, Faults& faults, const std::string& name) {
    return read_request(
        Map(node, faults, "request " + name, {"get", "post", "body", "content_type"}), name);
}

void load_display(const Map& map, Handset& handset) {
    const auto node = map.find("display");
    if (!node) return;
    for (const auto& [name, shown] : read_pairs(*node, map.faults(), "display")) {
        check_word(shown, map.faults(), "page", name, pages());
        Map page(shown, map.faults(), "page " + name,
                 {"get", "post", "body", "content_type", "through", "by"});
        const bool asks = page.has("get") || page.has("post");
        if (page.has("by")) {
            page.word("by", {"person"});
            if (asks || page.has("through"))
                map.faults().add(shown, name + ": what a person reads is not fetched");
            handset.display[name] = {};
        } else {
            handset.display[name] = {read_request(page, name), page.texts("through")};
        }
    }
}

void load_firmwares(const Map& map, Handset& handset) {
    const auto node = map.find("firmwares");
    if (!node) return;
    if (handset.protocol == Handset::Protocol::tftp)
        map.faults().add(*node,
                         "firmwares want a server of http or https, to which it says which it has");
    for (const auto& [version, file] : read_pairs(*node, map.faults(), "firmwares")) {
        const auto name = read_text(file, map.faults(), version);
        if (!name) continue;
        handset.firmwares[version] = std::filesystem::path(map.place().file).parent_path() / *name;
    }
}

void load_reset(const Map& map, Handset& handset) {
    const auto node = map.find("factory_reset");
    if (!node) return;
    Map reset(*node, map.faults(), "factory_reset", {"by", "command"});
    using By = Handset::ResetBy;
    handset.reset_command = reset.texts("command");
    if (reset.has("command") == reset.has("by"))
        map.faults().add(*node,
                         "factory_reset wants exactly one of command, a list of words, and by: "
                         "request or person");
    handset.reset = By::command;
    if (reset.has("command") && handset.reset_command.empty())
        map.faults().add(*node, "factory_reset wants a command of at least one word");
    if (reset.has("by"))
        handset.reset =
            reset.word("by", {"request", "person"}) == "person" ? By::person : By::request;
    if (handset.reset == By::request && !handset.requests.contains(factory_reset))
        map.faults().add(*node,
                         "factory_reset by request wants the request factory_reset under requests");
}

void load_requests(const Map& map, Handset& handset) {
    const auto node = map.find("requests");
    if (!node) return;
    for (const auto& [name, request] : read_pairs(*node, map.faults(), "requests")) {
        check_word(request, map.faults(), "request", name, request_names());
        handset.requests[name] = load_request(request, map.faults(), name);
    }
}

void load_power(const Map& map, Handset& handset) {
    const auto node = map.require("power");
    if (!node) return;
    Map power(*node, map.faults(), "power", {"by", "off", "on"});
    const auto by = power.word("by", {"command", "request", "check-sync", "person"}, "command");
    using By = Handset::PowerBy;
    handset.power = by == "request"      ? By::request
                    : by == "check-sync" ? By::check_sync
                    : by == "person"     ? By::person
                                         : By::command;
    handset.power_off = power.texts("off");
    handset.power_on = power.texts("on");
    const bool commanded = !handset.power_off.empty() && !handset.power_on.empty();
    if (handset.power == By::command && !commanded)
        map.faults().add(*node,
                         "power wants a command for each of off and on, as a list of words; or by: "
                         "request, check-sync or person");
    if (handset.power != By::command && (power.has("off") || power.has("on")))
        map.faults().add(*node, "power: off and on are commands, which by: " + by + " has not");
    if (handset.power == By::request && !handset.requests.contains(reboot))
        map.faults().add(*node, "power by request wants the request reboot under requests");
}

}  // namespace

std::shared_ptr<const Handset> load_handset(const YAML::Node& node, Faults& faults) {
    auto handset = std::make_shared<Handset>();
    Map map(
        node, faults, "a handset",
        {"interface", "mac", "vendor", "model", "firmware", "server", "power", "user", "password",
         "requests", "call_home", "settles", "memory", "factory_reset", "display", "firmwares"});
    handset->interface = map.text("interface", "");
    if (const auto mac = map.text("mac", ""); !mac.empty()) {
        handset->mac = read_mac(mac);
        if (handset->mac.empty())
            faults.add(*map.find("mac"), "\"" + mac +
                                             "\" is no MAC address; allowed are twelve hexadecimal "
                                             "digits, as in 00:15:65:01:02:03");
    }
    handset->vendor = map.text("vendor");
    handset->model = map.text("model");
    handset->firmware = map.text("firmware", "");
    using Protocol = Handset::Protocol;
    const auto server = map.word("server", {"http", "https", "tftp"}, "http");
    handset->protocol = server == "tftp"    ? Protocol::tftp
                        : server == "https" ? Protocol::https
                                            : Protocol::http;
    handset->user = map.text("user", "");
    handset->password = map.text("password", "");
    handset->call_home = map.texts("call_home");
    handset->forgets = map.word("memory", {"keeps", "forgets"}, "keeps") == "forgets";
    handset->settles = map.duration("settles", {});
    load_requests(map, *handset);
    load_power(map, *handset);
    load_reset(map, *handset);
    load_display(map, *handset);
    load_firmwares(map, *handset);
    return handset;
}

}  // namespace twinline::scenario
