// Which name server is asked a question is another matter than which question it is.
#include "rig/field/deeds.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace twinline::field {

namespace {

using scenario::Pattern;
using timeline::Direction;
using timeline::Event;

std::string as_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool big = c >= 'A' && c <= 'Z';
        name += fits ? c : big ? static_cast<char>(c - 'A' + 'a') : '-';
    }
    return name;
}

std::optional<Deed> deed_of(const Event& event) {
    if (event.direction != Direction::out) return std::nullopt;
    Deed deed{&event, {}, {}, {}};
    auto& pattern = deed.pattern;
    pattern.kind = event.kind;
    pattern.peer = event.peer;
    pattern.direction = Direction::out;
    if (event.kind == "sip.request") {
        const std::string method(event.field("method"));
        if (method == "ACK" || event.field("send") != "1") return std::nullopt;
        pattern.fields = {{"method", method}, {"send", "1"}};
        deed.words = method + " to " + event.peer;
        deed.name = as_name(method + '-' + event.peer);
    } else if (event.kind == "sip.response") {
        const std::string method(event.field("method")), status(event.field("status"));
        const bool of_a_call = method == "INVITE" || method == "CANCEL";
        if (!of_a_call || status < "200") return std::nullopt;
        pattern.fields = {{"method", method}, {"status", status}};
        deed.words = fmt::format("{} to the {} of {}", status, method, event.peer);
        deed.name = as_name(fmt::format("answers-{}-{}-{}", method, status, event.peer));
    } else if (event.kind == "dns.query") {
        const std::string type(event.field("type")), name(event.field("name"));
        pattern.peer.clear();
        pattern.fields = {{"type", type}, {"name", name}};
        deed.words = "question for " + type + " of " + name;
        deed.name = as_name("asks-" + type);
    } else if (event.kind == "keepalive.ping") {
        deed.words = "keep-alive to " + event.peer;
        deed.name = as_name("ping-" + event.peer);
    } else if (event.kind == "tcp.syn") {
        deed.words = "connection to " + event.peer;
        deed.name = as_name("connects-" + event.peer);
    } else {
        return std::nullopt;
    }
    return deed;
}

}  // namespace

bool is_alike(const Deed& a, const Deed& b) {
    return a.pattern.kind == b.pattern.kind && a.pattern.peer == b.pattern.peer &&
           a.pattern.fields == b.pattern.fields;
}

Deeds deeds_of(const judge::Story& story, std::string_view kind) {
    Deeds deeds;
    std::map<std::string, unsigned> named;
    for (const auto* event : story.events()) {
        if (event->kind != kind) continue;
        auto deed = deed_of(*event);
        if (!deed) continue;
        const auto former =
            std::ranges::count_if(deeds, [&](const Deed& other) { return is_alike(other, *deed); });
        deed->pattern.nth = static_cast<unsigned>(former) + 1;
        deed->name += fmt::format("-{}", ++named[deed->name]);
        if (former > 0) deed->words = "another " + deed->words;
        deeds.push_back(std::move(*deed));
    }
    return deeds;
}

bool is_same(const Deed& a, const Deed& b) {
    return is_alike(a, b) && a.pattern.nth == b.pattern.nth;
}

}  // namespace twinline::field
