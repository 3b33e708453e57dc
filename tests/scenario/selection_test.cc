// The selection grammar: the same answers as pytest's -k.
#include "rig/scenario/catalogue.hh"

#include <gtest/gtest.h>

#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace twinline::scenario {
namespace {

Scenario scenario() {
    Scenario s;
    s.id = "yealink/register/failover-silent-primary";
    s.vendor = "yealink";
    s.feature = "register";
    s.tags = {"udp-schedule", "LONG"};
    return s;
}

struct Row {
    std::string_view expression;
    bool selected;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.expression; }

class SelectionTable : public ::testing::TestWithParam<Row> {};

TEST_P(SelectionTable, Selects) {
    EXPECT_EQ(Selection(GetParam().expression).matches(scenario()), GetParam().selected);
}

INSTANTIATE_TEST_SUITE_P(
    All, SelectionTable,
    ::testing::Values(Row{"", true}, Row{"  ", true}, Row{"yealink", true}, Row{"YEAlink", true},
                      Row{"aastra", false}, Row{"silent", true}, Row{"register/failover", true},
                      Row{"udp-schedule", true}, Row{"long", true}, Row{"not yealink", false},
                      Row{"not not yealink", true}, Row{"not aastra", true},
                      Row{"yealink and silent", true}, Row{"yealink and aastra", false},
                      Row{"aastra or silent", true}, Row{"aastra or generic", false},
                      Row{"not aastra and silent", true}, Row{"not (yealink and silent)", false},
                      Row{"yealink or aastra and generic", true},
                      Row{"(yealink or aastra) and generic", false},
                      Row{"aastra and generic or yealink", true},
                      Row{"not aastra or yealink and generic", true}, Row{"((silent))", true},
                      Row{"yealink and not(aastra)", true}, Row{"order", false}, Row{"AND", false},
                      Row{"notable", false}));

std::string refusal(std::string_view expression) {
    try {
        Selection selection(expression);
    } catch (const std::invalid_argument& fault) {
        return fault.what();
    }
    return "accepted";
}

TEST(Selection, SaysWhereAnExpressionIsWrong) {
    EXPECT_EQ(refusal("a b"), "column 3: \"b\"; allowed here is and, or, ) or the end");
    EXPECT_EQ(refusal("a and"), "column 6: the expression ends; allowed here is a word, not or (");
    EXPECT_EQ(refusal("or a"), "column 1: \"or\"; allowed here is a word, not or (");
    EXPECT_EQ(refusal("a not b"), "column 3: \"not\"; allowed here is and, or, ) or the end");
    EXPECT_EQ(refusal("(a"), "column 3: the expression ends; allowed here is ), since a ( is open");
    EXPECT_EQ(refusal("a)"),
              "column 2: \")\"; allowed here is and, or or the end, since no ( is open");
    EXPECT_EQ(refusal("()"), "column 2: \")\"; allowed here is a word, not or (");
    EXPECT_EQ(
        refusal("a & b"),
        "column 3: unexpected character \"&\"; allowed are words, and, or, not and parentheses");
}

TEST(Selection, SurvivesDeepNesting) {
    std::string deep = std::string(100000, '(') + "yealink" + std::string(100000, ')');
    EXPECT_TRUE(Selection(deep).matches(scenario()));
}

TEST(Selection, MatchesOtherThingsByTheirWords) {
    std::vector<std::string> clause{"RFC-3261-E", "must"};
    EXPECT_TRUE(Selection("must and RFC-3261").matches(clause));
    EXPECT_FALSE(Selection("must and RFC-3263").matches(clause));
    EXPECT_FALSE(Selection("a").matches(std::vector<std::string>{}));
}

}  // namespace
}  // namespace twinline::scenario
