// Writes the JUnit dialect that Jenkins and GitLab both read: one suite, a case for each scenario.
#include "reports/junit.hh"

#include "reports/table.hh"
#include "reports/text.hh"

#include <fmt/format.h>

#include <algorithm>

namespace twinline::reports {

namespace {

using judge::Verdict;
using judge::Weight;

enum class Outcome { passed, failed, broken, skipped };

Outcome outcome(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return Outcome::passed;
        case Verdict::fail:
            return Outcome::failed;
        case Verdict::error:
            return Outcome::broken;
        case Verdict::none:
        case Verdict::inconc:
        case Verdict::not_applicable:
            return Outcome::skipped;
    }
    return Outcome::broken;
}

std::string lines(const judge::Assessment& a, Weight lightest, Weight heaviest) {
    std::string out;
    for (const auto& finding : a.findings)
        if (finding.weight >= lightest && finding.weight <= heaviest)
            out += fmt::format("{}: {}\n", judge::to_string(finding.weight),
                               markup(sentence(finding)));
    return out;
}

std::string result(const judge::Assessment& a) {
    const auto message = markup(a.reason);
    const auto type = judge::to_string(a.verdict);
    const auto details = lines(a, Weight::fail, Weight::error);
    switch (outcome(a.verdict)) {
        case Outcome::passed:
            return "";
        case Outcome::failed:
            return fmt::format("    <failure message=\"{}\" type=\"{}\">{}</failure>\n", message,
                               type, details);
        case Outcome::broken:
            return fmt::format("    <error message=\"{}\" type=\"{}\">{}</error>\n", message, type,
                               details);
        case Outcome::skipped:
            return fmt::format("    <skipped message=\"{}: {}\"/>\n", type, message);
    }
    return "";
}

std::string test_case(const judge::Assessment& a) {
    const auto slash = a.scenario.rfind('/');
    const auto folder = slash == std::string::npos ? "" : a.scenario.substr(0, slash);
    const auto name = a.scenario.substr(slash == std::string::npos ? 0 : slash + 1);
    const auto notes = lines(a, Weight::observation, Weight::deviation);
    auto body = result(a);
    if (!notes.empty()) body += fmt::format("    <system-out>{}</system-out>\n", notes);
    return fmt::format(
        "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n{}  </testcase>\n",
        markup(folder), markup(name), a.duration_ms / 1000.0, body);
}

}  // namespace

std::string junit(std::string_view suite, std::span<const judge::Assessment> assessments) {
    const auto count = [&](Outcome wanted) {
        return std::ranges::count_if(assessments,
                                     [&](const auto& a) { return outcome(a.verdict) == wanted; });
    };
    double seconds = 0;
    std::string cases;
    for (const auto& a : assessments) {
        seconds += a.duration_ms / 1000.0;
        cases += test_case(a);
    }
    const auto started = assessments.empty() ? "" : assessments.front().started;
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites>\n"
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\" timestamp=\"{}\">\n{}</testsuite>\n</testsuites>\n",
        markup(suite), assessments.size(), count(Outcome::failed), count(Outcome::broken),
        count(Outcome::skipped), seconds, markup(started), cases);
}

}  // namespace twinline::reports
