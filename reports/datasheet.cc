// A question with one answer left is decided; with several, the device may have any of them; with
// none, it has answered two ways.
#include "reports/datasheet.hh"

#include "reports/text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace twinline::reports {

namespace {

constexpr std::string_view incomplete =
    "Not every combination of answers was tried: a contradiction may be missing here.";

std::string answer_of(const judge::Answered& question) {
    if (question.fitting.empty()) return "no one answer";
    return fmt::format("{}", fmt::join(question.fitting, " or "));
}

bool is_decided(const judge::Answered& question) {
    return question.fitting.size() == 1 && !question.ruled_out.empty();
}

std::string remark_on(const judge::Answered& question) {
    return is_decided(question) || question.fitting.empty() ? "" : " (not decided)";
}

// The first scenario by which each other answer is ruled out.
std::string witnesses(const judge::Answered& question) {
    std::string text;
    for (const auto& [answer, scenarios] : question.ruled_out)
        text += fmt::format("{}not {}: {}", text.empty() ? "" : "; ", answer,
                            scenarios.empty() ? "by several together" : scenarios.front());
    return text;
}

std::string status_of(const judge::Measured& measured) {
    return measured.weight == judge::Weight::ok ? "as described" : "otherwise";
}

}  // namespace

std::string conflict_sentence(const judge::Consistency& consistency) {
    if (consistency.conflict.empty()) return {};
    const auto what = consistency.disputed.empty()
                          ? std::string("its open questions")
                          : fmt::format("{}", fmt::join(consistency.disputed, ", "));
    return fmt::format("no one set of answers explains this device; it answers {} otherwise in {}",
                       what, fmt::join(consistency.conflict, " than in "));
}

std::string datasheet_section(const judge::Datasheet& sheet) {
    const auto& questions = sheet.consistency.questions;
    if (questions.empty() && sheet.measured.empty()) return {};
    std::string out =
        "<section class=\"datasheet\" id=\"behaviour\">\n<h2>How it behaves where the documents "
        "leave it free</h2>\n";
    if (const auto sentence = conflict_sentence(sheet.consistency); !sentence.empty())
        out += fmt::format("<p class=\"conflict\"><span class=\"badge fail\">fail</span> {}</p>\n",
                           markup(sentence));
    if (!sheet.consistency.complete) out += fmt::format("<p>{}</p>\n", incomplete);
    if (!questions.empty()) {
        out +=
            "<details open><summary>Open questions</summary>\n<div class=\"scroll\" "
            "tabindex=\"0\" role=\"region\" aria-label=\"Open questions\">\n<table>\n<thead><tr>"
            "<th>question</th><th>answer</th><th>ruled out</th></tr></thead>\n<tbody>\n";
        for (const auto& question : questions) {
            const auto text = sheet.questions.find(question.question);
            out += fmt::format("<tr><td><code>{}</code> {}</td><td>{}{}</td><td>{}</td></tr>\n",
                               markup(question.question),
                               text == sheet.questions.end() ? "" : markup(text->second),
                               markup(answer_of(question)), remark_on(question),
                               markup(witnesses(question)));
        }
        out += "</tbody>\n</table>\n</div>\n</details>\n";
    }
    if (!sheet.measured.empty()) {
        out +=
            "<details><summary>Measured</summary>\n<div class=\"scroll\" tabindex=\"0\" "
            "role=\"region\" aria-label=\"Measured\">\n<table>\n<thead><tr><th>clause</th><th></th>"
            "<th>seen</th><th>scenario</th></tr></thead>\n<tbody>\n";
        for (const auto& m : sheet.measured)
            out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                               markup(m.clause), status_of(m), markup(m.text), markup(m.scenario));
        out += "</tbody>\n</table>\n</div>\n</details>\n";
    }
    return out + "</section>\n";
}

std::string datasheet_text(const judge::Datasheet& sheet, std::size_t width) {
    std::string out;
    const auto line = [&](const std::string& text) { out += shorten(plain(text), width) + '\n'; };
    if (const auto sentence = conflict_sentence(sheet.consistency); !sentence.empty())
        line(sentence);
    if (!sheet.consistency.complete) line(std::string(incomplete));
    std::size_t column = 0;
    for (const auto& q : sheet.consistency.questions) column = std::max(column, q.question.size());
    for (const auto& m : sheet.measured) column = std::max(column, m.clause.size());
    for (const auto& q : sheet.consistency.questions)
        line(fmt::format("{:{}}  {}{}", q.question, column, answer_of(q),
                         is_decided(q) ? " (" + witnesses(q) + ")" : ""));
    for (const auto& m : sheet.measured)
        line(fmt::format("{:{}}  {}{}", m.clause, column,
                         m.weight == judge::Weight::ok ? "" : "otherwise: ", m.text));
    return out;
}

std::string datasheet_json(const judge::Datasheet& sheet) {
    using Json = nlohmann::ordered_json;
    auto questions = Json::array();
    for (const auto& q : sheet.consistency.questions) {
        const auto text = sheet.questions.find(q.question);
        questions.push_back({{"id", q.question},
                             {"question", text == sheet.questions.end() ? "" : text->second},
                             {"answers", q.fitting},
                             {"decided", is_decided(q)},
                             {"ruled_out", q.ruled_out}});
    }
    auto measured = Json::array();
    for (const auto& m : sheet.measured)
        measured.push_back({{"clause", m.clause},
                            {"level", to_string(m.level)},
                            {"as_described", m.weight == judge::Weight::ok},
                            {"text", m.text},
                            {"scenario", m.scenario},
                            {"frames", m.frames}});
    Json conflict = nullptr;
    if (!sheet.consistency.conflict.empty())
        conflict = {{"scenarios", sheet.consistency.conflict},
                    {"questions", sheet.consistency.disputed}};
    return Json{{"questions", questions},
                {"conflict", conflict},
                {"complete", sheet.consistency.complete},
                {"measured", measured}}
        .dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace twinline::reports
