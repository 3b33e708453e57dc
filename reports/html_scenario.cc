// Findings first, the worst on top, then the ladders that show them, then what backs them.
#include "reports/html_scenario.hh"

#include "reports/html_events.hh"
#include "reports/html_section.hh"
#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::reports {

namespace {

std::string one_ladder(const Section& section, const Side& side, std::string_view title) {
    auto out = fmt::format("<figure><figcaption>{}</figcaption>\n", markup(title));
    if (side.ladder.marks.empty())
        return out + "<p class=\"aside\">No event was seen.</p></figure>\n";
    // The scrolling box takes the keyboard, so that a narrow screen can be scrolled without a
    // mouse.
    out += fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n{}</div>\n",
        markup(title),
        svg(section.ladders, side.ladder, section.highlights(side), side.anchor, title));
    if (side.ladder.left_out != 0)
        out += fmt::format(
            "<p class=\"aside\">{} later events are not drawn; the record has them.</p>\n",
            side.ladder.left_out);
    return out + "</figure>\n";
}

std::string ladders(const Section& section) {
    if (section.device.timeline.empty() && section.twin.timeline.empty()) return "";
    return "<h3>Ladders</h3>\n"
           "<p class=\"aside\">Time runs downward in seconds since each phone’s power-on, the same "
           "in both. "
           "A dashed arrow is a retransmission, a shaded lifeline a fault. Follow an arrow to all "
           "its fields.</p>\n"
           "<div class=\"ladders\">\n" +
           one_ladder(section, section.device, "Device: " + section.report.assessment.device) +
           one_ladder(section, section.twin, "Twin: the reference") + "</div>\n" +
           event_table(section.device.timeline, section.device.ladder, section.device.anchor,
                       "All events of the device") +
           event_table(section.twin.timeline, section.twin.ladder, section.twin.anchor,
                       "All events of the twin");
}

std::string backing(const judge::Assessment& a) {
    std::string out;
    if (!a.proofs.empty())
        out += "<h3>Proof that the faults took effect</h3>\n<ul class=\"findings\">\n";
    for (const auto& proof : a.proofs)
        out += fmt::format(
            "<li class=\"finding\"><span class=\"badge {}\">{}</span> {} of {} for the {}: {}"
            "<span class=\"aside\">{}{}</span></li>\n",
            proof.holds ? "pass" : "inconc", proof.holds ? "holds" : "does not hold",
            markup(proof.fault), markup(proof.host), markup(proof.subject), markup(proof.text),
            proof.frames.empty() ? "" : " frames ", fmt::join(proof.frames, ", "));
    if (!a.proofs.empty()) out += "</ul>\n";
    if (!a.control.text.empty() || !a.control.healthy)
        out += fmt::format("<h3>Control</h3>\n<p><span class=\"badge {}\">{}</span> {}</p>\n",
                           a.control.healthy ? "pass" : "inconc",
                           a.control.healthy ? "healthy" : "not healthy", markup(a.control.text));
    if (!a.readings.empty()) out += "<h3>Readings</h3>\n<ul>\n";
    for (const auto& [id, value] : a.readings)
        out += fmt::format("<li><code>{}</code>: {}</li>\n", markup(id), markup(value));
    if (!a.readings.empty()) out += "</ul>\n";
    return out;
}

std::string sources(const ScenarioReport& report) {
    std::string out;
    if (!report.config.empty())
        out += fmt::format(
            "<details><summary>Configuration</summary>\n<pre tabindex=\"0\">{}</pre>\n</details>\n",
            markup_lines(report.config));
    if (!report.record_path.empty())
        out += fmt::format(
            "<p class=\"links\"><a href=\"{}\">capture.pcapng</a> <a href=\"{}\">record</a></p>\n",
            escape(link(report.record_path + "/capture.pcapng")),
            escape(link(report.record_path + "/")));
    if (!report.annotated_path.empty())
        out += fmt::format(
            "<p class=\"links\"><a href=\"{}\">annotated.pcapng</a> has the findings as comments "
            "of "
            "its packets</p>\n",
            escape(link(report.annotated_path)));
    return out;
}

