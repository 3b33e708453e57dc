// The page of a whole campaign: scenario by device and firmware, and clause by device and firmware,
// each cell a way into the page of its run.
#pragma once

#include "reports/html.hh"

#include <string>
#include <vector>

namespace twinline::reports {

struct CampaignRun {
    std::string device, firmware;
    std::string directory;  // relative to the page
    std::size_t planned = 0;
    std::string set_aside;  // why nothing more was played; empty: it was not
    std::vector<std::string> notes;
    std::vector<std::string> not_played;         // "SCENARIO: why"
    std::vector<judge::Assessment> assessments;  // of each scenario and repeat the worst attempt
};

struct CampaignReport {
    std::string name, started, finished, tool_version;
    std::vector<CampaignRun> runs;
    std::vector<std::string> notes;
    std::map<std::string, ClauseWords, std::less<>> clauses{};
};

std::string campaign_html(const CampaignReport& campaign);

// {name, started, finished, runs: [{device, firmware, directory, verdicts}], matrix: [{scenario,
// verdicts: [VERDICT or null, by run]}], clauses: [{id, verdicts}]}
std::string campaign_json(const CampaignReport& campaign);

}  // namespace twinline::reports
