// The datasheet says what is decided, by which scenario, and what is not; whatever a device sent is
// harmless in it.
#include "reports/datasheet.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace twinline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

judge::Datasheet sheet() {
    judge::Datasheet sheet;
    sheet.consistency.questions = {
        {"retry-count-meaning", {"after-the-first"}, {{"sends-in-all", {"a/scenario"}}}},
        {"a-record-order", {"answer-order", "sorted"}, {}}};
    sheet.questions = {{"retry-count-meaning", "How often is it sent?"}};
    sheet.measured = {{"EXT-1",
                       scenario::Level::observed,
                       judge::Weight::observation,
                       "sent by <script>\x1b[31m",
                       "b/scenario",
                       {7}}};
    return sheet;
}

TEST(DatasheetPage, TellsWhatIsDecidedAndByWhat) {
    const auto page = reports::datasheet_section(sheet());
    EXPECT_THAT(page, HasSubstr("How often is it sent?</td><td>after-the-first</td>"));
    EXPECT_THAT(page, HasSubstr("not sends-in-all: a/scenario"));
    EXPECT_THAT(page, HasSubstr("answer-order or sorted (not decided)"));
    EXPECT_THAT(page, HasSubstr("otherwise"));
}

TEST(DatasheetPage, EscapesWhatTheDeviceSent) {
    EXPECT_THAT(reports::datasheet_section(sheet()), Not(HasSubstr("<script>")));
    EXPECT_THAT(reports::datasheet_text(sheet(), 200), Not(HasSubstr("\x1b")));
}

TEST(DatasheetPage, IsNotThereWhereNothingIsKnown) {
    EXPECT_THAT(reports::datasheet_section({}), IsEmpty());
    EXPECT_THAT(reports::conflict_sentence({}), IsEmpty());
}

TEST(DatasheetPage, NamesAConflictFirst) {
    auto torn = sheet();
    torn.consistency.conflict = {"a/scenario", "b/scenario"};
    torn.consistency.disputed = {"retry-count-meaning"};
    torn.consistency.questions.front().fitting.clear();
    const auto text = reports::datasheet_text(torn, 200);
    EXPECT_THAT(text.substr(0, text.find('\n')),
                HasSubstr("retry-count-meaning otherwise in a/scenario than in b/scenario"));
    EXPECT_THAT(reports::datasheet_section(torn), HasSubstr("no one answer"));
}

TEST(DatasheetJson, HasWhatAScriptNeeds) {
    const auto json = nlohmann::json::parse(reports::datasheet_json(sheet()));
    EXPECT_TRUE(json["questions"][0]["decided"].get<bool>());
    EXPECT_FALSE(json["questions"][1]["decided"].get<bool>());
    EXPECT_EQ(json["questions"][0]["ruled_out"]["sends-in-all"][0], "a/scenario");
    EXPECT_EQ(json["measured"][0]["frames"][0], 7);
    EXPECT_FALSE(json["measured"][0]["as_described"].get<bool>());
    EXPECT_TRUE(json["conflict"].is_null());
}

}  // namespace
}  // namespace twinline::test
