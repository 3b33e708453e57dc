// The page around the scenarios: what changed first, then every verdict, then what they rest on.
// Its size is bounded, however long the night was.
#include "reports/html.hh"

#include "reports/datasheet.hh"
#include "reports/html_changes.hh"
#include "reports/html_page.hh"
#include "reports/html_scenario.hh"
#include "reports/packed.hh"
#include "reports/table.hh"
#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <string_view>

namespace twinline::reports {

namespace {

using judge::Verdict;

// Of all sections together: those that are drawn where they stand, and those that are packed. What
// is clean makes room first.
constexpr std::size_t most_plain = 5'000'000;
constexpr std::size_t most_plain_and_clean = 2'000'000;
constexpr std::size_t most_packed = 7'000'000;

std::string identity(const RunReport& run) {
    const std::array<std::pair<std::string_view, const std::string&>, 5> facts{{
        {"Device", run.device},
        {"Firmware", run.firmware},
        {"Started", run.started},
        {"Machine", run.machine},
        {"Twinline", run.tool_version},
    }};
    std::string out = "<dl class=\"identity\">\n";
    for (const auto& [name, value] : facts)
        if (!value.empty())
            out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup(value));
    return out + "</dl>\n";
}

using Words = std::map<std::string, std::vector<std::string>>;

// A count for each verdict and each change that occurred; the script makes filters of them.
std::string tally(const RunReport& run, const Words& changes) {
    constexpr std::array order{Verdict::error, Verdict::fail, Verdict::inconc,
                               Verdict::pass,  Verdict::none, Verdict::not_applicable};
    std::string out = "<p class=\"tally\">";
    for (const auto verdict : order) {
        const auto count = std::ranges::count(
            run.scenarios, verdict, [](const DrawnScenario& s) { return s.assessment.verdict; });
        if (count != 0)
            out += fmt::format("<span data-filter=\"{}\"><b>{}</b> {}</span> ",
                               judge::to_string(verdict), count, badge(verdict));
    }
    for (const std::string word : {"worse", "better", "unsteady"}) {
        const auto count = std::ranges::count_if(changes, [&](const auto& entry) {
            return std::ranges::find(entry.second, word) != entry.second.end();
        });
        if (count != 0)
            out += fmt::format(
                "<span data-filter=\"{0}\"><b>{1}</b> <span class=\"badge {0}\">{0}</span></span> ",
                word, count);
    }
    return out + "</p>\n";
}

std::string deviations(const judge::Assessment& a) {
    const auto count =
        std::ranges::count(a.findings, judge::Weight::deviation, &judge::Finding::weight);
    if (count == 0) return "";
    return fmt::format(" <span class=\"badge deviation\">{} deviation{}</span>", count,
                       count == 1 ? "" : "s");
}

// "fail worse": what the filters go by.
std::string filter_words(const DrawnScenario& scenario, const Words& changes) {
    std::string words(judge::to_string(scenario.assessment.verdict));
    const auto found = changes.find(without_repeat(scenario.assessment.scenario));
    if (found != changes.end())
        for (const auto& word : found->second) words += ' ' + word;
    return words;
}

std::string change_badges(const std::string& words) {
    std::string out;
    for (const std::string_view word : {"worse", "better", "unsteady"})
        if (words.find(word) != std::string::npos)
            out += fmt::format(" <span class=\"badge {0}\">{0}</span>", word);
    return out;
}

std::string name_of(const DrawnScenario& scenario) {
    return markup(scenario.assessment.scenario) +
           (scenario.attempt > 1 ? fmt::format(" (attempt {})", scenario.attempt) : "");
}

std::string summary(const RunReport& run, const Words& changes) {
    constexpr std::size_t rows_of_an_evening = 500;
    const bool is_long = run.scenarios.size() > rows_of_an_evening;
    auto out = table_head("Summary", is_long ? "summary long" : "summary",
                          "<th>verdict</th><th>scenario</th><th>reason</th><th>duration</th>");
    std::size_t number = 0;
    for (const auto& scenario : run.scenarios) {
        const auto& a = scenario.assessment;
        const auto duration = std::chrono::round<timeline::Duration>(
            std::chrono::duration<double, std::milli>(a.duration_ms));
        const auto words = filter_words(scenario, changes);
        out += fmt::format(
            "<tr data-words=\"{}\"><td>{}{}{}</td><td><a href=\"#s{}\">{}</a></td><td>{}</td>"
            "<td class=\"number\">{}</td></tr>\n",
            words, badge(a.verdict), deviations(a), change_badges(words), ++number,
            name_of(scenario), markup(a.reason), duration_text(duration));
    }
    return out + table_end();
}

enum class Shape { plain, packed, brief };

// The worst get the room that there is.
void fit(std::vector<DrawnScenario>& scenarios, std::vector<Shape>& shapes) {
    std::vector<std::size_t> order(scenarios.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{},
                             [&](std::size_t i) { return scenarios[i].is_open; });
    shapes.assign(scenarios.size(), Shape::brief);
    std::size_t plain = 0;
    std::size_t small = 0;
    for (const auto i : order) {
        auto& scenario = scenarios[i];
        if (!scenario.is_packed && plain + scenario.drawn.size() <= most_plain) {
            plain += scenario.drawn.size();
            shapes[i] = Shape::plain;
            continue;
        }
        if (!scenario.is_packed && small < most_packed) {
            scenario.drawn = packed(scenario.drawn);
            scenario.is_packed = true;
        }
        if (small + scenario.drawn.size() > most_packed) continue;
        small += scenario.drawn.size();
        shapes[i] = Shape::packed;
    }
}

std::string section(const DrawnScenario& scenario, Shape shape, std::size_t number,
                    const std::string& words, const std::string& anchor) {
    const auto head =
        fmt::format("<summary>{}<h2>{} {}</h2></summary>\n",
                    anchor.empty() ? "" : fmt::format("<span id=\"{}\"></span>", anchor),
                    badge(scenario.assessment.verdict) + change_badges(words), name_of(scenario));
    auto out =
        fmt::format("<details class=\"scenario\" id=\"s{}\" data-words=\"{}\"", number, words);
    if (shape == Shape::plain)
        return fmt::format("{}{}>\n{}<div class=\"body\">\n{}</div>\n</details>\n", out,
                           scenario.is_open ? " open" : "", head, scenario.drawn);
    return fmt::format(
        "{} data-packed=\"{}\">\n{}<div class=\"body\"><p class=\"aside\">Packed: a browser that "
        "runs the page’s script shows it.</p></div>\n</details>\n",
        out, shape == Shape::packed ? scenario.drawn : scenario.brief, head);
}

std::string sections(const RunReport& run, const Words& changes) {
    auto scenarios = run.scenarios;
    std::vector<Shape> shapes;
    fit(scenarios, shapes);
    std::set<std::string> anchored;
    std::string out;
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        const auto& scenario = scenarios[i];
        auto anchor = scenario_anchor(scenario.assessment.scenario);
        if (!anchored.insert(anchor).second) anchor.clear();
        out += section(scenario, shapes[i], i + 1, filter_words(scenario, changes), anchor);
    }
    return out;
}

}  // namespace

