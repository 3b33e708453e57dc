// The table of what an explanation is worth: broken phones in virtual time, captured, and explained
// by the clause that they break; and captures that lack or spoil something.
#include "reference_impl/mutants/mutants.hh"
#include "rig/assess/assess.hh"
#include "rig/field/told.hh"
#include "tests/field/broken_phones.hh"

#include "virtual_capture.hh"
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>

namespace twinline::test {
namespace {

using field::Outcome;

const scenario::Scenario& scenario_of(std::string_view id) {
    return catalogue().scenarios.find(id)->second;
}

const mutants::Defect& defect_of(std::string_view id) { return mutants::find(id)->defect; }

std::string told(const std::vector<field::Explanation>& all) {
    std::string text;
    for (const auto& each : all) text += field::as_text(each);
    return text;
}

field::Wanted taking(const std::string& clause) {
    field::Wanted wanted;
    wanted.clause = clause;
    return wanted;
}

class ABrokenPhone : public testing::TestWithParam<Broken> {};

TEST_P(ABrokenPhone, IsNamedByItsClause) {
    const auto& [mutant, id] = GetParam();
    const auto all = explained(capture_of(scenario_of(id), defect_of(mutant), 5), scenario_of(id));
    ASSERT_EQ(all.size(), 1U);
    ASSERT_TRUE(all.front().divergence.has_value()) << told(all);
    EXPECT_EQ(all.front().divergence->clause, mutants::find(mutant)->clause) << told(all);
    EXPECT_TRUE(all.front().divergence->frame.has_value());
}

INSTANTIATE_TEST_SUITE_P(OfTheLibrary, ABrokenPhone, testing::ValuesIn(broken_phones));

// Each by something else that is compared: an instant across registrations of several Call-IDs, a
// pause beyond its bounds, a port, an ACK, a keep-alive.
INSTANTIATE_TEST_SUITE_P(
    ByWhatItDoes, ABrokenPhone,
    testing::Values(Broken{"stops-sending-early", "aastra/backup/boot-primary-silent"},
                    Broken{"knows-no-retry-after", "generic/register/retry-after"},
                    Broken{"proxy-always-at-5060", "yealink/config/proxy-ports"},
                    Broken{"never-acknowledges-an-answer", "generic/call/made-and-ended"},
                    Broken{"pings-streams-as-datagrams", "generic/outbound/keep-alives-over-tcp"},
                    Broken{"lets-a-call-ring-that-was-taken-back", "generic/call/taken-back"},
                    Broken{"answers-a-call-once", "generic/call/answer-unheard"}));

// A phone that is called is busy, and what is done to it from outside is done to the reference too.
TEST(ACallFromOutside, IsFollowed) {
    const auto& scenario = scenario_of("yealink/failback/idle-called");
    const auto good = explained(capture_of(scenario), scenario);
    ASSERT_EQ(good.size(), 1U);
    EXPECT_FALSE(good.front().divergence.has_value()) << told(good);
    EXPECT_NE(told(good).find("180 Ringing"), std::string::npos) << told(good);
    const auto all = explained(capture_of(scenario, defect_of("is-idle-while-it-rings"), 5),
                               scenario, taking("YL-FB-IDLE-02"));
    ASSERT_EQ(all.size(), 1U);
    ASSERT_TRUE(all.front().divergence.has_value()) << told(all);
    EXPECT_EQ(all.front().divergence->clause, "YL-FB-IDLE-02") << told(all);
}

TEST(ACallFromOutside, ThatIsAnsweredAndEndedIsNoDivergence) {
    for (const auto* id : {"generic/call/taken-back", "audiocodes/failover/nothing-lost",
                           "generic/call/answer-unheard"}) {
        const auto all = explained(capture_of(scenario_of(id)), scenario_of(id));
        ASSERT_EQ(all.size(), 1U);
        EXPECT_FALSE(all.front().divergence.has_value()) << told(all);
    }
}

TEST(APhoneThatRestarts, IsNotBlamedForWhatItForgot) {
    const auto& scenario = scenario_of(boot);
    for (const auto later :
         {std::chrono::seconds{100}, std::chrono::seconds{400}, std::chrono::seconds{1000}}) {
        const auto all = explained(capture_of_a_restart(scenario, {}, later), scenario);
        ASSERT_EQ(all.size(), 2U) << told(all);
        EXPECT_FALSE(all.front().phone.restarted.has_value());
        EXPECT_TRUE(all.back().phone.restarted.has_value());
        for (const auto& life : all) EXPECT_EQ(life.outcome, Outcome::conforms) << told(all);
        EXPECT_NE(told(all).find("started anew at frame "), std::string::npos) << told(all);
    }
}

TEST(APhoneThatRestarts, IsNamedByWhatItBreaksInEachLife) {
    const auto& scenario = scenario_of(boot);
    const auto all = explained(
        capture_of_a_restart(scenario, defect_of("reuses-branch"), std::chrono::seconds{400}),
        scenario);
    ASSERT_EQ(all.size(), 2U) << told(all);
    for (const auto& life : all) {
        ASSERT_TRUE(life.divergence.has_value()) << told(all);
        EXPECT_EQ(life.divergence->clause, "RFC-3261-0811") << told(all);
    }
}

// Without the DNS and when a refresh is due, the Call-ID alone says it: believed where it must be.
TEST(APhoneThatRestarts, IsToldFromItsCallIdWhereNothingElseIsSeen) {
    const auto& scenario = scenario_of("generic/register/numeric");
    const auto all =
        explained(capture_of_a_restart(scenario, {}, std::chrono::seconds{3400}), scenario);
    for (const auto& life : all) EXPECT_FALSE(life.divergence.has_value()) << told(all);
}

TEST(SeveralClausesThatFit, AreListedAndOneCanBeTaken) {
    const auto& scenario = scenario_of("yealink/dns/guide-example");
    const auto capture = capture_of(scenario, defect_of("lowest-weight-first"), 5);
    const auto all = explained(capture, scenario);
    ASSERT_EQ(all.size(), 1U);
    ASSERT_TRUE(all.front().divergence.has_value()) << told(all);
    const auto& open = *all.front().divergence;
    EXPECT_TRUE(open.clause.empty()) << told(all);
    ASSERT_GT(open.candidates.size(), 1U) << told(all);
    for (const auto& clause : open.candidates) {
        const auto taken = explained(capture, scenario, taking(clause));
        ASSERT_TRUE(taken.front().divergence.has_value());
        EXPECT_EQ(taken.front().divergence->clause, clause);
        EXPECT_EQ(taken.front().divergence->confidence, field::Confidence::low);
        for (const auto& mutant : taken.front().divergence->mutants)
            EXPECT_EQ(mutants::find(mutant)->clause, clause);
    }
    const auto other = explained(capture, scenario, taking("RFC-3261-E"));
    EXPECT_TRUE(other.front().divergence->clause.empty()) << "none that does not fit is taken";
}

// Where not every known defect was tried, another one may explain the capture as well.
TEST(ASearch, NamesNoClauseOnceItsBudgetIsSpent) {
    const auto& scenario = scenario_of(boot);
    const auto capture = capture_of(scenario, defect_of("skips-secondary"), 5);
    const auto whole = explained(capture, scenario);
    ASSERT_TRUE(whole.front().divergence.has_value()) << told(whole);
    EXPECT_FALSE(whole.front().divergence->is_cut_short);
    for (const auto& budget : {field::Budget{5, 1'000'000}, field::Budget{1'000'000, 500}}) {
        field::Wanted wanted;
        wanted.defects = budget;
        const auto cut = explained(capture, scenario, wanted);
        EXPECT_FALSE(cut.front().divergence.has_value()) << told(cut);
        EXPECT_EQ(cut.front().outcome, Outcome::unjudged) << told(cut);
        EXPECT_NE(told(cut).find("the search was ended after "), std::string::npos) << told(cut);
        EXPECT_LT(cut.front().worlds, whole.front().worlds);
    }
}

TEST(ASearch, BlamesNobodyWhereNotEveryAnswerWasTried) {
    const auto& scenario = scenario_of("yealink/register/all-silent");
    const auto capture = capture_of(scenario, defect_of("asks-a-server-once"), 5);
    field::Wanted wanted;
    wanted.answers = {1, 1'000'000};
    const auto cut = explained(capture, scenario, wanted);
    ASSERT_EQ(cut.size(), 1U);
    EXPECT_FALSE(cut.front().divergence.has_value()) << told(cut);
    EXPECT_EQ(cut.front().outcome, Outcome::unjudged) << told(cut);
    EXPECT_NE(told(cut).find("the search was ended after "), std::string::npos) << told(cut);
}

// Two subscriptions at once, whose refreshes are drawn at one instant; one that the phone had put
// off until its registration moved; a flow whose server stops to answer pings, and whose return has
// the phone remove what it had registered elsewhere.
TEST(APhoneThatConforms, IsFollowedThroughItsOwnChoices) {
    for (const auto* id :
         {"aastra/backup/subscriptions", "aastra/outbound-disabled/all-registrar-fails",
          "aastra/outbound-enabled/outbound-proxy-alone"})
        for (const auto& each : explained(capture_of(scenario_of(id), {}, 77), scenario_of(id)))
            EXPECT_FALSE(each.divergence.has_value()) << id << '\n' << field::as_text(each);
}

TEST(AConformingPhone, IsToldToConform) {
    const auto all = explained(capture_of(scenario_of(boot), {}, 5), scenario_of(boot));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().outcome, Outcome::conforms) << told(all);
}

TEST(ACaptureWithoutDns, SaysWhatItTakesForGranted) {
    const auto keep = [](const timeline::Frame& frame) { return !is_dns(frame); };
    const auto& scenario = scenario_of(boot);
    const auto all = explained(capture_of(scenario, {}, 5, keep), scenario);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().outcome, Outcome::conforms) << told(all);
    EXPECT_FALSE(all.front().met.saw_dns);
    EXPECT_NE(told(all).find("no DNS answer for pbx.test is in the capture"), std::string::npos)
        << told(all);
}

