// A row in which the runs differ is what the reader looks for; the page can show those alone.
#include "reports/campaign_page.hh"

#include "reports/html_page.hh"
#include "reports/html_scenario.hh"
#include "reports/text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace twinline::reports {

namespace {

using judge::Verdict;

// By row the verdict of each run; none where it says nothing.
template <typename Cell>
using Matrix = std::map<std::string, std::vector<Cell>>;

Matrix<Verdict> scenarios_of(const CampaignReport& campaign) {
    Matrix<Verdict> rows;
    for (std::size_t i = 0; i < campaign.runs.size(); ++i)
        for (const auto& a : campaign.runs[i].assessments) {
            auto& row = rows[without_repeat(a.scenario)];
            row.resize(campaign.runs.size(), Verdict::none);
            row[i] = row[i] == Verdict::none ? a.verdict : judge::worse(row[i], a.verdict);
        }
    return rows;
}

using ClauseCell = std::optional<judge::Weight>;

Matrix<ClauseCell> clauses_of(const CampaignReport& campaign) {
    Matrix<ClauseCell> rows;
    for (std::size_t i = 0; i < campaign.runs.size(); ++i)
        for (const auto& [id, verdict] : judge::by_clause(campaign.runs[i].assessments)) {
            auto& row = rows[id];
            row.resize(campaign.runs.size());
            row[i] = verdict.worst;
        }
    return rows;
}

std::string name_of(const CampaignRun& run) {
    return run.firmware.empty() ? run.device : run.device + ' ' + run.firmware;
}

std::string page_of(const CampaignRun& run) { return escape(link(run.directory + "/report.html")); }

std::string column_heads(const CampaignReport& campaign, std::string_view first) {
    auto out = fmt::format("<th>{}</th>", first);
    for (const auto& run : campaign.runs)
        out += fmt::format("<th><a href=\"{}\">{}</a></th>", page_of(run), markup(name_of(run)));
    return out;
}

template <typename Cell>
bool differs(const std::vector<Cell>& row) {
    return std::ranges::adjacent_find(row, std::not_equal_to{}) != row.end();
}

std::string matrix(const CampaignReport& campaign) {
    auto out = "<h2>Scenarios</h2>\n" +
               table_head("Scenarios", "matrix", column_heads(campaign, "scenario"));
    for (const auto& [scenario, row] : scenarios_of(campaign)) {
        std::set<std::string_view> words;
        for (const auto verdict : row) words.insert(judge::to_string(verdict));
        out += fmt::format("<tr data-words=\"{}{}\"><td>{}</td>", fmt::join(words, " "),
                           differs(row) ? " differs" : "", markup(scenario));
        for (std::size_t i = 0; i < row.size(); ++i)
            out += row[i] == Verdict::none
                       ? "<td>–</td>"
                       : fmt::format("<td><a href=\"{}#{}\">{}</a></td>", page_of(campaign.runs[i]),
                                     scenario_anchor(scenario), badge(row[i]));
        out += "</tr>\n";
    }
    return out + table_end();
}

std::string clause_matrix(const CampaignReport& campaign) {
    const auto rows = clauses_of(campaign);
    if (rows.empty()) return "";
    auto out =
        "<h2>Clauses</h2>\n" + table_head("Clauses", "matrix", column_heads(campaign, "clause"));
    for (const auto& [id, row] : rows) {
        const auto words = campaign.clauses.find(id);
        const bool failed = std::ranges::any_of(
            row, [](const ClauseCell& cell) { return cell && *cell > judge::Weight::deviation; });
        out += fmt::format(
            "<tr data-words=\"{}{}\"><td><code>{}</code>{}</td>", failed ? "fail" : "",
            differs(row) ? " differs" : "", markup(id),
            words == campaign.clauses.end()
                ? ""
                : "<br><span class=\"aside\">" + markup(words->second.statement) + "</span>");
        for (const auto& cell : row)
            out += "<td>" + (cell ? clause_badge(*cell) : std::string("–")) + "</td>";
        out += "</tr>\n";
    }
    return out + table_end();
}

// The run of the same phone with another firmware that went before this one in the campaign.
const CampaignRun* before(const CampaignReport& campaign, const CampaignRun& run) {
    const CampaignRun* found = nullptr;
    for (const auto& other : campaign.runs) {
        if (&other == &run) break;
        if (other.device == run.device && other.firmware != run.firmware) found = &other;
    }
    return found;
}

template <typename Change>
std::string changed(const std::vector<Change>& changes, bool is_worse, std::string_view what,
                    std::string Change::*name) {
    std::vector<std::string> names;
    for (const auto& change : changes)
        if (change.is_worse == is_worse)
            names.push_back("<code>" + markup(change.*name) + "</code>");
    return names.empty() ? "" : fmt::format("{} {}", what, fmt::join(names, ", "));
}

// What a new firmware brought, in a line each; the page of its run has the scenarios that show it.
std::string against_firmware(const CampaignReport& campaign, const CampaignRun& run) {
    const auto* other = before(campaign, run);
    if (other == nullptr) return "";
    const auto comparison =
        compare(run.assessments, run.firmware,
                {other->device, other->firmware, campaign.started, other->assessments});
    std::string out;
    for (const bool is_worse : {true, false}) {
        std::vector<std::string> parts{
            changed(comparison.clauses, is_worse, "clauses", &ClauseChange::clause),
            changed(comparison.scenarios, is_worse, "scenarios", &ScenarioChange::scenario)};
        std::erase(parts, "");
        if (!parts.empty())
            out += fmt::format(
                "<p class=\"reason\"><span class=\"badge {0}\">{0}</span> than {1}: {2} (<a "
                "href=\"{3}#changes\">shown by</a>)</p>\n",
                is_worse ? "worse" : "better", markup(name_of(*other)), fmt::join(parts, "; "),
                page_of(run));
    }
    return out.empty() ? fmt::format("<p>Nothing became worse or better than with {}.</p>\n",
                                     markup(name_of(*other)))
                       : out;
}

std::string runs_section(const CampaignReport& campaign) {
    std::string out;
    for (const auto& run : campaign.runs) {
        out += fmt::format("<h3><a href=\"{}\">{}</a></h3>\n<p>{} of {} played.</p>\n",
                           page_of(run), markup(name_of(run)), run.assessments.size(), run.planned);
        if (!run.set_aside.empty())
            out += fmt::format(
                "<p class=\"reason\"><span class=\"badge error\">set aside</span> {}</p>\n",
                markup(run.set_aside));
        out += against_firmware(campaign, run);
        for (const auto& note : run.notes) out += fmt::format("<p>{}</p>\n", markup(note));
        if (run.not_played.empty()) continue;
        out += fmt::format("<details><summary>Not played: {}</summary>\n<ul>\n",
                           run.not_played.size());
        for (const auto& one : run.not_played) out += fmt::format("<li>{}</li>\n", markup(one));
        out += "</ul>\n</details>\n";
    }
    for (const auto& note : campaign.notes) out += fmt::format("<p>{}</p>\n", markup(note));
    return out;
}

std::string tally(const CampaignReport& campaign) {
    std::map<Verdict, std::size_t> counts;
    std::size_t differing = 0;
    for (const auto& [scenario, row] : scenarios_of(campaign)) {
        differing += differs(row) ? 1 : 0;
        for (const auto verdict : row) ++counts[verdict];
    }
    std::string out = "<p class=\"tally\">";
    constexpr std::array order{Verdict::error, Verdict::fail, Verdict::inconc, Verdict::pass,
                               Verdict::not_applicable};
    for (const auto verdict : order)
        if (counts[verdict] != 0)
            out += fmt::format("<span data-filter=\"{}\"><b>{}</b> {}</span> ",
                               judge::to_string(verdict), counts[verdict], badge(verdict));
    if (differing != 0)
        out += fmt::format("<span data-filter=\"differs\"><b>{}</b> differ</span> ", differing);
    return out + "</p>\n";
}

}  // namespace

