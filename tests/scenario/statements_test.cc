// Clauses, readings and devices without the scenarios that speak of them.
#include "rig/scenario/statements.hh"

#include "tests/scenario/files.hh"

#include <gtest/gtest.h>

namespace twinline::scenario {
namespace {

TEST(Statements, LoadWithoutScenarios) {
    test::Folder folder;
    folder.write("clauses/a.yaml", test::clauses_text);
    folder.write("clauses/readings.yaml", test::readings_text);
    folder.write("devices/soft.yaml", test::device_text);
    folder.write("scenarios/generic/register/broken.yaml", "id: [");
    Catalogue catalogue = load_without_scenarios(folder.path());
    EXPECT_EQ(catalogue.clauses.size(), 3U);
    EXPECT_TRUE(catalogue.readings.contains("count"));
    EXPECT_TRUE(catalogue.devices.contains("soft"));
    EXPECT_TRUE(catalogue.scenarios.empty());
    folder.write("devices/soft.yaml", "id: [");
    EXPECT_THROW(load_without_scenarios(folder.path()), BadInput);
}

}  // namespace
}  // namespace twinline::scenario