TEST(ACaptureWithoutDns, MayBeOfServersInSeveralDomains) {
    const auto keep = [](const timeline::Frame& frame) { return !is_dns(frame); };
    auto scenario = scenario_of("generic/call/over-outbound-proxy");
    const auto seen = capture_of(scenario, {}, 5, keep);
    const std::string_view here = "192.0.2.21";
    const auto at = scenario.config.find(here);
    ASSERT_NE(at, scenario.config.npos);
    scenario.config.replace(at, here.size(), "edge.carrier.example");
    const auto all = explained(seen, scenario);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().outcome, Outcome::conforms) << told(all);
    EXPECT_NE(told(all).find("no DNS answer for edge.carrier.example is in the capture"),
              std::string::npos)
        << told(all);
}

TEST(ACaptureThatBeginsLate, IsJudgedFromWhatItShows) {
    const auto& scenario = scenario_of("yealink/register/refresh-starts-at-primary");
    bool registered = false;
    const auto keep = [&](const timeline::Frame& frame) {
        const std::string_view text(reinterpret_cast<const char*>(frame.bytes.data()),
                                    frame.bytes.size());
        if (text.find("SIP/2.0 200") != text.npos && text.find("REGISTER") != text.npos &&
            !registered) {
            registered = true;
            return false;
        }
        return registered;
    };
    const auto all = explained(capture_of(scenario, {}, 5, keep), scenario);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all.front().met.late_start);
    EXPECT_FALSE(all.front().divergence.has_value()) << told(all);
}

