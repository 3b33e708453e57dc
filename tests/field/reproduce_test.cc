// Broken phones captured in virtual time come back as scenarios: files that lint, that the
// reference passes and that the broken phone fails by the clause that it breaks, and that tell
// nothing of their owner where they are not to.
#include "rig/field/reproduce.hh"

#include "reference_impl/mutants/mutants.hh"
#include "rig/assess/assess.hh"
#include "rig/field/draft.hh"
#include "rig/field/minimise.hh"
#include "rig/field/scenario_file.hh"
#include "rig/field/told.hh"
#include "tests/field/broken_phones.hh"

#include "virtual_capture.hh"
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace twinline::test {
namespace {

const scenario::Scenario& fixture(std::string_view id) {
    return catalogue().scenarios.find(id)->second;
}

// The two files of a reproduction, for as long as it lives.
class Written {
  public:
    explicit Written(const field::Reproduction& made)
        : folder_(std::filesystem::temp_directory_path() /
                  ("twinline-reproduce-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / "again.yaml") << made.scenario;
        std::ofstream(folder_ / "again-topology.yaml") << made.topology;
    }
    ~Written() { std::filesystem::remove_all(folder_); }
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;

    scenario::Scenario load() const {
        return scenario::load_scenario(folder_ / "again.yaml",
                                       TWINLINE_SOURCE "/fixtures/topologies");
    }

  private:
    std::filesystem::path folder_;
};

field::Reproduction reproduced(const scenario::Scenario& scenario, std::string_view mutant,
                               field::Names names = field::Names::kept) {
    const auto all = explained(capture_of(scenario, mutants::find(mutant)->defect, 5), scenario);
    if (all.size() != 1 || !all.front().divergence) throw std::runtime_error("nothing diverges");
    return field::reproduce(all.front(), catalogue(), {"again", names});
}

std::vector<judge::Finding> findings(const scenario::Scenario& scenario, std::string_view mutant,
                                     judge::Verdict& verdict) {
    const auto* found = mutant.empty() ? nullptr : mutants::find(mutant);
    const auto judged =
        assess::simulate(scenario, catalogue(), found == nullptr ? nullptr : &found->defect,
                         "device", judge::Strictness::strict, 1);
    verdict = judged.assessment.verdict;
    return judged.assessment.findings;
}

// Each takes a while: all of them with --tier all, else one of each document.
std::vector<Broken> chosen() {
    if (is_whole()) return {broken_phones.begin(), broken_phones.end()};
    std::vector<Broken> few;
    for (const auto& broken : broken_phones)
        for (const std::string_view mutant : {"skips-secondary", "refreshes-once",
                                              "calls-the-backup-first", "restarts-after-challenge"})
            if (mutant == broken.mutant) few.push_back(broken);
    return few;
}

class ACapturedFailure : public testing::TestWithParam<Broken> {};

TEST_P(ACapturedFailure, ComesBackAsAScenario) {
    const auto& [mutant, id] = GetParam();
    const auto made = reproduced(fixture(id), mutant);
    const auto again = Written(made).load();
    EXPECT_EQ(field::scenario_text(again, "Made of a field capture by twinline reproduce."),
              made.scenario);
    for (const auto& fault : scenario::lint(again, catalogue()))
        ADD_FAILURE() << fault.to_string() << '\n' << made.scenario;
    judge::Verdict verdict{};
    findings(again, {}, verdict);
    EXPECT_EQ(verdict, judge::Verdict::pass) << made.scenario << made.topology;
    const auto found = findings(again, mutant, verdict);
    EXPECT_EQ(verdict, judge::Verdict::fail) << made.scenario << made.topology;
    EXPECT_TRUE(std::ranges::any_of(found, [&](const judge::Finding& finding) {
        return finding.clause == mutants::find(mutant)->clause &&
               finding.voice == judge::Voice::expectation &&
               finding.weight > judge::Weight::observation;
    })) << made.scenario;
    EXPECT_LE(made.left.stimuli, made.found.stimuli);
    EXPECT_LT(made.left.lasts, made.found.lasts);
    EXPECT_LT(made.left.parameters, made.found.parameters);
}

INSTANTIATE_TEST_SUITE_P(OfTheLibrary, ACapturedFailure, testing::ValuesIn(chosen()));

INSTANTIATE_TEST_SUITE_P(
    InItsAnswers, ACapturedFailure,
    testing::Values(Broken{"lets-a-call-ring-that-was-taken-back", "generic/call/taken-back"},
                    Broken{"answers-a-call-once", "generic/call/answer-unheard"}));

// Less would do, and what there is shows the failure all the same.
TEST(AReproduction, EndsWithItsBudgetAndSaysSo) {
    const auto& scenario = fixture(boot);
    const auto all =
        explained(capture_of(scenario, mutants::find("skips-secondary")->defect, 5), scenario);
    ASSERT_EQ(all.size(), 1U);
    const auto least = field::reproduce(all.front(), catalogue(), {.name = "again"});
    EXPECT_TRUE(least.is_least);
    const auto cut =
        field::reproduce(all.front(), catalogue(), {.name = "again", .budget = {60, 1'000'000}});
    EXPECT_FALSE(cut.is_least);
    EXPECT_LT(cut.plays, least.plays);
    EXPECT_GT(cut.left.parameters, least.left.parameters);
    const auto again = Written(cut).load();
    judge::Verdict verdict{};
    findings(again, {}, verdict);
    EXPECT_EQ(verdict, judge::Verdict::pass) << cut.scenario;
    findings(again, "skips-secondary", verdict);
    EXPECT_EQ(verdict, judge::Verdict::fail) << cut.scenario;
}

// The same failure at a customer's, whose words are nowhere else in the tree.
TEST(AnAnonymousScenario, HoldsNothingOfItsOwner) {
    auto site = fixture(boot);
    const field::Replacements customer{{"pbx.test", "voice.kowalski-bau.pl"},
                                       {"1001", "48225550187"},
                                       {"correct-horse-1001", "hunter2-kowalski"},
                                       {"192.0.2.11", "192.0.2.211"},
                                       {"192.0.2.12", "192.0.2.212"},
                                       {"192.0.2.2", "192.0.2.202"}};
    field::replace_all(site, customer);
    const auto kept = reproduced(site, "skips-secondary");
    const auto made = reproduced(site, "skips-secondary", field::Names::replaced);
    for (const std::string word :
         {"kowalski", "48225550187", "hunter2", "192.0.2.211", "192.0.2.212", "192.0.2.202"}) {
        EXPECT_NE((kept.scenario + kept.topology).find(word), std::string::npos) << word;
        EXPECT_EQ((made.scenario + made.topology).find(word), std::string::npos)
            << word << " in\n"
            << made.scenario << made.topology;
    }
    const auto again = Written(made).load();
    judge::Verdict verdict{};
    findings(again, {}, verdict);
    EXPECT_EQ(verdict, judge::Verdict::pass);
    findings(again, "skips-secondary", verdict);
    EXPECT_EQ(verdict, judge::Verdict::fail);
}

TEST(AScenarioOfACustomersNetwork, StandsInTheNetworksOfALab) {
    auto site = fixture(boot);
    field::replace_all(
        site,
        {{"192.0.2.11", "10.20.0.5"}, {"192.0.2.12", "10.20.0.6"}, {"192.0.2.2", "10.20.0.53"}});
    const auto made = reproduced(site, "skips-secondary");
    EXPECT_EQ((made.scenario + made.topology).find("10.20."), std::string::npos);
    const auto again = Written(made).load();
    EXPECT_TRUE(std::ranges::all_of(again.topology.hosts, [](const scenario::Host& host) {
        return host.address.starts_with("192.0.2.");
    }));
}

TEST(WordsThatAreReplaced, AreWholeOnesAndReplacedOnce) {
    const field::Replacements words{{"1001", "7001"}, {"7001", "7002"}, {"10.0.0.1", "192.0.2.5"}};
    EXPECT_EQ(field::replaced("sip:1001@10.0.0.1 11001 10.0.0.11 7001", words),
              "sip:7001@192.0.2.5 11001 10.0.0.11 7002");
}

TEST(TheFewest, AreThoseThatCannotBeSpared) {
    const std::vector<int> all{1, 2, 3, 4, 5, 6, 7, 8};
    std::size_t trials = 0;
    const auto left = field::fewest<int>(all, [&](const std::vector<int>& some) {
        ++trials;
        return std::ranges::find(some, 3) != some.end() && std::ranges::find(some, 8) != some.end();
    });
    EXPECT_EQ(left, (std::vector{3, 8}));
    EXPECT_LT(trials, 40U);
    EXPECT_TRUE(field::fewest<int>(all, [](const std::vector<int>&) { return true; }).empty());
    EXPECT_EQ(field::fewest<int>(all, [](const std::vector<int>&) { return false; }), all);
}

}  // namespace
}  // namespace twinline::test
