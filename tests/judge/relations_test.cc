// The forms of expectation that compare fields: differ, equal, rises and unique.
#include "tests/judge/outcome.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::test {
namespace {

using scenario::Expectation;
using scenario::ExpectationForm;
using ::testing::HasSubstr;

struct Relation : ::testing::Test {
    Expectation e;
    void use(ExpectationForm what, std::string field, std::vector<std::string> of) {
        e = form(what);
        e.fields = {std::move(field)};
        e.of = std::move(of);
    }
};

TEST_F(Relation, DifferHoldsOnlyWhenNoTwoAreAlike) {
    use(ExpectationForm::differ, "branch", {"first", "next", "authorised"});
    EXPECT_TRUE(holds(e, good_tale()));
    use(ExpectationForm::differ, "cseq", {"first", "authorised", "next"});  // 1, 2, 1
    EXPECT_TRUE(broken(e, good_tale()));
    EXPECT_THAT(outcome_of(e, good_tale()).finding.text,
                HasSubstr("cseq is the same in first and next"));
}

TEST_F(Relation, EqualHoldsOnlyWhenAllAreAlike) {
    use(ExpectationForm::equal, "call_id", {"first", "next", "authorised"});
    EXPECT_TRUE(holds(e, good_tale()));
    use(ExpectationForm::equal, "cseq", {"first", "next", "authorised"});
    EXPECT_TRUE(broken(e, good_tale()));
    EXPECT_THAT(outcome_of(e, good_tale()).finding.text,
                HasSubstr("cseq differs between first and authorised"));
}

TEST_F(Relation, SaysNothingWhenOneOfThemIsMissing) {
    for (const auto what :
         {ExpectationForm::differ, ExpectationForm::equal, ExpectationForm::rises}) {
        use(what, "cseq", {"first", "never-seen"});
        EXPECT_TRUE(not_reached(e, good_tale()));
    }
}

TEST_F(Relation, RisesHoldsForAGreaterNumberOnly) {
    use(ExpectationForm::rises, "cseq", {"next", "authorised"});
    EXPECT_TRUE(holds(e, good_tale()));
    use(ExpectationForm::rises, "cseq", {"first", "next"});
    EXPECT_TRUE(broken(e, good_tale())) << "equal is no rise";
    use(ExpectationForm::rises, "cseq", {"authorised", "next"});
    EXPECT_TRUE(broken(e, good_tale()));
    EXPECT_THAT(outcome_of(e, good_tale()).finding.text, HasSubstr("cseq goes from 2 to 1"));
    use(ExpectationForm::rises, "branch", {"first", "next"});
    EXPECT_TRUE(broken(e, good_tale())) << "b2 is no number";
}

TEST_F(Relation, RisesComparesNumbersAndNotText) {
    Tale tale;
    tale.power_on()
        .send(1s, "primary", {{"cseq", "9"}})
        .send(2s, "secondary", {{"cseq", "10"}, {"branch", "b2"}})
        .end(9s);
    use(ExpectationForm::rises, "cseq", {"first", "next"});
    EXPECT_TRUE(holds(e, tale));
    e.by = 1;
    EXPECT_TRUE(holds(e, tale));
    e.by = 2;
    EXPECT_TRUE(broken(e, tale));
}

struct Unique : ::testing::Test {
    Expectation e = form(ExpectationForm::unique);
    void SetUp() override { e.fields = {"branch"}; }
};

TEST_F(Unique, HoldsForRetransmissions) { EXPECT_TRUE(holds(e, good_tale())); }

TEST_F(Unique, IsBrokenByABranchThatIsTakenToAnotherServer) {
    Tale tale;
    tale.power_on().send(1s, "primary").send(2s, "secondary").end(9s);
    EXPECT_TRUE(broken(e, tale));
    EXPECT_THAT(
        outcome_of(e, tale).finding.text,
        HasSubstr("REGISTER to secondary has the branch of the earlier REGISTER to primary"));
}

TEST_F(Unique, IsBrokenByABranchThatIsUsedForTheNextRequest) {
    Tale tale;
    tale.power_on().send(1s, "primary").send(2s, "primary", {{"cseq", "2"}}).end(9s);
    EXPECT_TRUE(broken(e, tale));
}

TEST_F(Unique, LetsAckAndCancelShareTheBranch) {
    Tale tale;
    tale.power_on()
        .send(1s, "primary", {{"method", "INVITE"}})
        .send(2s, "primary", {{"method", "CANCEL"}})
        .send(3s, "primary", {{"method", "ACK"}})
        .end(9s);
    EXPECT_TRUE(holds(e, tale));
}

TEST_F(Unique, SaysNothingWithoutAnyRequest) {
    Tale tale;
    EXPECT_TRUE(not_reached(e, tale.power_on().end(9s)));
}

}  // namespace
}  // namespace twinline::test