// Whether it knows that the primary is dead, or does not care, is not in it.
TEST(ACaptureThatBeginsLate, BlamesNobodyForAServerThatWasNeverAsked) {
    const auto& scenario = scenario_of("yealink/register/refresh-starts-at-primary");
    const auto* defect = mutants::find("turns-priorities-round");
    ASSERT_NE(defect, nullptr);
    const auto whole = explained(capture_of(scenario, defect->defect), scenario);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole.front().outcome, Outcome::diverges) << told(whole);
    const auto cut = explained(capture_of(scenario, defect->defect, 1, late()), scenario);
    ASSERT_EQ(cut.size(), 1U);
    EXPECT_EQ(cut.front().outcome, Outcome::unjudged) << told(cut);
    EXPECT_NE(told(cut).find("which was never asked in a capture that begins late"),
              std::string::npos)
        << told(cut);
}

// Device and twin of the lab are of one seed, and so are their Call-IDs.
TEST(TwoPhonesOfOneCapture, AreExplainedApart) {
    const auto& scenario = scenario_of(boot);
    field::Sights sights;
    shadow::play(shadow::scene_of(scenario),
                 {{"device", defect_of("skips-secondary")}, {"twin", {}}}, 1,
                 assess::with_defaults({}, catalogue()),
                 [&](const timeline::Frame& frame) { sights.feed(frame); });
    const auto all = explained(sights.finish(), scenario);
    ASSERT_EQ(all.size(), 2U) << told(all);
    for (const auto& each : all) {
        const bool broken = each.phone.address == scenario.topology.subjects.at("device").phone;
        EXPECT_EQ(each.divergence.has_value(), broken) << field::as_text(each);
        if (broken && each.divergence) {
            EXPECT_EQ(each.divergence->clause, "RFC-3263-07");
        }
    }
}

