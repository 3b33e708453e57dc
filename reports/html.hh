// The report of a run as one HTML file that needs nothing else: verdicts, findings, and the ladders
// of device and twin side by side. It opens from a mail attachment; its policy forbids it to fetch
// or run anything that is not in it.
#pragma once

#include "rig/judge/datasheet.hh"

#include <string>
#include <vector>

namespace twinline::reports {

struct ScenarioReport {
    judge::Assessment assessment;
    timeline::Timeline device;
    timeline::Timeline twin;
    std::string config;              // secrets already replaced
    std::string record_path;         // relative to the report; empty: no links
    std::vector<std::string> roles;  // the lifelines beside the phone's, in this order
    std::string story;
};

struct RunReport {
    std::string device, title, tool_version, started, machine;
    std::vector<ScenarioReport> scenarios;
    judge::Datasheet datasheet{};
};

std::string html(const RunReport& run);

}  // namespace twinline::reports
