// The HTML report holds what it must, and nothing that a hostile phone sent can act in it.
#include "reports/html.hh"

#include "reports/assets.hh"
#include "tests/reports/sample.hh"
#include "tests/reports/sample_run.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace twinline::reports {
namespace {

namespace fs = std::filesystem;

// As HasSubstr, but a failure does not print the whole page.
MATCHER_P(Has, what, "") {
    *result_listener << "a page of " << arg.size() << " octets";
    return std::string_view(arg).find(what) != std::string_view::npos;
}

MATCHER_P(HasNot, what, "") { return std::string_view(arg).find(what) == std::string_view::npos; }

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

TEST(Html, TellsTheRun) {
    const auto page = html(sample::run());
    EXPECT_THAT(page, Has("<a href=\"#s2\">generic/register/failover-silent-primary</a>"));
    EXPECT_THAT(page, Has("Debian 12, Linux 6.1, 2 cores"));
    EXPECT_THAT(page, Has("id=\"s1\" data-words=\"pass\">"));
    EXPECT_THAT(page, Has("id=\"s2\" data-words=\"fail\" open>"));
    EXPECT_THAT(page,
                Has("./generic/register/failover-silent-primary/attempt-1/record/capture.pcapng"));
    EXPECT_THAT(page, Has("account.1.user_name = 1001"));
    EXPECT_THAT(page, Has("answered before, unanswered during, answered after"));
}

TEST(Html, PutsTheWorstFindingFirst) {
    auto page = html(sample::run());
    page.erase(0, page.find("<main"));
    const auto fail = page.find("<span class=\"badge fail\">fail</span> <code>RFC3263-4.3");
    const auto deviation = page.find("<code>RFC3263-4.2</code>");
    const auto held = page.find("<code>RFC3261-17.1.2.2</code> Retransmissions");
    ASSERT_NE(fail, std::string::npos);
    EXPECT_LT(fail, deviation);
    EXPECT_LT(deviation, held);
}

TEST(Html, HighlightsWhatFindingsName) {
    const auto page = html(sample::run());
    EXPECT_THAT(page, Has("<a id=\"s2-d-21\" href=\"#s2-d-21-row\" class=\"ev sip fail\" data-t="));
    EXPECT_THAT(page,
                Has("<a id=\"s2-d-25\" href=\"#s2-d-25-row\" class=\"ev dns deviation\" data-t="));
    EXPECT_THAT(page, Has("class=\"ev sip again \""));
    // The control's event is the twin's, though the device has an event of that number too.
    EXPECT_THAT(page, Has("<a href=\"#s2-t-21\">twin’s timer F fired, the next target is tried at "
                          "140.012 s</a>"));
    EXPECT_THAT(
        page,
        Has("<a id=\"s2-t-21\" href=\"#s2-t-21-row\" class=\"ev decision observation\" data-t="));
}

TEST(Html, EveryLinkHasItsTarget) {
    const auto page = html(sample::run());
    for (auto at = page.find("href=\"#"); at != std::string::npos;
         at = page.find("href=\"#", at + 1)) {
        const auto id = page.substr(at + 7, page.find('"', at + 7) - at - 7);
        EXPECT_EQ(count(page, "id=\"" + id + "\""), 1U) << id;
    }
}

TEST(Html, HostileTextStaysText) {
    auto told = sample::scenarios();
    for (auto& s : told) {
        auto& a = s.assessment;
        s.story = a.scenario = a.title = a.device = a.reason = a.control.text = sample::hostile;
        a.readings[sample::hostile] = sample::hostile;
        for (auto& f : a.findings) f.text = f.clause = sample::hostile;
        for (auto& p : a.proofs) p.text = p.host = p.fault = p.subject = sample::hostile;
        for (auto* timeline : {&s.device, &s.twin})
            for (auto& event : *timeline) {
                event.clauses = {sample::hostile};
                event.peer = event.peer.empty() ? "" : sample::hostile;
                for (auto& [name, value] : event.fields) value += sample::hostile;
                event.fields[sample::hostile] = sample::hostile;
            }
        s.roles = {sample::hostile};
        s.record_path = "javascript:" + sample::hostile;
    }
    auto run = sample::run(told);
    run.earlier = {{sample::hostile, sample::hostile, sample::hostile, {}}};
    run.clauses[sample::hostile] = {sample::hostile, sample::hostile};
    run.title = run.device = run.firmware = run.machine = run.started = run.tool_version =
        sample::hostile;
    const auto page = html(run);
    EXPECT_EQ(count(page, "<script"), 1U);
    EXPECT_EQ(count(page, "<img"), 0U);
    EXPECT_EQ(count(page, "href=\"javascript"), 0U);
    EXPECT_THAT(page, HasNot("\x1b"));
    EXPECT_THAT(page, HasNot("\xff"));
    EXPECT_THAT(page, HasNot("\xe2\x80\xae"));
}

TEST(Html, FetchesNothingAndStylesNothingInline) {
    const auto page = html(sample::run());
    EXPECT_THAT(page, Has("default-src 'none'; style-src 'sha256-"));
    for (const auto* forbidden :
         {" style=\"", " onclick", "http://", "https://", "@import", "url(", " src=\""})
        EXPECT_THAT(page.substr(0, page.find("<body>")) + std::string(script()), HasNot(forbidden));
    EXPECT_THAT(page, HasNot(" style=\""));
}

// A long night: what is clean is packed, and what does not fit keeps its findings.
RunReport long_night(std::size_t scenarios) {
    auto told = sample::scenarios();
    told[0].device = told[1].device;
    told[0].twin = told[1].twin;
    std::vector<ScenarioReport> all;
    for (std::size_t i = 0; i < scenarios; ++i) {
        all.push_back(told[i % 20 == 0 ? 1 : 0]);
        all.back().assessment.scenario += std::to_string(i);
    }
    return sample::run(all);
}

TEST(Html, StaysSmallHoweverLongTheNight) {
    EXPECT_EQ(count(html(long_night(10)), "data-packed"), 0U);
    const auto page = html(long_night(1000));
    EXPECT_LT(page.size(), 20'000'000U);
    // Its summary is laid out as far as it is seen.
    EXPECT_EQ(count(page, "<table class=\"summary long\">"), 1U);
    EXPECT_EQ(count(html(long_night(10)), "<table class=\"summary\">"), 1U);
    EXPECT_GT(count(page, "data-packed=\""), 900U);
    EXPECT_EQ(count(page, "<details class=\"scenario\""), 1000U);
    // The fifty that failed have their ladders; two of each.
    EXPECT_GE(count(page, "<svg class=\"ladder\""), 100U);
}

TEST(Html, MarksTheFirstDivergence) {
    auto told = sample::scenarios();
    for (auto& finding : told[1].assessment.findings) finding.voice = judge::Voice::expectation;
    EXPECT_THAT(html(sample::run(told)), HasNot("first divergence"));
    told[1].assessment.findings[0].voice = judge::Voice::shadow;
    const auto page = html(sample::run(told));
    EXPECT_EQ(count(page, "first divergence</text>"), 1U);
    const auto arrow = page.find("<a id=\"s2-d-21\"");
    EXPECT_LT(page.find("first divergence</text>", arrow), page.find("</a>", arrow));
}

TEST(Html, AnEmptyRunIsAPage) { EXPECT_THAT(html(RunReport{}), Has("</html>")); }

// A real browser opens the page: nothing violates the policy, nothing hostile ran, links open what
// is folded.
TEST(Browser, FindsNothingToComplainOf) {
    std::string name = (fs::temp_directory_path() / "twinline-report-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const fs::path folder = name;
    const auto opens = [&folder](const std::string& page) {
        std::ofstream(folder / "report.html") << page;
        const auto command = "/usr/bin/python3 '" + std::string(TWINLINE_SOURCE) +
                             "/tests/reports/browser.py' '" + (folder / "report.html").string() +
                             "'";
        return std::system(command.c_str()) == 0;
    };
    EXPECT_TRUE(opens(html(sample::run())));
    EXPECT_TRUE(opens(html(long_night(600))));
    fs::remove_all(folder);
}

}  // namespace
}  // namespace twinline::reports
