// The second voice: the first act that the reference would not have done, told in a sentence that
// names the clause, the server and the time.
#include "rig/judge/divergence.hh"

#include "tests/judge/tale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace twinline::test {
namespace {

using judge::Verdict;
using judge::Voice;
using judge::Weight;
using ::testing::HasSubstr;

std::optional<judge::Divergence> divergence(const Tale& device,
                                            const Tale& expected = good_tale()) {
    const auto scenario = scenario_of({});
    const auto seen = timeline_of({device}), predicted = timeline_of({expected});
    return judge::first_divergence(clauses(), judge::Story(scenario, seen, "device"),
                                   judge::Story(scenario, predicted, "device"), 5ms);
}

// The good tale without what `drop` picks.
template <typename Drop>
Tale good_tale_without(Drop drop) {
    auto tale = good_tale();
    std::erase_if(tale.events(), drop);
    return tale;
}

bool is_request(const timeline::Event& e, const std::string& branch) {
    return e.subject == "device" && e.kind == "sip.request" && e.field("branch") == branch;
}

Tale moved(const std::string& branch, Duration by) {
    auto tale = good_tale();
    bool found = false;
    for (auto& e : tale.events()) {
        found = found || is_request(e, branch);
        if (found && e.subject == "device") e.at += by;
    }
    return tale;
}

TEST(Divergence, IsNoneForTheSameTale) { EXPECT_FALSE(divergence(good_tale())); }

TEST(Divergence, IsNoneForALongerBoot) { EXPECT_FALSE(divergence(moved("b1", 40s))); }

TEST(Divergence, IsNoneForOptionsOfItsOwn) {
    auto tale = good_tale();
    tale.send(1200ms, "primary", {{"method", "OPTIONS"}, {"branch", "b7"}});
    std::ranges::stable_sort(tale.events(), {}, &timeline::Event::at);
    EXPECT_FALSE(divergence(tale));
}

TEST(Divergence, IsNoneForPresenceThatNobodyAskedFor) {
    auto tale = good_tale();
    tale.send(2s, "primary", {{"method", "PUBLISH"}, {"branch", "b9"}, {"call_id", "own"}});
    EXPECT_FALSE(divergence(tale));
    auto expected = good_tale();
    expected.send(2s, "secondary", {{"method", "PUBLISH"}, {"branch", "b9"}, {"call_id", "own"}});
    EXPECT_TRUE(divergence(tale, expected)) << "where it is asked for it counts";
}

TEST(Divergence, IsNoneForKeepAlivesThatNobodyAskedFor) {
    auto tale = good_tale();
    for (const auto at : {1100ms, 4500ms}) {
        tale.rig(at, "keepalive.ping", {{"form", "crlf"}});
        tale.events().back().direction = timeline::Direction::out;
    }
    std::ranges::stable_sort(tale.events(), {}, &timeline::Event::at);
    EXPECT_FALSE(divergence(tale));
}

TEST(Divergence, OfAMissingRequestNamesItsClause) {
    const auto f = divergence(good_tale_without([](const auto& e) {
        return e.subject == "device" && (e.peer == "secondary") && e.kind.starts_with("sip.");
    }));
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3263-07");
    EXPECT_EQ(f->weight, Weight::deviation);
    EXPECT_EQ(f->voice, Voice::shadow);
    EXPECT_THAT(f->text, HasSubstr("after REGISTER to primary it never sent the REGISTER to "
                                   "secondary that the reference sends 3 s later"));
    EXPECT_FALSE(f->events.empty());
    EXPECT_FALSE(f->frames.empty());
}

TEST(Divergence, OfAPhoneThatSentNothing) {
    const auto f = divergence(good_tale_without(
        [](const auto& e) { return e.subject == "device" && e.kind.starts_with("sip."); }));
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-812");
    EXPECT_THAT(f->text, HasSubstr("sent no REGISTER to primary at all"));
}

TEST(Divergence, IsNoneWhenThePartEndedBeforeTheRequestWasDue) {
    Tale cut;
    cut.power_on()
        .send(1s, "primary")
        .send(1500ms, "primary")
        .send(2500ms, "primary")
        .end(5s);  // due at 4 s, and 1.15 s of slack
    EXPECT_FALSE(divergence(cut));
    Tale longer;
    longer.power_on()
        .send(1s, "primary")
        .send(1500ms, "primary")
        .send(2500ms, "primary")
        .end(5200ms);
    EXPECT_TRUE(divergence(longer));
}

TEST(Divergence, OfTheWrongServerNamesBoth) {
    auto tale = good_tale();
    for (auto& e : tale.events())
        if (e.subject == "device" && e.field("branch") == "b3") e.peer = "primary";
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-22");
    EXPECT_THAT(f->text, HasSubstr("sent REGISTER with credentials to primary where the reference "
                                   "sends REGISTER with credentials to secondary, after REGISTER "
                                   "to secondary"));
}

TEST(Divergence, OfMissingCredentialsNamesTheChallenge) {
    auto tale = good_tale();
    for (auto& e : tale.events())
        if (is_request(e, "b3")) e.fields["auth"] = "none";
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-22");
}

// The reference has its credentials ready for a server that asked before; a phone may have itself
// asked each time, and leave them out towards one that is silent.
TEST(Divergence, IsNoneForCredentialsThatWaitToBeAskedFor) {
    const auto goes_on = [](std::string_view first_auth, bool has_answer, bool asks_twice) {
        auto tale = good_tale();
        const auto send = [&](Duration at, const char* branch, std::string_view auth) {
            tale.send(at, "secondary",
                      {{"branch", branch}, {"cseq", "9"}, {"auth", std::string(auth)}}, {"MUST-1"});
        };
        for (const auto at : {6s, 8s}) send(at, "b7", first_auth);  // the server is slow
        if (first_auth == "none" && has_answer) {
            tale.hear(8005ms, "secondary", "401", {{"branch", "b7"}, {"cseq", "9"}});
            send(8010ms, "b8", asks_twice ? "none" : "credentials");
        }
        return tale;
    };
    const auto reference = goes_on("credentials", false, false);
    EXPECT_FALSE(divergence(goes_on("none", true, false), reference));
    EXPECT_FALSE(divergence(goes_on("none", false, false), reference));
    const auto unheeded = divergence(goes_on("none", true, true), reference);
    ASSERT_TRUE(unheeded) << "what was asked for has to be given";
}

TEST(Divergence, OfTheWrongCountNamesTheTimer) {
    const auto f = divergence(good_tale_without(
        [n = 0](const auto& e) mutable { return is_request(e, "b1") && ++n == 3; }));
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-E");
    EXPECT_EQ(f->weight, Weight::fail);
    EXPECT_THAT(f->text, HasSubstr("sent 2 of 3 documented REGISTER to primary, the last at 0.5 s; "
                                   "the reference's last is at 1.5 s"));
}

TEST(Divergence, OfOneSendTooManyIsOneToo) {
    auto tale = good_tale();
    tale.send(3500ms, "primary");
    std::ranges::stable_sort(tale.events(), {}, &timeline::Event::at);
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-E");
    EXPECT_THAT(f->text, HasSubstr("sent 4 of 3"));
}

// The reference turns to the next server after one send: that is what the second send breaks.
TEST(Divergence, OfASecondSendNamesWhatMakesTheReferenceTurn) {
    const auto once = good_tale_without([](const timeline::Event& e) {
        return e.clauses == std::vector<std::string>{"RFC-3261-E"};
    });
    const auto found = divergence(good_tale(), once);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->clause, "RFC-3263-07");
    EXPECT_THAT(found->text, HasSubstr("sent 3 of 1 documented REGISTER to primary"));
}

