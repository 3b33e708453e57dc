// The inverse of rig/scenario's loaders, for what a capture can bring about: no configuration
// servers, no sweeps.
#include "rig/field/scenario_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace twinline::field {

namespace {

using scenario::Expectation;
using scenario::ExpectationForm;
using scenario::Pattern;
using timeline::Direction;

bool is_plain(std::string_view text) {
    constexpr std::string_view marks = "_./";
    if (text.empty() || text == "null" || text == "Null" || text == "NULL") return false;
    return std::ranges::all_of(text,
                               [&](char c) {
                                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                          (c >= 'A' && c <= 'Z') || c == '-' ||
                                          marks.find(c) != marks.npos;
                               }) &&
           text.front() != '-';
}

std::string scalar(std::string_view text) {
    if (is_plain(text)) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            quoted += c;
    }
    return quoted + '"';
}

// "a: b, c: d" of a flow map; what is empty is left out.
class FlowMap {
  public:
    void add(std::string_view key, std::string_view value) {
        if (!value.empty()) raw(key, scalar(value));
    }
    void raw(std::string_view key, const std::string& value) {
        text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, value);
    }
    bool empty() const { return text_.empty(); }
    std::string text() const { return "{" + text_ + "}"; }

  private:
    std::string text_;
};

std::string taken_out(timeline::Fields& fields, std::string_view name) {
    const auto found = fields.find(name);
    if (found == fields.end()) return {};
    auto value = found->second;
    fields.erase(found);
    return value;
}

// The short form of a pattern, whose direction goes without saying.
Direction add_form(FlowMap& map, const Pattern& pattern, timeline::Fields& fields) {
    const auto any = [](const std::string& text) { return text.empty() ? "any" : text; };
    if (pattern.kind == "sip.request") {
        map.add("request", any(taken_out(fields, "method")));
        return Direction::out;
    }
    if (pattern.kind == "sip.response") {
        map.add("response", any(taken_out(fields, "status")));
        map.add("of", taken_out(fields, "method"));
        return Direction::in;
    }
    if (pattern.kind == "dns.query" || pattern.kind == "dns.response") {
        const bool asks = pattern.kind == "dns.query";
        map.add(asks ? "query" : "answer", any(taken_out(fields, "type")));
        return asks ? Direction::out : Direction::in;
    }
    if (pattern.kind == "keepalive.ping" || pattern.kind == "keepalive.pong") {
        map.add("keepalive", pattern.kind.substr(pattern.kind.find('.') + 1));
        return pattern.kind == "keepalive.ping" ? Direction::out : Direction::in;
    }
    map.add("kind", pattern.kind);
    return Direction::none;
}

std::string pattern_text(const Pattern& pattern) {
    FlowMap map;
    auto fields = pattern.fields;
    const auto usual = add_form(map, pattern, fields);
    if (!pattern.peer.empty() || pattern.direction != usual) {
        const auto role = pattern.peer.empty() ? "any" : pattern.peer;
        if (pattern.direction != Direction::none)
            map.add(pattern.direction == Direction::out ? "to" : "from", role);
    }
    for (const auto* name : {"auth", "send", "name"}) {
        const bool has_short = std::string_view(name) != "name" || pattern.kind.starts_with("dns.");
        if (has_short) map.add(name, taken_out(fields, name));
    }
    FlowMap where;
    for (const auto& [name, value] : fields) where.add(name, value);
    if (!where.empty()) map.raw("where", where.text());
    if (pattern.nth != 0) map.raw("nth", std::to_string(pattern.nth));
    map.add("after", pattern.after);
    return map.text();
}

std::string trigger_text(const scenario::Trigger& trigger) {
    if (trigger.offset == timeline::Duration{}) return trigger.event;
    return trigger.event + " + " + duration_text(trigger.offset);
}

std::string list_text(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ", ") + scalar(item);
    return "[" + text + "]";
}