TEST(ServersOfACapture, AreDescribedByWhatTheyDid) {
    const auto& scenario = scenario_of(boot);
    const auto all = explained(capture_of(scenario, {}, 5), scenario);
    ASSERT_EQ(all.size(), 1U);
    const auto* primary = all.front().met.at("192.0.2.11");
    const auto* secondary = all.front().met.at("192.0.2.12");
    ASSERT_NE(primary, nullptr);
    ASSERT_NE(secondary, nullptr);
    ASSERT_EQ(primary->spells.size(), 1U);
    EXPECT_EQ(primary->spells.front().treatment.kind, scenario::Treatment::Kind::silence);
    EXPECT_FALSE(primary->spells.front().onset.after.has_value());
    EXPECT_FALSE(primary->spells.front().end.has_value());
    EXPECT_TRUE(secondary->spells.empty());
}

TEST(ACaptureThatHoldsEveryFrameTwice, CountsEachOnce) {
    field::Sights once, twice;
    shadow::play(scenario_of(boot), {{"device", {}}}, 1);
    shadow::play(shadow::scene_of(scenario_of(boot)), {{"device", {}}}, 1, {},
                 [&](const timeline::Frame& frame) {
                     once.feed(frame);
                     twice.feed(frame);
                     twice.feed(frame);
                 });
    const auto single = once.finish(), doubled = twice.finish();
    EXPECT_EQ(doubled.sightings.size(), single.sightings.size());
    EXPECT_FALSE(doubled.notes.empty());
}

TEST(AClockThatStepsBack, GoesOnFromWhereItStood) {
    field::Sights sights;
    std::size_t number = 0;
    shadow::play(shadow::scene_of(scenario_of(boot)), {{"device", {}}}, 1, {},
                 [&](timeline::Frame frame) {
                     if (++number > 20) frame.at -= std::chrono::hours{1};
                     sights.feed(frame);
                 });
    const auto capture = sights.finish();
    ASSERT_EQ(capture.notes.size(), 1U);
    EXPECT_NE(capture.notes.front().find("steps back"), std::string::npos);
    EXPECT_TRUE(std::ranges::is_sorted(
        capture.sightings, {}, [](const field::Sighting& sighting) { return sighting.event.at; }));
}

// What a capture says when its clock is a function of the frame's number.
field::Capture timed(const std::function<timeline::Duration(std::uint64_t)>& clock) {
    field::Sights sights;
    std::uint64_t number = 0;
    shadow::play(shadow::scene_of(scenario_of(boot)), {{"device", {}}}, 1, {},
                 [&](timeline::Frame frame) {
                     frame.at = timeline::Instant{clock(number++)};
                     sights.feed(frame);
                 });
    return sights.finish();
}

TEST(AClockThatIsSetFarAhead, GoesOnFromWhereItStood) {
    constexpr auto decades = std::chrono::days{20000};
    const auto capture = timed([&](std::uint64_t number) {
        return timeline::Duration{std::chrono::seconds{number}} +
               (number > 9 ? timeline::Duration{decades} : timeline::Duration{});
    });
    ASSERT_EQ(capture.notes.size(), 1U);
    EXPECT_NE(capture.notes.front().find("steps ahead"), std::string::npos);
    EXPECT_LT(capture.end, timeline::Instant{std::chrono::minutes{10}});
}

TEST(AClockThatStepsAllTheTime, IsToldOfInAFewLinesAndNeverRunsOver) {
    constexpr auto decades = std::chrono::days{40000};
    const auto to_and_fro = timed([&](std::uint64_t number) {
        return number % 2 == 0 ? timeline::Duration{} : timeline::Duration{decades};
    });
    EXPECT_EQ(to_and_fro.notes.size(), 9U);
    const auto onward = timed([&](std::uint64_t number) {
        return timeline::Duration{std::chrono::days{7}} * static_cast<int>(number % 10000);
    });
    EXPECT_LE(onward.end, timeline::Instant{std::chrono::days{1000}});
}

}  // namespace
}  // namespace twinline::test
