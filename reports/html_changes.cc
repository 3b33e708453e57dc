// Worse comes before better, and a clause before the scenarios that show it.
#include "reports/html_changes.hh"

#include "reports/html_page.hh"
#include "reports/html_scenario.hh"
#include "reports/text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twinline::reports {

namespace {

std::string word_badge(std::string_view word) {
    return fmt::format("<span class=\"badge {0}\">{0}</span>", word);
}

std::string scenario_link(const std::string& id) {
    return fmt::format("<a href=\"#{}\">{}</a>", scenario_anchor(id), markup(id));
}

std::string direction(bool is_worse) { return word_badge(is_worse ? "worse" : "better"); }

// Which of the earlier runs and of the clauses say so, a row each.
std::string clause_rows(const Comparison& comparison) {
    std::string out;
    for (const auto& change : comparison.clauses) {
        out += fmt::format("<tr><td>{}</td><td><code>{}</code></td><td>{} → {}</td><td>",
                           direction(change.is_worse), markup(change.clause),
                           clause_badge(change.before), clause_badge(change.now));
        for (const auto& scenario : change.scenarios) out += scenario_link(scenario) + ' ';
        out += "</td></tr>\n";
    }
    return out;
}

std::string scenario_rows(const Comparison& comparison) {
    std::string out;
    for (const auto& change : comparison.scenarios)
        out += fmt::format("<tr><td>{}{}</td><td>{}</td><td>{} → {}</td><td></td></tr>\n",
                           direction(change.is_worse),
                           change.is_unsteady ? " " + word_badge("unsteady") : "",
                           scenario_link(change.scenario), badge(change.before), badge(change.now));
    return out;
}

std::string one_comparison(const Comparison& comparison) {
    auto out = fmt::format("<h3>Against {}</h3>\n<p>{} as before, {} new, {} not played now.</p>\n",
                           markup(comparison.with), comparison.same, comparison.fresh.size(),
                           comparison.gone.size());
    if (comparison.clauses.empty() && comparison.scenarios.empty())
        return out + "<p>Nothing became worse or better.</p>\n";
    return out +
           table_head(
               "Changes against " + comparison.with, "changes",
               "<th>change</th><th>clause or scenario</th><th>verdict</th><th>shown by</th>") +
           clause_rows(comparison) + scenario_rows(comparison) + table_end();
}

std::string unsteady_list(const std::vector<Unsteady>& all) {
    if (all.empty()) return "";
    std::string out = "<h3>Unsteady in this run</h3>\n<ul>\n";
    for (const auto& one : all) {
        out += fmt::format("<li>{} {}:", word_badge("unsteady"), scenario_link(one.scenario));
        for (const auto verdict : one.verdicts) out += ' ' + badge(verdict);
        out += "</li>\n";
    }
    return out + "</ul>\n";
}

}  // namespace

std::string changes_section(const RunReport& run) {
    const auto flickering = unsteady(run.assessments());
    if (run.earlier.empty() && flickering.empty()) return "";
    std::string out = "<section id=\"changes\">\n<h2>What changed</h2>\n";
    for (const auto& comparison : run.comparisons()) out += one_comparison(comparison);
    return out + unsteady_list(flickering) + "</section>\n";
}

std::string clauses_section(const RunReport& run) {
    const auto all = run.assessments();
    const auto verdicts = judge::by_clause(all);
    if (verdicts.empty()) return "";
    std::vector<std::pair<std::string, judge::ClauseVerdict>> rows(verdicts.begin(),
                                                                   verdicts.end());
    std::ranges::stable_sort(rows, std::greater{},
                             [](const auto& row) { return row.second.worst; });
    const auto broken = std::ranges::count_if(
        rows, [](const auto& row) { return row.second.worst > judge::Weight::observation; });
    auto out = fmt::format(
        "<section id=\"clauses\">\n<details{}><summary><h2>Clauses: {} put to the test, {} "
        "broken</h2></summary>\n",
        broken > 0 ? " open" : "", rows.size(), broken);
    out += table_head("Clauses", "clauses",
                      "<th>verdict</th><th>clause</th><th>what the document asks</th><th>level</th>"
                      "<th>shown by</th>");
    for (const auto& [id, verdict] : rows) {
        const auto words = run.clauses.find(id);
        out += fmt::format("<tr><td>{}</td><td><code>{}</code>", clause_badge(verdict.worst),
                           markup(id));
        for (const auto& waiver : run.waivers)
            if (waiver.clause == id)
                out += fmt::format(
                    "<p class=\"waiver\">{}{}</p>", markup(to_text(waiver, run.today)),
                    waiver.scenarios.empty() ? "" : " (in " + markup(waiver.scenarios) + ")");
        if (words != run.clauses.end())
            out += fmt::format("<br><span class=\"aside\">{}</span></td><td>{}",
                               markup(words->second.document), markup(words->second.statement));
        else
            out += "</td><td>";
        out += fmt::format("</td><td>{}</td><td>", scenario::to_string(verdict.level));
        constexpr std::size_t most = 3;
        for (std::size_t i = 0; i < std::min(most, verdict.scenarios.size()); ++i)
            out += scenario_link(verdict.scenarios[i]) + "<br>";
        if (verdict.scenarios.size() > most)
            out += fmt::format("and {} more", verdict.scenarios.size() - most);
        out += "</td></tr>\n";
    }
    return out + table_end() + "</details>\n</section>\n";
}

std::map<std::string, std::vector<std::string>> change_words(const RunReport& run) {
    std::map<std::string, std::vector<std::string>> words;
    const auto add = [&words](const std::string& scenario, const char* word) {
        auto& own = words[scenario];
        if (std::ranges::find(own, word) == own.end()) own.emplace_back(word);
    };
    for (const auto& comparison : run.comparisons())
        for (const auto& change : comparison.scenarios) {
            add(change.scenario, change.is_worse ? "worse" : "better");
            if (change.is_unsteady) add(change.scenario, "unsteady");
        }
    for (const auto& one : unsteady(run.assessments())) add(one.scenario, "unsteady");
    return words;
}

}  // namespace twinline::reports
