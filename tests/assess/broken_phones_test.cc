// A stored record of a broken phone, judged under every reading: no freedom and no reading lets it
// off, and neither does a want of plays to try them.
#include "reference_impl/mutants/mutants.hh"
#include "rig/assess/assess.hh"
#include "rig/assess/kill_matrix.hh"
#include "rig/shadow/play.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>

namespace twinline::test {
namespace {

using judge::Verdict;

const scenario::Catalogue& every_scenario() {
    static const auto loaded = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    return loaded;
}

// What the rig would have stored of it.
assess::Record record_of(const scenario::Scenario& scenario, const mutants::Defect& defect) {
    assess::Record record;
    record.scenario = scenario;
    record.clauses = every_scenario().clauses;
    record.readings = every_scenario().readings;
    record.device_name = "a phone";
    record.observed = shadow::play(shadow::scene_of(scenario), {{"device", defect}, {"twin", {}}},
                                   record.seed, assess::with_defaults({}, every_scenario()));
    return record;
}

bool fails(const scenario::Scenario& scenario, const mutants::Mutant& mutant) {
    const auto a =
        assess::assess(record_of(scenario, mutant.defect), judge::Strictness::lenient).assessment;
    EXPECT_TRUE(a.verdict == Verdict::fail || a.verdict == Verdict::pass) << a.reason;
    return a.verdict == Verdict::fail;
}

std::vector<const mutants::Mutant*> sampled_breaches_of_a_must() {
    const char* tier = std::getenv("TWINLINE_TIER");
    const std::size_t one_in = tier != nullptr && std::string_view(tier) == "all" ? 1 : 40;
    std::vector<const mutants::Mutant*> some;
    std::size_t nth = 0;
    for (const auto& mutant : mutants::all()) {
        const auto& clause = every_scenario().clauses.at(std::string(mutant.clause));
        const bool told_by_one = mutant.defect.fickle == nullptr;
        if (told_by_one && clause.level == scenario::Level::must && nth++ % one_in == 0)
            some.push_back(&mutant);
    }
    return some;
}

// What an open question of the documents admits after all, answered alike in every scenario.
const std::map<std::string_view, std::string_view> admitted{
    {"signals-anywhere", "only-signal-without-register-on"},
    {"is-registered-anywhere", "only-signal-without-register-on"},
    {"stays-when-the-registration-ends", "registration-expiry-instant"},
    {"takes-the-last-static-address", "a-record-order"},
    {"keeps-static-addresses-for-a-day", "static-ttl-end"},
    {"sips-port-without-srv", "srv-missing-with-65535"},
};

// A reading may let it off in one scenario; none does in all of them.
TEST(BrokenPhones, AreLetOffByNoReadingAndNoFreedom) {
    const auto some = sampled_breaches_of_a_must();
    ASSERT_FALSE(some.empty());
    for (const auto* mutant : some) {
        const bool is_caught = std::ranges::any_of(
            assess::scenarios_of(every_scenario(), mutant->clause),
            [&](const scenario::Scenario* scenario) { return fails(*scenario, *mutant); });
        EXPECT_NE(is_caught, admitted.contains(mutant->id)) << mutant->id;
    }
}

}  // namespace
}  // namespace twinline::test
