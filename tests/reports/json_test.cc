// Assessments survive the way to JSON and back, hostile text included, and the schema admits
// exactly what is written.
#include "reports/json.hh"

#include "tests/reports/sample.hh"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace twinline::reports {
namespace {

namespace fs = std::filesystem;

TEST(Json, SurvivesTheRoundTrip) {
    const StoredAssessment stored{
        sample::failed(),
        {{1, judge::Verdict::inconc, "a frame was dropped"}, {2, judge::Verdict::fail, "late"}}};
    const auto text = to_json(stored, Layout::pretty);
    const auto back = assessment_from_json(text);
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(to_json(*back, Layout::pretty), text);
    EXPECT_EQ(back->assessment.findings[0].events, (std::vector<std::uint64_t>{18, 24}));
    EXPECT_EQ(back->assessment.findings[1].weight, judge::Weight::deviation);
    EXPECT_EQ(back->assessment.findings[1].level, scenario::Level::should);
    EXPECT_DOUBLE_EQ(back->assessment.duration_ms, 104000.5);
    EXPECT_EQ(back->attempts.at(0).verdict, judge::Verdict::inconc);
}

TEST(Json, HasTheDocumentedMembersInOrder) {
    const auto json = nlohmann::ordered_json::parse(to_json(sample::failed(), Layout::line));
    std::vector<std::string> names;
    for (const auto& [name, value] : json.items()) names.push_back(name);
    EXPECT_EQ(names, (std::vector<std::string>{"scenario", "title", "device", "verdict", "reason",
                                               "findings", "control", "proofs", "readings",
                                               "attempts", "started", "duration_ms"}));
    EXPECT_EQ(json["findings"][0]["verdict"], "fail");
    EXPECT_TRUE(json["readings"].is_object());
}

TEST(Json, ALineHasNoLineBreak) {
    auto a = sample::failed();
    a.reason = "two\nlines";
    EXPECT_EQ(to_json(a, Layout::line).find('\n'), std::string::npos);
}

TEST(Json, HostileTextBecomesValidUtf8) {
    auto a = sample::failed();
    a.reason = sample::hostile;
    const auto back = assessment_from_json(to_json(a, Layout::line));
    ASSERT_TRUE(back) << back.error();
    EXPECT_NE(back->assessment.reason.find("<script>"), std::string::npos);
    EXPECT_NE(back->assessment.reason.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Json, SaysWhereADocumentIsWrong) {
    auto json = nlohmann::json::parse(to_json(sample::failed(), Layout::line));
    json["findings"][1]["verdict"] = "terrible";
    EXPECT_EQ(assessment_from_json(json.dump()).error(),
              "/findings/1: \"verdict\": unknown value \"terrible\"");
    json["findings"][1].erase("verdict");
    EXPECT_EQ(assessment_from_json(json.dump()).error(), "/findings/1: misses \"verdict\"");
    EXPECT_FALSE(assessment_from_json("{"));
    EXPECT_FALSE(assessment_from_json("[]"));
    EXPECT_FALSE(assessment_from_json(""));
}

// Runs the validator on documents in a folder that goes away with the test.
class Schema : public testing::Test {
  protected:
    Schema() {
        std::string name = (fs::temp_directory_path() / "twinline-schema-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        folder_ = name;
    }
    ~Schema() override { fs::remove_all(folder_); }

    int validate(const std::string& document) const {
        std::ofstream(folder_ / "document.json") << document;
        const std::string source = TWINLINE_SOURCE;
        const auto command = "/usr/bin/python3 '" + source + "/tests/reports/validate.py' '" +
                             source + "/reports/schema/assessment.schema.json' '" +
                             (folder_ / "document.json").string() + "'";
        return std::system(command.c_str());
    }

  private:
    fs::path folder_;
};

TEST_F(Schema, AdmitsWhatIsWritten) {
    const std::vector<StoredAssessment> all{{sample::passed(), {}},
                                            {sample::failed(), {{1, judge::Verdict::fail, "late"}}},
                                            {sample::inconclusive(), {}},
                                            {sample::not_applicable(), {}},
                                            {sample::broken(), {}}};
    EXPECT_EQ(validate(to_json(all)), 0);
}

TEST_F(Schema, RefusesWhatIsNot) {
    auto json = nlohmann::json::parse(to_json(sample::failed(), Layout::line));
    auto unknown = json;
    unknown["findings"][0]["colour"] = "red";
    EXPECT_NE(validate(unknown.dump()), 0);
    auto verdict = json;
    verdict["verdict"] = "good";
    EXPECT_NE(validate(verdict.dump()), 0);
    auto missing = json;
    missing.erase("control");
    EXPECT_NE(validate(missing.dump()), 0);
}

}  // namespace
}  // namespace twinline::reports
