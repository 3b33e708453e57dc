// Of two explanations by which as much stands against a device, the one under which it went along
// with the reference further is told.
#include "rig/assess/explanations.hh"

#include <gtest/gtest.h>

namespace twinline::test {
namespace {

judge::Assessment parting_at(std::uint64_t event, judge::Weight weight = judge::Weight::fail) {
    judge::Assessment assessment;
    assessment.verdict = judge::Verdict::fail;
    judge::Finding finding;
    finding.voice = judge::Voice::shadow;
    finding.weight = weight;
    finding.events = {event};
    assessment.findings = {finding};
    return assessment;
}

TEST(AnExplanation, IsBetterTheLaterThePhoneParts) {
    EXPECT_TRUE(assess::weighs_less(parting_at(30), parting_at(12)));
    EXPECT_FALSE(assess::weighs_less(parting_at(12), parting_at(30)));
    EXPECT_FALSE(assess::weighs_less(parting_at(12), parting_at(12))) << "the first one stays";
}

TEST(AnExplanation, IsBetterFirstOfAllWhereLessStandsAgainstThePhone) {
    EXPECT_TRUE(assess::weighs_less(parting_at(12, judge::Weight::deviation), parting_at(30)));
    auto twice = parting_at(30);
    twice.findings.push_back(twice.findings.front());
    EXPECT_TRUE(assess::weighs_less(parting_at(12), twice));
}

}  // namespace
}  // namespace twinline::test