std::string lead(const ScenarioReport& report) {
    const auto& a = report.assessment;
    std::string out;
    if (!a.title.empty()) out += fmt::format("<p class=\"lead\">{}</p>\n", markup(a.title));
    if (!report.story.empty())
        out += fmt::format("<p class=\"story\">{}</p>\n", markup_lines(report.story));
    if (!a.reason.empty())
        out += fmt::format("<p class=\"reason\">Verdict <strong>{}</strong>: {}</p>\n",
                           judge::to_string(a.verdict), markup(a.reason));
    return out;
}

}  // namespace

const timeline::Event* Side::find(std::uint64_t event) const {
    const auto found = std::ranges::find(timeline, event, &timeline::Event::id);
    return found == timeline.end() ? nullptr : &*found;
}

Section::Section(const ScenarioReport& scenario, std::size_t number)
    : report(scenario),
      ladders(lay_out(scenario.device, scenario.twin, scenario.roles)),
      device{scenario.device, ladders.device, fmt::format("s{}-d", number), "device’s"},
      twin{scenario.twin, ladders.twin, fmt::format("s{}-t", number), "twin’s"} {}

const Side& Section::side_of(const judge::Finding& finding, std::uint64_t event) const {
    const bool first_is_twin = finding.voice == judge::Voice::control;
    const Side& first = first_is_twin ? twin : device;
    const Side& second = first_is_twin ? device : twin;
    return first.find(event) == nullptr && second.find(event) != nullptr ? second : first;
}

Highlights Section::highlights(const Side& side) const {
    Highlights found;
    for (const auto& finding : report.assessment.findings) {
        if (finding.weight == judge::Weight::ok) continue;
        for (const auto event : finding.events) {
            if (&side_of(finding, event) != &side) continue;
            auto& weight = found.weights[event];
            weight = std::max(weight, finding.weight);
            const bool diverges = finding.voice == judge::Voice::shadow && &side == &device;
            if (diverges && (!found.first_divergence || event < *found.first_divergence))
                found.first_divergence = event;
        }
    }
    return found;
}

std::string badge(judge::Verdict verdict) {
    const auto name = judge::to_string(verdict);
    return fmt::format("<span class=\"badge {}\">{}</span>",
                       verdict == judge::Verdict::not_applicable ? "none" : name, name);
}

std::string clause_badge(judge::Weight worst) {
    const auto style = worst == judge::Weight::ok ? "pass" : css_class(worst);
    return fmt::format("<span class=\"badge {}\">{}</span>", style, judge::word_of(worst));
}

std::string scenario_anchor(const std::string& scenario) {
    return "scenario=" + link(without_repeat(scenario)).substr(2);
}

bool needs_a_look(const judge::Assessment& a) {
    const auto weighs = [](const judge::Finding& f) {
        return f.weight >= judge::Weight::deviation;
    };
    return (a.verdict != judge::Verdict::pass && a.verdict != judge::Verdict::not_applicable) ||
           std::ranges::any_of(a.findings, weighs);
}

std::string scenario_body(const ScenarioReport& report, std::size_t number) {
    const Section section(report, number);
    return lead(report) + findings(section) + ladders(section) + backing(report.assessment) +
           sources(report);
}

std::string scenario_brief(const ScenarioReport& report) {
    ScenarioReport without;
    without.assessment = report.assessment;
    without.record_path = report.record_path;
    without.annotated_path = report.annotated_path;
    return lead(report) + findings(Section(without, 0)) + sources(without) +
           "<p class=\"aside\">The ladders are left out, for the page would grow too large; "
           "<code>twinline report</code> of the scenario’s own folder draws them.</p>\n";
}

}  // namespace twinline::reports
