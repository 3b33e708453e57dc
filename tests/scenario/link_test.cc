// Which datagrams a link's rule concerns, what questions show it, and the words that it is read and
// written by.
#include "rig/scenario/link.hh"

#include "rig/scenario/treatment.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace twinline::scenario {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Treatment of(std::string_view word, std::string_view operands) {
    Treatment treatment{.kind = *parse_treatment(word)};
    const auto read = read_link(operands, treatment);
    EXPECT_TRUE(read) << operands << ": " << read.error();
    return treatment;
}

std::string why_not(std::string_view word, std::string_view operands) {
    Treatment treatment{.kind = *parse_treatment(word)};
    const auto read = read_link(operands, treatment);
    return read ? "it was read" : read.error();
}

// "x" for a datagram that is lost, "." for one that is not.
std::string fates(const Treatment& treatment, Way way, unsigned many) {
    std::string text;
    for (unsigned nth = 0; nth < many; ++nth)
        text += copies(treatment, way, nth).empty() ? 'x' : '.';
    return text;
}

TEST(Link, LosesByNumber) {
    EXPECT_EQ(fates(of("lose", "next 2 in"), Way::to_host, 6), "xx....");
    EXPECT_EQ(fates(of("lose", "next 2 in"), Way::to_subject, 6), "......");
    EXPECT_EQ(fates(of("lose", "next 1 out"), Way::to_subject, 3), "x..");
    EXPECT_EQ(fates(of("lose", "every 3"), Way::to_host, 7), "..x..x.");
    EXPECT_EQ(fates(of("lose", "every 3"), Way::to_subject, 7), "..x..x.");
    EXPECT_EQ(fates(of("lose", "all but every 3 in"), Way::to_host, 7), "xx.xx.x");
}

TEST(Link, AShareIsExactInEachHundredAndTheSeedPicks) {
    const auto thirty = fates(of("lose", "30 % seed 7"), Way::to_host, 300);
    for (std::size_t begin = 0; begin < 300; begin += 100)
        EXPECT_EQ(std::ranges::count(thirty.substr(begin, 100), 'x'), 30);
    EXPECT_NE(thirty.substr(0, 100), thirty.substr(100, 100));
    EXPECT_EQ(thirty, fates(of("lose", "30 % seed 7"), Way::to_host, 300));
    EXPECT_NE(thirty, fates(of("lose", "30 % seed 8"), Way::to_host, 300));
    EXPECT_NE(thirty, fates(of("lose", "30 % seed 7"), Way::to_subject, 300));
}

TEST(Link, ADelayHasItsJitterOnTop) {
    const auto fixed = of("delay", "200 ms");
    EXPECT_THAT(copies(fixed, Way::to_host, 5), ElementsAre(200ms));
    EXPECT_EQ(lateness_of_streams(fixed, Way::to_subject), 200ms);
    const auto jittery = of("delay", "200 ms jitter 50 ms seed 3 in");
    timeline::Duration least = 1h, most{};
    for (unsigned nth = 0; nth < 200; ++nth) {
        const auto late = copies(jittery, Way::to_host, nth).at(0);
        least = std::min(least, late), most = std::max(most, late);
    }
    EXPECT_GE(least, 200ms);
    EXPECT_LT(least, 205ms);
    EXPECT_LE(most, 250ms);
    EXPECT_GT(most, 245ms);
    EXPECT_THAT(copies(jittery, Way::to_subject, 0), ElementsAre(0ms));
    EXPECT_EQ(lateness_of_streams(jittery, Way::to_host), 200ms) << "what is in order stays so";
}

TEST(Link, DoublesAndMisorders) {
    EXPECT_THAT(copies(of("duplicate", "out"), Way::to_subject, 0), ElementsAre(0ms, 0ms));
    EXPECT_THAT(copies(of("duplicate", "out"), Way::to_host, 0), ElementsAre(0ms));
    const auto reorder = of("reorder", "50 ms in");
    EXPECT_THAT(copies(reorder, Way::to_host, 0), ElementsAre(50ms));
    EXPECT_THAT(copies(reorder, Way::to_host, 1), ElementsAre(0ms));
    EXPECT_EQ(lateness_of_streams(reorder, Way::to_host), 0ms);
}

