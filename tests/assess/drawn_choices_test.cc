// What a device draws by lot is nothing that it can be blamed for: the reference draws until it has
// drawn the same.
#include "rig/assess/assess.hh"
#include "rig/shadow/play.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

// The order of three addresses (RFC 3263 4.2 gives none), as a phone with another seed draws it.
TEST(DrawnChoices, AreNoDivergence) {
    const auto catalogue = scenario::load_catalogue(TWINLINE_SOURCE "/fixtures");
    assess::Record record;
    record.scenario = catalogue.scenarios.at("generic/register/proxy-addresses");
    record.clauses.insert(catalogue.clauses.begin(), catalogue.clauses.end());
    record.readings.insert(catalogue.readings.begin(), catalogue.readings.end());
    const auto random = assess::with_defaults({{"a-record-order", "random"}}, catalogue);
    const auto scene = shadow::scene_of(record.scenario);
    for (std::uint64_t seed = 100; seed < 106; ++seed) {
        record.observed = shadow::play(scene, {{"device", {}}, {"twin", {}}}, seed, random);
        const auto judged = assess::assess(record, judge::Strictness::lenient);
        for (const auto& finding : judged.assessment.findings)
            EXPECT_FALSE(finding.voice == judge::Voice::shadow &&
                         finding.weight != judge::Weight::observation)
                << "seed " << seed << ": " << finding.text;
    }
}

}  // namespace
}  // namespace twinline::test
