// Lays out the verdict table. Wire text may stand in a reason, so everything passes plain(): an
// escape sequence from a User-Agent header must not reach the terminal.
#include "reports/table.hh"

#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace twinline::reports {

namespace {

using judge::Verdict;
using judge::Weight;

std::string_view colour_code(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "\x1b[32m";
        case Verdict::inconc:
            return "\x1b[33m";
        case Verdict::fail:
            return "\x1b[1;31m";
        case Verdict::error:
            return "\x1b[1;35m";
        case Verdict::none:
        case Verdict::not_applicable:
            return "\x1b[2m";
    }
    return "";
}

std::string_view colour_code(Weight weight) {
    switch (weight) {
        case Weight::deviation:
        case Weight::inconc:
            return "\x1b[33m";
        case Weight::fail:
            return "\x1b[31m";
        case Weight::error:
            return "\x1b[35m";
        case Weight::ok:
        case Weight::observation:
            return "";
    }
    return "";
}

template <typename Kind>
std::string painted(std::string text, Kind kind, Colour colour) {
    const auto code = colour_code(kind);
    if (colour == Colour::off || code.empty()) return text;
    return fmt::format("{}{}\x1b[0m", code, text);
}

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(width - std::min(width, columns(text)), ' ');
}

timeline::Duration from_ms(double ms) {
    return std::chrono::round<timeline::Duration>(std::chrono::duration<double, std::milli>(ms));
}

// Breaks at spaces so that no line is longer than `width`, every line after the first behind
// `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    const std::size_t room = std::max<std::size_t>(width > indent ? width - indent : 0, 24);
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        if (used != 0 && used + 1 + columns(word) > room) {
            out += '\n' + std::string(indent, ' ');
            used = 0;
        }
        if (used != 0) out += ' ';
        out += word;
        used += columns(word) + (used != 0 ? 1 : 0);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string summary(std::span<const judge::Assessment> assessments, Colour colour) {
    constexpr std::array order{Verdict::pass,  Verdict::fail, Verdict::inconc,
                               Verdict::error, Verdict::none, Verdict::not_applicable};
    std::string out;
    for (const Verdict verdict : order) {
        const auto count = std::ranges::count(assessments, verdict, &judge::Assessment::verdict);
        if (count == 0) continue;
        if (!out.empty()) out += ", ";
        out += painted(fmt::format("{} {}", count, judge::to_string(verdict)), verdict, colour);
    }
    std::ptrdiff_t deviations = 0;
    for (const auto& a : assessments)
        deviations += std::ranges::count(a.findings, Weight::deviation, &judge::Finding::weight);
    if (deviations != 0)
        out += fmt::format("; {} deviation{}", deviations, deviations == 1 ? "" : "s");
    return out.empty() ? "nothing ran" : out;
}

}  // namespace

std::string sentence(const judge::Finding& finding) {
    return finding.clause.empty() ? finding.text : finding.clause + ": " + finding.text;
}

std::string duration_text(timeline::Duration duration) {
    using std::chrono::milliseconds;
    const auto ms = std::chrono::round<milliseconds>(duration).count();
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (ms < 59950) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000.0);
    const auto seconds = (ms + 500) / 1000;
    if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string table(std::span<const judge::Assessment> assessments, Colour colour,
                  std::size_t width) {
    std::size_t verdict_width = 7;
    std::size_t scenario_width = 8;
    for (const auto& a : assessments) {
        verdict_width = std::max(verdict_width, columns(judge::to_string(a.verdict)));
        scenario_width = std::max(scenario_width, columns(plain(a.scenario)));
    }
    const std::size_t reason_at = verdict_width + 2 + scenario_width + 2 + 8 + 2;
    // A narrow terminal takes the reason on a line of its own.
    const bool beside = reason_at + 30 <= width;
    std::string out =
        fmt::format("{}  {}  {:>8}{}\n", padded("verdict", verdict_width),
                    padded("scenario", scenario_width), "time", beside ? "  reason" : "");
    for (const auto& a : assessments) {
        out += painted(padded(judge::to_string(a.verdict), verdict_width), a.verdict, colour);
        out += fmt::format("  {}  {:>8}", padded(plain(a.scenario), scenario_width),
                           duration_text(from_ms(a.duration_ms)));
        if (!a.reason.empty()) {
            const auto indent = beside ? reason_at : verdict_width + 2;
            out += beside ? "  " : '\n' + std::string(indent, ' ');
            out += wrapped(plain(a.reason), indent, width);
        }
        out += '\n';
        for (const auto& finding : a.findings) {
            if (finding.weight < Weight::deviation) continue;
            const auto name = judge::to_string(finding.weight);
            const auto indent = verdict_width + 2 + name.size() + 2;
            out += std::string(verdict_width + 2, ' ') +
                   painted(std::string(name), finding.weight, colour) + "  " +
                   wrapped(plain(sentence(finding)), indent, width) + '\n';
        }
    }
    return out + '\n' + summary(assessments, colour) + '\n';
}

std::string progress(const Progress& p, std::size_t width) {
    auto remaining = p.remaining;
    if (!remaining && p.done != 0 && p.total >= p.done)
        remaining = p.elapsed / static_cast<std::int64_t>(p.done) *
                    static_cast<std::int64_t>(p.total - p.done);
    auto line = fmt::format("{}/{}  elapsed {}  remaining {}", p.done, p.total,
                            duration_text(p.elapsed), remaining ? duration_text(*remaining) : "?");
    if (!p.now.empty()) line += "  " + plain(p.now);
    return shorten(line, width);
}

}  // namespace twinline::reports
