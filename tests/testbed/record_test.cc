// What a record keeps of the documents: everything that a later reader may want of clauses and
// readings.
#include "rig/run/record.hh"

#include "rig/scenario/statements.hh"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace twinline::test {
namespace {

namespace fs = std::filesystem;

TEST(Record, KeepsEachClauseWhole) {
    const fs::path fixtures = fs::path(TWINLINE_SOURCE) / "fixtures";
    const auto catalogue = scenario::load_without_scenarios(fixtures);
    const auto folder = fs::temp_directory_path() / ("record-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    for (const auto* name : {"capture.pcapng", "rig.jsonl", "keys.log"})
        std::ofstream(folder / name) << "\n";
    const auto scenario = scenario::load_scenarios(
        fixtures / "scenarios" / "generic" / "register" / "boot.yaml", fixtures / "topologies");
    run::complete_record(folder, scenario.at(0), catalogue.devices.at("reference"), catalogue);
    const auto stored = scenario::load_clauses(folder / "clauses.yaml");
    fs::remove_all(folder);
    ASSERT_EQ(stored.size(), catalogue.clauses.size());
    unsigned parameters = 0, interpreted = 0;
    for (const auto& clause : stored) {
        SCOPED_TRACE(clause.id);
        const auto& own = catalogue.clauses.at(clause.id);
        EXPECT_EQ(clause.document, own.document);
        EXPECT_EQ(clause.statement, own.statement);
        EXPECT_EQ(clause.argued, own.argued);
        EXPECT_EQ(clause.readings, own.readings);
        interpreted += clause.readings.empty() ? 0 : 1;
        ASSERT_EQ(clause.parameter.has_value(), own.parameter.has_value());
        if (!clause.parameter) continue;
        ++parameters;
        EXPECT_EQ(clause.parameter->name, own.parameter->name);
        EXPECT_EQ(clause.parameter->fallback, own.parameter->fallback);
        EXPECT_EQ(clause.parameter->min, own.parameter->min);
        EXPECT_EQ(clause.parameter->max, own.parameter->max);
        EXPECT_EQ(clause.parameter->length, own.parameter->length);
    }
    EXPECT_GT(parameters, 0U);
    EXPECT_GT(interpreted, 0U);
}

}  // namespace
}  // namespace twinline::test
