// The page around the scenarios. Its Content-Security-Policy admits the one style sheet and the one
// script by their hashes (CSP level 3), so that whatever an escape function might let through
// cannot run.
#include "reports/html.hh"

#include "reports/assets.hh"
#include "reports/datasheet.hh"
#include "reports/html_scenario.hh"
#include "reports/table.hh"
#include "reports/text.hh"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace twinline::reports {

namespace {

using judge::Verdict;

std::string sha256_source(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
    const int length =
        EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
    return fmt::format("'sha256-{}'", std::string(base64.begin(), base64.begin() + length));
}

std::string head(const RunReport& run) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; "
        "script-src {}; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n",
        sha256_source(style_sheet()), sha256_source(script()), markup(run.title), style_sheet());
}

std::string identity(const RunReport& run) {
    const std::array<std::pair<std::string_view, const std::string&>, 4> facts{{
        {"Device", run.device},
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

// A count for each verdict that occurred; the script makes filters of them.
std::string tally(const RunReport& run) {
    constexpr std::array order{Verdict::error, Verdict::fail, Verdict::inconc,
                               Verdict::pass,  Verdict::none, Verdict::not_applicable};
    std::string out = "<p class=\"tally\">";
    for (const auto verdict : order) {
        const auto count = std::ranges::count(
            run.scenarios, verdict, [](const ScenarioReport& s) { return s.assessment.verdict; });
        if (count != 0)
            out += fmt::format("<span data-filter=\"{}\"><b>{}</b> {}</span> ",
                               judge::to_string(verdict), count, badge(verdict));
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

std::string summary(const RunReport& run) {
    std::string out =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Summary\">\n"
        "<table class=\"summary\">\n<thead><tr><th>verdict</th><th>scenario</th><th>reason</th>"
        "<th>duration</th></tr></thead>\n<tbody>\n";
    std::size_t number = 0;
    for (const auto& scenario : run.scenarios) {
        const auto& a = scenario.assessment;
        const auto duration = std::chrono::round<timeline::Duration>(
            std::chrono::duration<double, std::milli>(a.duration_ms));
        out += fmt::format(
            "<tr data-verdict=\"{}\"><td>{}{}</td><td><a href=\"#s{}\">{}</a></td><td>{}</td>"
            "<td class=\"number\">{}</td></tr>\n",
            judge::to_string(a.verdict), badge(a.verdict), deviations(a), ++number,
            markup(a.scenario), markup(a.reason), duration_text(duration));
    }
    return out + "</tbody>\n</table>\n</div>\n";
}

}  // namespace

std::string html(const RunReport& run) {
    auto out = head(run) +
               "<body>\n<a class=\"skip\" href=\"#scenarios\">Skip to the scenarios</a>\n<header>\n"
               "<h1>" +
               markup(run.title) + "</h1>\n" + identity(run) + tally(run) +
               "</header>\n<nav aria-label=\"Summary\">\n" + summary(run) + "</nav>\n" +
               datasheet_section(run.datasheet) + "<main id=\"scenarios\">\n";
    std::size_t number = 0;
    for (const auto& scenario : run.scenarios) out += scenario_section(scenario, ++number);
    out += fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", script());
    return out;
}

}  // namespace twinline::reports