std::string block(std::string_view text, std::string_view indent) {
    std::string result = "|\n";
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (!line.empty()) result.append(indent).append(line);
        result += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

void add_line(std::string& text, std::string_view key, std::string_view value) {
    if (!value.empty()) text += fmt::format("    {}: {}\n", key, value);
}

std::string expectation_text(const Expectation& e) {
    auto text = fmt::format("  - clause: {}\n", e.clause);
    add_line(text, "says", scalar(e.says));
    std::string of;
    for (const auto& name : e.of) of += (of.empty() ? "" : ", ") + name;
    const auto fields = e.fields.size() == 1 ? scalar(e.fields.front()) : list_text(e.fields);
    switch (e.form) {
        case ExpectationForm::see:
            add_line(text, "see", e.event.empty() ? pattern_text(e.pattern) : e.event);
            break;
        case ExpectationForm::never:
            add_line(text, "never", pattern_text(e.pattern));
            break;
        case ExpectationForm::count:
            add_line(text, "count", pattern_text(e.pattern));
            if (e.at_least) add_line(text, "at_least", std::to_string(*e.at_least));
            if (e.at_most) add_line(text, "at_most", std::to_string(*e.at_most));
            break;
        case ExpectationForm::schedule: {
            add_line(text, "schedule", e.event);
            std::string at;
            for (const auto& due : e.at) at += (at.empty() ? "" : ", ") + duration_text(due);
            add_line(text, "at", "[" + at + "]");
            add_line(
                text, "tolerance",
                fmt::format("{} + {:g} %", duration_text(e.tolerance), e.tolerance_ratio * 100));
            break;
        }
        case ExpectationForm::differ:
        case ExpectationForm::equal:
        case ExpectationForm::rises:
            add_line(text,
                     e.form == ExpectationForm::differ  ? "differ"
                     : e.form == ExpectationForm::equal ? "equal"
                                                        : "rises",
                     fields);
            if (e.by) add_line(text, "by", std::to_string(*e.by));
            add_line(text, "of", "[" + of + "]");
            break;
        case ExpectationForm::unique:
            add_line(text, "unique", fields);
            break;
    }
    if (e.after != "power-on") add_line(text, "after", e.after);
    if (e.until != "end") add_line(text, "until", e.until);
    if (e.within)
        add_line(text, "within",
                 fmt::format("[{}, {}]", duration_text(e.within->earliest),
                             duration_text(e.within->latest)));
    FlowMap when;
    for (const auto& [reading, values] : e.when) when.raw(reading, list_text(values));
    if (!when.empty()) add_line(text, "when", when.text());
    return text;
}

std::string host_text(const scenario::Host& host) {
    const bool names = host.runs == scenario::HostRuns::dns;
    FlowMap map;
    map.add("address", host.address);
    map.add("runs", names ? "dns" : "kamailio");
    if (!names && host.port != 5060) map.raw("port", std::to_string(host.port));
    if (!host.takes_streams) map.add("transports", "udp");
    if (host.outbound) map.add("outbound", "true");
    if (host.service_route) map.add("service_route", "true");
    if (host.flow_timer) map.raw("flow_timer", fmt::format("{} s", *host.flow_timer));
    return map.text();
}

}  // namespace

std::string duration_text(timeline::Duration duration) {
    constexpr long long of_ms = 1'000'000, of_s = 1'000'000'000;
    const long long ns = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
    if (ns % of_s == 0) return fmt::format("{} s", ns / of_s);
    auto text = fmt::format("{}.{:06}", ns / of_ms, ns % of_ms);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + " ms";
}

std::string scenario_text(const scenario::Scenario& s, const std::string& comment) {
    auto text = fmt::format("# {}\nid: {}\ntitle: {}\nstory: {}\nvendor: {}\n", comment, s.id,
                            scalar(s.title), scalar(s.story), s.vendor);
    if (s.firmware != 0) text += fmt::format("firmware: {}\n", s.firmware);
    text += fmt::format("feature: {}\ntier: {}\n", s.feature, s.tier);
    if (!s.tags.empty()) text += "tags: " + list_text(s.tags) + "\n";
    text += "topology: " + s.topology.id + "\nconfig: " + block(s.config, "  ");
    if (!s.events.empty()) text += "events:\n";
    for (const auto& [name, pattern] : s.events)
        text += fmt::format("  {}: {}\n", name, pattern_text(pattern));
    text += "timeline:\n";
    for (const auto& step : s.steps)
        text += fmt::format("  - {{at: {}, do: {}}}\n", trigger_text(step.when), to_text(step));
    text += "limit: " + duration_text(s.limit) + "\nexpect:\n";
    for (const auto& expectation : s.expectations) text += expectation_text(expectation);
    return text;
}

std::string topology_text(const scenario::Topology& t, const std::string& comment) {
    auto text = fmt::format("# {}\nid: {}\ndomain: {}\nhosts:\n", comment, t.id, scalar(t.domain));
    for (const auto& host : t.hosts) text += fmt::format("  {}: {}\n", host.role, host_text(host));
    text += "zone: " + block(t.zone, "  ");
    if (!t.zones.empty()) text += "zones:\n";
    for (const auto& [name, zone] : t.zones)
        text += fmt::format("  {}: {}", name, block(zone, "    "));
    if (!t.callee.empty()) text += fmt::format("callee: \"{}\"\n", t.callee);
    if (t.notifier_grants != 0) text += fmt::format("notifier: {} s\n", t.notifier_grants);
    if (t.dns_additional) text += "dns_additional: yes\n";
    if (t.challenges_calls) text += "challenges_calls: yes\n";
    if (!t.users.empty()) text += "users:\n";
    for (const auto& user : t.users) {
        FlowMap map;
        map.raw("name", '"' + user.name + '"');
        if (user.login != user.name) map.add("login", user.login);
        map.add("password", user.password);
        text += "  - " + map.text() + "\n";
    }
    text += fmt::format("grants: {} s\n", t.grants_expires);
    if (t.least_expires > 1) text += fmt::format("least: {} s\n", t.least_expires);
    return text;
}

}  // namespace twinline::field
