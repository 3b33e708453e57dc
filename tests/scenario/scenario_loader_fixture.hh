// A folder with one topology, into which the tests of the scenario loader write their scenario.
#pragma once

#include "rig/scenario/catalogue.hh"
#include "tests/scenario/files.hh"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario::test {

inline constexpr std::string_view scenario_name = "scenarios/generic/register/move.yaml";

class ScenarioLoader : public ::testing::Test {
  protected:
    ScenarioLoader() { folder_.write("topologies/pair.yaml", topology_text); }

    Scenario load(std::string_view text) {
        return load_scenario(folder_.write(scenario_name, text), folder_.path() / "topologies");
    }
    std::vector<std::string> faults(std::string_view text) {
        return faults_of(folder_, [&] { load(text); });
    }
    std::vector<std::string> faults(std::string_view from, std::string_view to) {
        return faults(changed(scenario_text, from, to));
    }
    static std::string at(unsigned line, std::string_view text) {
        return std::string(scenario_name) + ":" + std::to_string(line) + ": " + std::string(text);
    }

    Folder folder_;
};

}  // namespace twinline::scenario::test
