// Probe traffic and readiness are left out: they are the rig's, not the phone's story.
#include "rig/cli/trace.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace twinline::cli {

namespace {

using timeline::Event;

std::string what(const Event& e) {
    const auto field = [&](std::string_view name) { return std::string(e.field(name)); };
    if (e.kind == "sip.request")
        return field("method") + (field("auth") == "credentials" ? " (credentials)" : "") +
               (field("send") != "1" ? fmt::format(" (send {})", field("send")) : "") + "  CSeq " +
               field("cseq") + "  branch " + field("branch");
    if (e.kind == "sip.response")
        return field("status") + " " + field("reason") + "  CSeq " + field("cseq");
    if (e.kind == "dns.query") return field("type") + "? " + field("name");
    if (e.kind == "dns.response") return field("rcode") + "  " + field("answers");
    if (e.kind == "rig.stimulus") return field("what");
    if (e.kind == "rig.fault")
        return field("fault") + " of " + field("host") + " " + field("state");
    if (e.kind == "rig.display")
        return "display: " + field("line_state") + " " + field("server") + " " + field("notice");
    if (e.kind == "rig.call") return "call: " + field("state") + " " + field("notice");
    if (e.kind == "rig.media")
        return "audio: " + field("state") + " " + field("direction") + " " + field("remote");
    if (e.kind == "rig.subscription")
        return field("package") + " of " + field("user") + ": " + field("state") + " " +
               field("notice");
    if (e.kind == "rig.decision") return field("text");
    return e.kind;
}

bool belongs(const Event& e) {
    if (e.kind == "rig.decision") return !e.fields.contains("branch") && !e.fields.contains("id");
    return !e.subject.starts_with("probe-") && e.kind != "rig.probe" && e.kind != "rig.capture" &&
           e.kind != "rig.reading" && e.kind != "rig.lag" && !e.kind.starts_with("arp.");
}

std::string line(const Event& e, timeline::Duration offset) {
    const auto* arrow = e.direction == timeline::Direction::out  ? "-->"
                        : e.direction == timeline::Direction::in ? "<--"
                                                                 : "   ";
    auto text =
        fmt::format("{:>10.3f}  {:7} {} {:10} {}", std::chrono::duration<double>(offset).count(),
                    e.subject, arrow, e.peer, what(e));
    if (!e.clauses.empty()) text += fmt::format("  [{}]", fmt::join(e.clauses, " "));
    return text + '\n';
}

}  // namespace

std::string trace(const Event& event) {
    return belongs(event) ? line(event, event.at - timeline::Instant{}) : std::string();
}

std::string trace(const scenario::Scenario& scenario, const timeline::Timeline& timeline) {
    std::map<std::string, timeline::Instant, std::less<>> power_on;
    for (const auto& e : timeline)
        if (e.kind == "rig.stimulus" && e.field("what") == "power on")
            power_on.emplace(e.subject, e.at);
    std::string text = scenario.id + "\n";
    for (const auto& e : timeline) {
        if (!belongs(e)) continue;
        const auto zero = power_on.find(e.subject);
        const auto offset = e.at - (zero == power_on.end() ? timeline::Instant{} : zero->second);
        text += line(e, offset);
    }
    return text;
}

}  // namespace twinline::cli