void RunReport::add(const ScenarioReport& scenario) {
    DrawnScenario drawn{scenario.assessment,
                        scenario.attempt,
                        needs_a_look(scenario.assessment),
                        false,
                        scenario_body(scenario, scenarios.size() + 1),
                        packed(scenario_brief(scenario))};
    const auto room = drawn.is_open ? most_plain : most_plain_and_clean;
    drawn.is_packed = plain_ + drawn.drawn.size() > room;
    if (drawn.is_packed)
        drawn.drawn = packed(drawn.drawn);
    else
        plain_ += drawn.drawn.size();
    scenarios.push_back(std::move(drawn));
}

std::vector<judge::Assessment> RunReport::assessments() const {
    std::vector<judge::Assessment> all;
    for (const auto& scenario : scenarios) all.push_back(scenario.assessment);
    return all;
}

std::vector<Comparison> RunReport::comparisons() const {
    std::vector<Comparison> all;
    const auto now = assessments();
    for (const auto& run : earlier) all.push_back(compare(now, firmware, run));
    return all;
}

std::string html(const RunReport& run) {
    const auto changes = change_words(run);
    return page_head(run.title) +
           "<a class=\"skip\" href=\"#scenarios\">Skip to the scenarios</a>\n<header>\n<h1>" +
           markup(run.title) + "</h1>\n" + identity(run) + tally(run, changes) + "</header>\n" +
           changes_section(run) + "<nav aria-label=\"Summary\">\n" + summary(run, changes) +
           "</nav>\n" + clauses_section(run) + datasheet_section(run.datasheet) +
           "<main id=\"scenarios\">\n" + sections(run, changes) + "</main>\n" + page_end();
}

}  // namespace twinline::reports