TEST(Divergence, OfTimeHasTwoEdges) {  // 1 s, 5 % of 3 s and 5 ms of our own
    const Duration slack = 1s + 150ms + 5ms;
    EXPECT_FALSE(divergence(moved("b2", slack)));
    EXPECT_FALSE(divergence(moved("b2", -slack)));
    const auto late = divergence(moved("b2", slack + 1ms));
    ASSERT_TRUE(late);
    EXPECT_EQ(late->clause, "RFC-3263-07");
    EXPECT_THAT(late->text, HasSubstr("REGISTER to secondary came 4.156 s after REGISTER to "
                                      "primary; the reference sends it after 3 s"));
    EXPECT_TRUE(divergence(moved("b2", -slack - 1ms))) << "too early";
}

// 4.5 s of pause drawn as half of half to the whole: as much again is admissible.
TEST(Divergence, OfARequestThatNeverFollowsADrawnPause) {
    auto expected = good_tale();
    expected.rig(
        2500ms, "rig.choice",
        {{"id", "flow-pause-ppm"}, {"value", "500000"}, {"low", "500000"}, {"high", "1000000"}});
    std::ranges::stable_sort(expected.events(), {}, &timeline::Event::at);
    const auto alone = [](Duration end) {
        Tale cut;
        cut.power_on().send(1s, "primary").send(1500ms, "primary").send(2500ms, "primary").end(end);
        return cut;
    };
    EXPECT_FALSE(divergence(alone(6500ms), expected))
        << "3 s after the first, 1.5 s more by choice";
    EXPECT_TRUE(divergence(alone(8s), expected));
    EXPECT_TRUE(divergence(alone(6500ms))) << "a documented pause";
}

TEST(Divergence, OfAReusedBranchNamesTheStrongestClause) {
    auto tale = good_tale();
    for (auto& e : tale.events())
        if (e.subject == "device" && e.field("branch") == "b2") e.fields["branch"] = "b1";
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->clause, "RFC-3261-0811");
    EXPECT_EQ(f->weight, Weight::fail);
    EXPECT_THAT(f->text,
                HasSubstr("REGISTER to secondary reuses the branch of an earlier request"));
}