TEST(Link, AsksAsManyQuestionsAsShowTheRule) {
    EXPECT_EQ(questions(of("delay", "1 s")), 1U);
    EXPECT_EQ(questions(of("duplicate", "")), 1U);
    EXPECT_EQ(questions(of("lose", "next 2 in")), 3U);
    EXPECT_EQ(questions(of("lose", "next 2")), 5U) << "and the next two answers";
    EXPECT_EQ(questions(of("lose", "every 4 out")), 4U);
    EXPECT_EQ(questions(of("lose", "all but every 10")), 100U) << "the 10th of those heard";
    const auto share = of("lose", "5 % seed 1");
    const auto all = answers(share, questions(share));
    EXPECT_THAT(all.back(), IsEmpty());
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& times) { return times.empty(); }), 1);
}

TEST(Link, KnowsWhenAnswersCome) {
    EXPECT_THAT(answers(of("delay", "100 ms"), 1), ElementsAre(ElementsAre(200ms)));
    EXPECT_THAT(answers(of("duplicate", ""), 1), ElementsAre(ElementsAre(0ms, 0ms, 0ms, 0ms)));
    EXPECT_THAT(answers(of("reorder", "50 ms in"), 2),
                ElementsAre(ElementsAre(50ms), ElementsAre(0ms)));
    // The second question is lost, and of those that are heard the answer to the second: the third.
    EXPECT_THAT(answers(of("lose", "every 2"), 3),
                ElementsAre(ElementsAre(0ms), IsEmpty(), IsEmpty()));
}

TEST(Link, IsWrittenAsItIsRead) {
    for (const auto* text :
         {"next 2 in", "every 3", "all but every 3 out", "30 % seed 7", "5 % seed 1 out"})
        EXPECT_EQ(link_operands(of("lose", text)), text);
    for (const auto* text : {"200 ms", "1500 ms in", "200 ms jitter 50 ms seed 3 out"})
        EXPECT_EQ(link_operands(of("delay", text)), text);
    for (const auto* text : {"", "in", "out"})
        EXPECT_EQ(link_operands(of("duplicate", text)), text);
    for (const auto* text : {"50 ms in", "50 ms out"})
        EXPECT_EQ(link_operands(of("reorder", text)), text);
    EXPECT_EQ(link_operands(of("lose", "30 % both")), "30 % seed 1");
    EXPECT_EQ(link_operands(of("reorder", "50 ms")), "50 ms in");
    EXPECT_EQ(link_operands(of("delay", "1.5 s")), "1500 ms");
}

TEST(Link, SaysWhatIsAllowed) {
    EXPECT_THAT(why_not("lose", ""), HasSubstr("allowed is next COUNT, every COUNT"));
    EXPECT_THAT(why_not("lose", "next"), HasSubstr("next \"\" is not allowed"));
    EXPECT_THAT(why_not("lose", "next 21"), HasSubstr("from 1 to 20"));
    EXPECT_THAT(why_not("lose", "every 1"), HasSubstr("from 2 to 20"));
    EXPECT_THAT(why_not("lose", "100 %"), HasSubstr("from 5 to 80"));
    EXPECT_THAT(why_not("lose", "30 % seed x"), HasSubstr("seed \"x\" is not allowed"));
    EXPECT_THAT(why_not("lose", "next 2 seed 3"), HasSubstr("next \"2 seed 3\""));
    EXPECT_THAT(why_not("delay", "200"), HasSubstr("has no unit"));
    EXPECT_THAT(why_not("delay", "2 min"), HasSubstr("allowed is 1 ms to 60 s"));
    EXPECT_THAT(why_not("delay", "1 s jitter"), HasSubstr("jitter"));
    EXPECT_THAT(why_not("reorder", "49 ms"), HasSubstr("allowed is 50 ms to 60 s"));
    EXPECT_THAT(why_not("duplicate", "thrice"), HasSubstr("allowed is in, out or both"));
    EXPECT_THAT(why_not("reorder", "50 ms both"), HasSubstr("unknown unit"));
}

}  // namespace
}  // namespace twinline::scenario
