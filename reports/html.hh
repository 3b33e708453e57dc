// The report of a run as one HTML file that needs nothing else: verdicts, what changed, findings,
// and the ladders of device and twin side by side. It opens from a mail attachment; its policy
// forbids it to fetch or run anything that is not in it.
#pragma once

#include "reports/comparison.hh"
#include "reports/waivers.hh"
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
    unsigned attempt = 1;
    std::string annotated_path{};  // the capture with findings as comments; may be empty
};

// A scenario as the page has it. It is drawn at once and its timelines are let go, for a night has
// thousands of them.
struct DrawnScenario {
    judge::Assessment assessment;
    unsigned attempt = 1;
    bool is_open = false;    // the reader comes for it
    bool is_packed = false;  // `drawn` is
    std::string drawn;       // its whole body
    std::string brief;  // the same without ladders, packed, for a page that would grow too large
};

// A clause's words, for who reads the page without the catalogue at hand.
struct ClauseWords {
    std::string document;
    std::string statement;
};

struct RunReport {
    std::string device, title, firmware, tool_version, started, machine;
    std::vector<DrawnScenario> scenarios{};
    judge::Datasheet datasheet{};
    std::vector<EarlierRun> earlier{};  // it is compared with each
    std::map<std::string, ClauseWords, std::less<>> clauses{};
    std::vector<Waiver> waivers{};
    std::chrono::year_month_day today{};  // by which waivers run out

    void add(const ScenarioReport& scenario);
    std::vector<Comparison> comparisons() const;
    std::vector<judge::Assessment> assessments() const;

  private:
    std::size_t plain_ = 0;  // octets of what is drawn and not packed
};

std::string html(const RunReport& run);

}  // namespace twinline::reports