TEST(Divergence, OfAnExtraRequestIsAnObservation) {
    auto tale = good_tale();
    tale.send(6s, "primary", {{"branch", "b8"}, {"cseq", "3"}});
    std::ranges::stable_sort(tale.events(), {}, &timeline::Event::at);
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->weight, Weight::observation);
    EXPECT_THAT(f->text, HasSubstr("sent REGISTER to primary at 6 s after power-on, where the "
                                   "reference had nothing more to send"));
    Trial trial;
    trial.device = tale;
    EXPECT_EQ(trial.judge().verdict, Verdict::pass);
}

TEST(Divergence, EndsWhereTheServersAnswerOtherwise) {
    auto tale = good_tale();
    for (auto& e : tale.events())
        if (e.field("status") == "401") e.fields["status"] = "403";
    const auto f = divergence(tale);
    ASSERT_TRUE(f);
    EXPECT_EQ(f->weight, Weight::observation);
    EXPECT_THAT(f->text, HasSubstr("was answered 403, the reference's 401"));
}

TEST(Divergence, OfAShouldIsADeviationOfTheDevice) {
    Trial trial;
    trial.device = moved("b2", 2s);
    trial.expectations = {see("next", 0s, 20s)};
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::pass);
    EXPECT_TRUE(has(a, Voice::shadow, Weight::deviation, "RFC-3263-07"));
    trial.strictness = judge::Strictness::strict;
    EXPECT_EQ(trial.judge().verdict, Verdict::fail);
}

// 1 s of boot, 4 s to the next server, and 2 s too late.
TEST(Divergence, WhereTheReferenceWasNotLedAlongProvesNothing) {
    Trial trial;
    trial.device = moved("b2", 2s);
    trial.expectations = {see("next", 0s, 20s)};
    trial.strictness = judge::Strictness::strict;
    trial.led_until = timeline::Instant(7s);
    const auto a = trial.judge();
    EXPECT_EQ(a.verdict, Verdict::inconc) << "neither a pass nor a fail";
    EXPECT_TRUE(has(a, Voice::shadow, Weight::inconc, "RFC-3263-07", "was not found out"));
    EXPECT_THAT(a.reason, HasSubstr("was not found out"));
    trial.led_until += 1ms;
    EXPECT_EQ(trial.judge().verdict, Verdict::fail) << "it parted before";
    trial.led_until = timeline::Instant(7s);
    trial.expectations = {see("next", 0s, 3s)};
    EXPECT_EQ(trial.judge().verdict, Verdict::fail) << "an expectation needs no reference";
}

TEST(Divergence, OfWhatIsMissingIsAtTheEnd) {
    Trial trial;
    trial.device = good_tale_without([](const auto& e) { return e.peer == "secondary"; });
    trial.expectations = {see("first", 0s, 20s, "power-on")};
    trial.led_until = timeline::Instant(10300ms);
    EXPECT_EQ(trial.judge().verdict, Verdict::inconc);
    trial.led_until += 1ms;
    EXPECT_TRUE(has(trial.judge(), Voice::shadow, Weight::deviation, "RFC-3263-07"));
}

TEST(Stories, CountARepeatAsTheSameTransactionAndAForeignAnswerAsNone) {
    auto tale = good_tale();
    tale.hear(1100ms, "secondary", "200", {{"branch", "b1"}});  // not where b1 was asked
    std::ranges::stable_sort(tale.events(), {}, &timeline::Event::at);
    const auto scenario = scenario_of({});
    const auto seen = timeline_of({tale});
    const judge::Story story(scenario, seen, "device");
    ASSERT_EQ(story.transactions().size(), 3U);
    EXPECT_EQ(story.transactions()[0].sends.size(), 3U);
    EXPECT_EQ(story.transactions()[0].answer, nullptr);
    ASSERT_NE(story.transactions()[1].answer, nullptr);
    EXPECT_EQ(story.transactions()[1].answer->field("status"), "401");
    EXPECT_EQ(story.power_on(), timeline::Instant(1s));
}

TEST(Stories, GiveAnAnswerToTheRequestWithItsCseq) {  // a reused branch must not mix them up
    Tale tale;
    tale.power_on()
        .send(1s, "primary")
        .send(2s, "primary", {{"cseq", "2"}})
        .hear(3s, "primary", "200", {{"cseq", "2"}})
        .end(9s);
    const auto scenario = scenario_of({});
    const auto seen = timeline_of({tale});
    const judge::Story story(scenario, seen, "device");
    ASSERT_EQ(story.transactions().size(), 2U);
    EXPECT_EQ(story.transactions()[0].answer, nullptr);
    EXPECT_NE(story.transactions()[1].answer, nullptr);
}

}  // namespace
}  // namespace twinline::test
