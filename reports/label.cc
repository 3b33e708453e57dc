// Knows the event kinds as text only (probes/timeline/event.hh); one that it does not know is
// called by its kind.
#include "reports/label.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace twinline::reports {

namespace {

using timeline::Event;

void append(std::string& list, std::string_view text) {
    if (text.empty()) return;
    if (!list.empty()) list += ", ";
    list += text;
}

void append(std::string& list, std::string_view what, std::string_view value) {
    if (!value.empty()) append(list, fmt::format("{} {}", what, value));
}

std::string ordinal(const Event& event) {
    return is_retransmission(event) ? fmt::format("send {}", event.field("send")) : "";
}

Label request(const Event& event) {
    std::string detail = ordinal(event);
    append(detail, "CSeq", event.field("cseq"));
    if (event.field("auth") == "credentials") append(detail, "with credentials");
    if (!is_retransmission(event)) append(detail, "expires", event.field("expires"));
    return {std::string(event.field("method")), detail};
}

Label response(const Event& event) {
    std::string detail = ordinal(event);
    append(detail, "to", event.field("method"));
    append(detail, "retry after", event.field("retry_after"));
    append(detail, "expires", event.field("expires"));
    return {fmt::format("{} {}", event.field("status"), event.field("reason")), detail};
}

Label query(const Event& event) {
    return {fmt::format("{}?", event.field("type")), std::string(event.field("name"))};
}

// The answers without their type, which the label's name says already.
std::string without_type(std::string_view answers, std::string_view type) {
    std::string out;
    while (!answers.empty()) {
        const auto end = std::min(answers.find("; "), answers.size());
        auto one = answers.substr(0, end);
        if (!type.empty() && one.starts_with(type) && one.substr(type.size()).starts_with(' '))
            one.remove_prefix(type.size() + 1);
        if (!out.empty()) out += "; ";
        out += one;
        answers.remove_prefix(std::min(end + 2, answers.size()));
    }
    return out;
}

Label answer(const Event& event) {
    const auto rcode = event.field("rcode");
    const auto answers = event.field("answers");
    if (!rcode.empty() && rcode != "NOERROR")
        return {std::string(rcode), fmt::format("{} {}", event.field("type"), event.field("name"))};
    auto detail = answers.empty() ? "no data" : without_type(answers, event.field("type"));
    append(detail, "TTL", event.field("ttl"));
    return {std::string(event.field("type")), detail};
}

Label decision(const Event& event) {
    std::string detail;
    for (const auto& clause : event.clauses) append(detail, clause);
    const auto text = event.field("text");
    return {std::string(text.empty() ? event.field("what") : text), detail};
}

Label display(const Event& event) {
    std::string detail(event.field("line_state"));
    append(detail, event.field("server"));
    append(detail, event.field("notice"));
    return {"display", detail};
}

Label holding(const Event& event) {
    const auto state = event.field("state");
    const std::string held(event.kind == "rig.location" ? event.field("contact")
                                                        : event.field("event"));
    return {
        fmt::format("{} holds {}", event.field("host"), held.empty() ? state : held),
        held.empty() ? "" : fmt::format("{}, {} s left", event.field("user"), event.field("left"))};
}

Label tcp(const Event& event) {
    auto name = "TCP " + event.kind.substr(4);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return static_cast<char>(std::toupper(c)); });
    return {name, ""};
}

Label fault(const Event& event) {
    return {fmt::format("{} {}", event.field("fault"), event.field("state")),
            std::string(event.field("host"))};
}

Label stimulus(const Event& event) { return {std::string(event.field("what")), ""}; }

Label malformed(const Event& event) {
    return {"malformed " + event.kind.substr(0, event.kind.find('.')),
            std::string(event.field("reason"))};
}

Label unreachable(const Event& event) {
    return {"ICMP unreachable", std::string(event.field("code"))};
}

Label keepalive(const Event& event) {
    return {"keep-alive " + event.kind.substr(event.kind.find('.') + 1),
            std::string(event.field("form"))};
}

}  // namespace

Label label(const Event& event) {
    using Writer = Label (*)(const Event&);
    constexpr std::array<std::pair<std::string_view, Writer>, 16> writers{{
        {"sip.request", request},
        {"sip.response", response},
        {"keepalive.ping", keepalive},
        {"keepalive.pong", keepalive},
        {"keepalive.malformed", malformed},
        {"sip.malformed", malformed},
        {"dns.query", query},
        {"dns.response", answer},
        {"dns.malformed", malformed},
        {"icmp.unreachable", unreachable},
        {"rig.fault", fault},
        {"rig.decision", decision},
        {"rig.display", display},
        {"rig.location", holding},
        {"rig.watcher", holding},
        {"rig.stimulus", stimulus},
    }};
    const auto found =
        std::ranges::find(writers, event.kind, [](const auto& w) { return w.first; });
    if (found != writers.end()) return found->second(event);
    if (event.kind.starts_with("tcp.")) return tcp(event);
    return {event.kind, ""};
}

bool is_retransmission(const Event& event) {
    const auto send = event.field("send");
    return !send.empty() && send != "1";
}

std::string seconds_text(timeline::Duration offset) {
    return fmt::format("{:.3f}", std::chrono::duration<double>(offset).count());
}

}  // namespace twinline::reports
