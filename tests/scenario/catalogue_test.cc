// The whole catalogue and lint: references between files, each structural fault once, and the real
// fixtures without any.
#include "rig/scenario/catalogue.hh"

#include "rig/scenario/references.hh"
#include "tests/scenario/files.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <system_error>

namespace twinline::scenario {
namespace {

using test::changed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::string_view moving_scenario = "scenarios/generic/register/move.yaml";

class CatalogueTest : public ::testing::Test {
  protected:
    CatalogueTest() {
        folder_.write("clauses/a.yaml", test::clauses_text);
        folder_.write("clauses/readings.yaml", test::readings_text);
        folder_.write("devices/soft.yaml", test::device_text);
        folder_.write("topologies/pair.yaml", test::topology_text);
        folder_.write(moving_scenario, test::scenario_text);
    }

    std::vector<std::string> faults() {
        return test::faults_of(folder_, [&] { load_catalogue(folder_.path()); });
    }
    std::vector<std::string> lint_of(std::string_view text) {
        folder_.write(moving_scenario, text);
        Catalogue catalogue = load_catalogue(folder_.path());
        return test::faults_of(folder_, [&] {
            throw BadInput(lint(catalogue.scenarios.at("generic/register/move"), catalogue));
        });
    }

    test::Folder folder_;
};

TEST_F(CatalogueTest, LoadsEverythingUnderTheFolder) {
    Catalogue catalogue = load_catalogue(folder_.path());
    EXPECT_EQ(catalogue.clauses.size(), 3U);
    EXPECT_TRUE(catalogue.readings.contains("count"));
    EXPECT_TRUE(catalogue.devices.contains("soft"));
    EXPECT_TRUE(catalogue.scenarios.contains("generic/register/move"));
}

TEST_F(CatalogueTest, RefusesAFolderThatIsNotThere) {
    EXPECT_THROW(load_catalogue(folder_.path() / "absent"), std::system_error);
}

TEST_F(CatalogueTest, ReportsTheFaultsOfAllFilesAndEachOnce) {
    folder_.write("topologies/pair.yaml", changed(test::topology_text, "domain: pbx.test\n", ""));
    folder_.write("devices/soft.yaml", changed(test::device_text, "id: soft", "id: hard"));
    EXPECT_THAT(faults(),
                UnorderedElementsAre(HasSubstr("devices/soft.yaml:1: id \"hard\" does not match"),
                                     HasSubstr("topologies/pair.yaml:1: a topology lacks")));
}

TEST_F(CatalogueTest, RefusesIdsThatTwoFilesShare) {
    folder_.write("clauses/b.yaml",
                  changed(test::clauses_text, "document: RFC 3261", "document: RFC 3262"));
    EXPECT_THAT(faults(), testing::Contains(
                              HasSubstr("clauses/b.yaml:3: clause \"C-1\" is there already, at ")));
}

TEST_F(CatalogueTest, FindsWhatAScenarioNamesAndNobodyKnows) {
    folder_.write(moving_scenario,
                  changed(test::scenario_text, "clause: C-2\n    says: it moves on",
                          "clause: C-4\n    says: it moves on"));
    EXPECT_THAT(
        faults(),
        ElementsAre(std::string(moving_scenario) +
                    ":27: unknown clause \"C-4\", did you mean \"C-1\"?; allowed are the ids in "
                    "fixtures/clauses"));
    folder_.write(moving_scenario, changed(test::scenario_text, "clauses: [C-3]", "clauses: [X]"));
    EXPECT_THAT(faults(), ElementsAre(HasSubstr(":1: unknown clause \"X\"")));
    folder_.write(moving_scenario,
                  changed(test::scenario_text, "{count: sends}", "{count: tries}"));
    EXPECT_THAT(
        faults(),
        ElementsAre(HasSubstr(
            ":27: unknown value \"tries\" of the reading count; allowed are sends, repeats")));
    folder_.write(moving_scenario,
                  changed(test::scenario_text, "{count: sends}", "{counts: sends}"));
    EXPECT_THAT(faults(),
                ElementsAre(HasSubstr(":27: unknown reading \"counts\", did you mean \"count\"?")));
}

TEST_F(CatalogueTest, FindsWhatClausesAndReadingsNameAndNobodyKnows) {
    folder_.write("clauses/a.yaml", changed(test::clauses_text, "[count]", "[amount]"));
    EXPECT_THAT(faults(), ElementsAre(HasSubstr("clauses/a.yaml:4: unknown reading \"amount\"")));
    folder_.write("clauses/a.yaml", test::clauses_text);
    folder_.write("clauses/readings.yaml",
                  changed(test::readings_text, "clauses: [C-2]", "clauses: [D-2]"));
    EXPECT_THAT(faults(),
                ElementsAre(HasSubstr("clauses/readings.yaml:2: unknown clause \"D-2\"")));
}

TEST_F(CatalogueTest, FindsWhatADeviceCannotAndNoScenarioIs) {
    const auto with = [&](std::string_view cannot) {
        folder_.write("devices/soft.yaml",
                      std::string(test::device_text) + "cannot: {" + std::string(cannot) + "}\n");
        const auto catalogue = load_catalogue(folder_.path());
        return test::faults_of(folder_, [&] {
            if (auto found = dangling(catalogue.devices.at("soft"), catalogue); !found.empty())
                throw BadInput(std::move(found));
        });
    };
    EXPECT_THAT(with("generic/register/move: why"), IsEmpty());
    EXPECT_THAT(with("register: why"), IsEmpty());
    EXPECT_THAT(with("generic/register/mov: why"),
                ElementsAre("devices/soft.yaml:12: cannot: \"generic/register/mov\" is no "
                            "scenario; allowed is an id or what --select takes, for one at "
                            "least"));
}

TEST_F(CatalogueTest, LintIsContentWithAGoodScenario) {
    EXPECT_THAT(lint_of(test::scenario_text), IsEmpty());
}

struct Fault1 {
    std::string_view from, to, told;
};

void PrintTo(const Fault1& row, std::ostream* out) { *out << row.told; }

class Lint : public CatalogueTest, public ::testing::WithParamInterface<Fault1> {};

TEST_P(Lint, FindsTheFault) {
    EXPECT_THAT(lint_of(changed(test::scenario_text, GetParam().from, GetParam().to)),
                ElementsAre(std::string(moving_scenario) + std::string(GetParam().told)));
}

INSTANTIATE_TEST_SUITE_P(
    All, Lint,
    ::testing::Values(
        Fault1{"timeline:", "  spare: {query: A}\ntimeline:",
               ":16: nothing uses the event \"spare\"; allowed are events that a step, an "
               "expectation or another event "
               "names"},
        Fault1{
            "[31.9 s, 33 s]", "[31.9 s, 121 s]",
            ":27: the window reaches to 121 s, which the limit cuts off; allowed is up to 120 s"},
        Fault1{
            "[0 s, 500 ms, 1.5 s]", "[0 s, 500 ms, 120.5 s]",
            ":22: the window reaches to 120.5 s, which the limit cuts off; allowed is up to 120 s"},
        Fault1{"home + 5 s", "first-try + 32 s",
               ":27: the window reaches to 33 s after first-try, but the scenario ends at 32 s; "
               "allowed is a window "
               "before the end"},
        Fault1{"home + 5 s", "home + 2 min",
               ":19: the step is due 120 s after its event, which the limit cuts off; allowed is "
               "less than 120 s"},
        Fault1{"do: silence primary", "do: heal primary",
               ":17: primary has no fault here; allowed is a heal after its fault"},
        Fault1{"do: silence primary}", "do: silence primary}\n  - {at: home, do: silence primary}",
               ":18: primary has its silence already; allowed is a heal between two faults"}));

TEST_F(CatalogueTest, LintWantsAnExpectationThatCanFail) {
    std::string clauses = changed(test::clauses_text, "level: must", "level: observed");
    folder_.write("clauses/a.yaml", changed(clauses, "level: should", "level: observed"));
    EXPECT_THAT(
        lint_of(test::scenario_text),
        ElementsAre(HasSubstr(
            ":17: a fault without an expectation that can fail; allowed is one with a clause")));
    std::string without =
        changed(test::scenario_text, "  - {at: start, do: silence primary}\n", "");
    EXPECT_THAT(lint_of(without), IsEmpty()) << "tier 2 may only observe";
    EXPECT_THAT(lint_of(changed(without, "tier: 2", "tier: 1")),
                ElementsAre(HasSubstr(":1: no expectation can fail; allowed is tier 2")));
}

TEST_F(CatalogueTest, LintWantsAStimulus) {
    Catalogue catalogue = load_catalogue(folder_.path());
    Scenario scenario = catalogue.scenarios.at("generic/register/move");
    std::erase_if(scenario.steps, [](const Step& step) { return step.action != ActionKind::end; });
    std::vector<Fault> faults = lint(scenario, catalogue);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_THAT(faults[0].text, HasSubstr("no stimulus"));
}

TEST(Fixtures, LoadAndLintClean) {
    Catalogue catalogue = load_catalogue(std::filesystem::path(TWINLINE_SOURCE) / "fixtures");
    ASSERT_TRUE(catalogue.scenarios.contains("generic/register/boot"));
    ASSERT_TRUE(catalogue.scenarios.contains("generic/register/boot-failover-silent-primary"));
    EXPECT_EQ(catalogue.clauses.at("RFC-3261-E").level, Level::must);
    EXPECT_EQ(catalogue.clauses.at("RFC-3263-07").level, Level::should);
    EXPECT_EQ(catalogue.clauses.at("RFC-3261-5xx").level, Level::observed);
    EXPECT_EQ(catalogue.clauses.at("YL-FO-REG-01").level, Level::must);
    EXPECT_EQ(catalogue.clauses.at("EXT-YL-07").level, Level::observed);
    EXPECT_EQ(catalogue.readings.at("retry-count-meaning").fallback, "after-the-first");
    for (const auto& [id, scenario] : catalogue.scenarios) {
        for (const Fault& fault : lint(scenario, catalogue)) ADD_FAILURE() << fault.to_string();
    }
    for (const auto& [id, device] : catalogue.devices) {
        for (const Fault& fault : dangling(device, catalogue)) ADD_FAILURE() << fault.to_string();
    }
}

// A sweep makes several scenarios of one entry of the list; two files for one entry would be
// copies, but where transports differ in what is asked for and not only in a value.
TEST(Fixtures, PlayEachEntryOfTheListInOneFile) {
    // Those that need a topology of their own for each transport or protocol, or two timelines.
    const std::set<std::string> several{
        "YS-CFG-07", "YS-DNS-05", "YS-DNS-18", "YS-FB-09",  "AS-CFG-04", "AS-CFG-06",
        "AS-SRV-01", "AS-SRV-04", "AS-SRV-05", "CS-REG-06", "CS-REG-12", "CS-REG-13",
        "GS-09",     "GS-18",     "GS-16",     "AS-OUT-01", "AS-OUT-02"};
    Catalogue catalogue = load_catalogue(std::filesystem::path(TWINLINE_SOURCE) / "fixtures");
    std::map<std::string, std::string> files;
    for (const auto& [id, scenario] : catalogue.scenarios) {
        if (scenario.catalogue.empty() || several.contains(scenario.catalogue)) continue;
        const auto [former, added] = files.emplace(scenario.catalogue, scenario.place.file);
        EXPECT_EQ(former->second, scenario.place.file) << scenario.catalogue;
    }
}

// What a clause says is open, a reading decides, and the other way round.
TEST(Fixtures, ClausesAndReadingsOfYealinkNameEachOther) {
    Catalogue catalogue = load_catalogue(std::filesystem::path(TWINLINE_SOURCE) / "fixtures");
    for (const auto& [id, clause] : catalogue.clauses) {
        for (const std::string& name : clause.readings) {
            EXPECT_THAT(catalogue.readings.at(name).clauses, ::testing::Contains(id)) << name;
        }
    }
    for (const auto& [id, reading] : catalogue.readings) {
        for (const std::string& name : reading.clauses) {
            if (name.find("YL-") == std::string::npos) continue;
            EXPECT_THAT(catalogue.clauses.at(name).readings, ::testing::Contains(id)) << name;
        }
    }
}

// A verdict rests on the guide alone: what only another document says fails no phone.
TEST(Fixtures, OnlyTheGuideItselfIsMust) {
    Catalogue catalogue = load_catalogue(std::filesystem::path(TWINLINE_SOURCE) / "fixtures");
    for (const auto& [id, clause] : catalogue.clauses) {
        if (!id.starts_with("EXT-")) continue;
        EXPECT_EQ(clause.level, Level::observed) << id;
    }
}

TEST(Fixtures, TheFailoverSaysWhatTheRfcSays) {
    using namespace std::chrono_literals;
    Catalogue catalogue = load_catalogue(std::filesystem::path(TWINLINE_SOURCE) / "fixtures");
    const Scenario& s = catalogue.scenarios.at("generic/register/boot-failover-silent-primary");
    for (const Expectation& e : s.expectations) {
        if (e.form != ExpectationForm::schedule) continue;
        // RFC 3261 17.1.2.2: pauses of T1, doubling up to T2, until 64*T1.
        std::vector<Duration> sends;
        Duration pause = 500ms;
        for (Duration at = 0s; at < 64 * 500ms;
             at += pause, pause = std::min<Duration>(2 * pause, 4s)) {
            sends.push_back(at);
        }
        EXPECT_EQ(e.at, sends);
        return;
    }
    FAIL() << "no schedule";
}

}  // namespace
}  // namespace twinline::scenario
