// Each finding says what it cites and leads to the arrows that show it.
#include "reports/html_section.hh"
#include "reports/label.hh"
#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twinline::reports {

namespace {

using judge::Weight;

std::string event_link(const Side& side, std::uint64_t id) {
    const auto* event = side.find(id);
    if (event == nullptr) return fmt::format("{} event {}", side.owner, id);
    return fmt::format("<a href=\"#{}-{}{}\">{} {} at {} s</a>", side.anchor, id,
                       side.ladder.draws(id) ? "" : "-row", side.owner,
                       markup(shorten(plain(label(*event).name), 40)),
                       seconds_text(event->at - power_on(side.timeline)));
}

std::string finding_item(const Section& section, const judge::Finding& finding) {
    auto out = fmt::format("<li class=\"finding {0}\"><span class=\"badge {0}\">{1}</span> ",
                           css_class(finding.weight), judge::to_string(finding.weight));
    if (!finding.clause.empty()) out += fmt::format("<code>{}</code> ", markup(finding.clause));
    out += fmt::format("{} <span class=\"aside\">{}, {}", markup(finding.text),
                       scenario::to_string(finding.level), judge::to_string(finding.voice));
    for (const auto event : finding.events)
        out += ", " + event_link(section.side_of(finding, event), event);
    if (!finding.frames.empty())
        out += fmt::format(", frame{} {}", finding.frames.size() == 1 ? "" : "s",
                           fmt::join(finding.frames, ", "));
    return out + "</span></li>\n";
}

}  // namespace

std::string findings(const Section& section) {
    constexpr std::array order{Weight::error, Weight::fail, Weight::deviation, Weight::inconc,
                               Weight::observation};
    std::string weighty;
    std::string held;
    const auto& all = section.report.assessment.findings;
    for (const auto weight : order)
        for (const auto& finding : all)
            if (finding.weight == weight) weighty += finding_item(section, finding);
    for (const auto& finding : all)
        if (finding.weight == Weight::ok) held += finding_item(section, finding);
    std::string out;
    if (!weighty.empty())
        out += "<h3>Findings</h3>\n<ul class=\"findings\">\n" + weighty + "</ul>\n";
    if (!held.empty())
        out += fmt::format(
            "<details{}><summary>What held: {}</summary>\n<ul class=\"findings\">\n{}</ul>\n"
            "</details>\n",
            weighty.empty() ? " open" : "",
            std::ranges::count(all, Weight::ok, &judge::Finding::weight), held);
    return out;
}

}  // namespace twinline::reports
