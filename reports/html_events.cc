// Also holds what no arrow shows: probes, clocks, ARP.
#include "reports/html_events.hh"

#include "reports/label.hh"
#include "reports/text.hh"

#include <fmt/format.h>

namespace twinline::reports {

namespace {

constexpr std::size_t most_rows = 4000;

std::string_view way(timeline::Direction direction) {
    switch (direction) {
        case timeline::Direction::out:
            return "to ";
        case timeline::Direction::in:
            return "from ";
        case timeline::Direction::none:
            return "";
    }
    return "";
}

std::string fields(const timeline::Event& event) {
    std::string out;
    for (const auto& [name, value] : event.fields)
        out +=
            fmt::format("<span class=\"field\"><b>{}</b> {}</span> ", markup(name), markup(value));
    for (const auto& clause : event.clauses) out += fmt::format("<code>{}</code> ", markup(clause));
    return out;
}

}  // namespace

std::string event_table(const timeline::Timeline& timeline, const Ladder& ladder,
                        std::string_view anchor, std::string_view title) {
    if (timeline.empty()) return "";
    const auto zero = power_on(timeline);
    auto out = fmt::format(
        "<details class=\"events\"><summary>{}: {}</summary>\n<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" "
        "aria-label=\"{}\">\n<table>\n<thead><tr><th>event</th><th>seconds</th><th>frame"
        "</th><th>kind</th><th>peer</th><th>fields</th></tr></thead>\n<tbody>\n",
        markup(title), timeline.size(), markup(title));
    std::size_t rows = 0;
    for (const auto& event : timeline) {
        const bool drawn = ladder.draws(event.id);
        if (++rows > most_rows && !drawn) continue;
        out += fmt::format("<tr id=\"{0}-{1}-row\"><td class=\"number\">", anchor, event.id);
        out += drawn ? fmt::format("<a href=\"#{0}-{1}\">{1}</a>", anchor, event.id)
                     : std::to_string(event.id);
        out += fmt::format(
            "</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td><td>{}{}</td>"
            "<td>{}</td></tr>\n",
            seconds_text(event.at - zero), event.frame ? std::to_string(*event.frame) : "",
            markup(event.kind), event.peer.empty() ? "" : way(event.direction), markup(event.peer),
            fields(event));
    }
    out += "</tbody>\n</table>\n</div>\n";
    if (rows > most_rows)
        out += fmt::format(
            "<p class=\"aside\">Rows beyond the first {} are left out; the record has them.</p>\n",
            most_rows);
    return out + "</details>\n";
}

}  // namespace twinline::reports
