// A handset cannot be tried out while its file is written, so everything that can be wrong with the
// text is found here.
#include "rig/scenario/handset_loader.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

constexpr std::string_view reboot = "reboot";

Words request_names() {
    auto names = commands();
    names.push_back(reboot);
    return names;
}

bool is_url(std::string_view text) {
    return text.starts_with("http://") || text.starts_with("https://");
}

HandsetRequest load_request(const YAML::Node& node, Faults& faults, const std::string& name) {
    HandsetRequest request;
    Map map(node, faults, "request " + name, {"get", "post", "body", "content_type"});
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
    Map map(node, faults, "a handset",
            {"interface", "mac", "vendor", "model", "firmware", "server", "power", "user",
             "password", "requests", "call_home", "settles", "memory"});
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
    return handset;
}

}  // namespace twinline::scenario