std::string campaign_html(const CampaignReport& campaign) {
    auto out = page_head("Campaign " + campaign.name) +
               "<a class=\"skip\" href=\"#runs\">Skip to the runs</a>\n<header>\n<h1>Campaign " +
               markup(campaign.name) + "</h1>\n<dl class=\"identity\">\n";
    const std::array<std::pair<std::string_view, const std::string&>, 3> facts{
        {{"Started", campaign.started},
         {"Ended", campaign.finished},
         {"Twinline", campaign.tool_version}}};
    for (const auto& [name, value] : facts)
        if (!value.empty())
            out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup(value));
    return out + "</dl>\n" + tally(campaign) + "</header>\n<main id=\"runs\">\n" +
           runs_section(campaign) + matrix(campaign) + clause_matrix(campaign) + "</main>\n" +
           page_end();
}

std::string campaign_json(const CampaignReport& campaign) {
    using Json = nlohmann::ordered_json;
    Json runs = Json::array();
    for (const auto& run : campaign.runs) {
        std::map<std::string_view, std::size_t> verdicts;
        for (const auto& a : run.assessments) ++verdicts[judge::to_string(a.verdict)];
        runs.push_back({{"device", run.device},
                        {"firmware", run.firmware},
                        {"directory", run.directory},
                        {"verdicts", verdicts}});
    }
    Json rows = Json::array();
    for (const auto& [scenario, row] : scenarios_of(campaign)) {
        Json verdicts = Json::array();
        for (const auto verdict : row)
            verdicts.push_back(verdict == Verdict::none ? Json() : Json(judge::to_string(verdict)));
        rows.push_back({{"scenario", scenario}, {"verdicts", verdicts}});
    }
    Json clauses = Json::array();
    for (const auto& [id, row] : clauses_of(campaign)) {
        Json verdicts = Json::array();
        for (const auto& cell : row)
            verdicts.push_back(cell ? Json(judge::word_of(*cell)) : Json());
        clauses.push_back({{"id", id}, {"verdicts", verdicts}});
    }
    return Json{{"name", campaign.name},
                {"started", campaign.started},
                {"finished", campaign.finished},
                {"runs", runs},
                {"matrix", rows},
                {"clauses", clauses}}
               .dump(2, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

}  // namespace twinline::reports
