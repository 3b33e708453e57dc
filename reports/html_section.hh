// One scenario of the report with its ladders laid out and its ids decided: what the parts of its
// section share.
#pragma once

#include "reports/html.hh"
#include "reports/ladder_layout.hh"
#include "reports/ladder_svg.hh"

#include <cstddef>
#include <cstdint>
#include <string>

namespace twinline::reports {

// One subject's side of a scenario.
struct Side {
    const timeline::Timeline& timeline;
    const Ladder& ladder;
    std::string anchor;  // begins the ids of its arrows and rows
    std::string owner;   // "device’s"

    const timeline::Event* find(std::uint64_t event) const;
};

struct Section {
    const ScenarioReport& report;
    Ladders ladders;
    Side device;
    Side twin;

    // `number`, from 1, makes the ids of the section unique.
    Section(const ScenarioReport& scenario, std::size_t number);
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

    // The control speaks of the twin; every other voice of the device, whose events come first when
    // both have one of that id.
    const Side& side_of(const judge::Finding& finding, std::uint64_t event) const;

    Highlights highlights(const Side& side) const;
};

// The list of findings, the worst first; what held is folded when something weighs more.
std::string findings(const Section& section);

}  // namespace twinline::reports
