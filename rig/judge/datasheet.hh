// How a device behaves where the documents leave it free, and by which numbers: what a campaign
// has measured, each with the scenario that shows it.
#pragma once

#include "rig/judge/consistency.hh"
#include "rig/judge/evidence.hh"

#include <string>
#include <vector>

namespace twinline::judge {

// What was seen of a clause that is only observed, or that gives a parameter its meaning.
struct Measured {
    std::string clause;
    scenario::Level level = scenario::Level::observed;
    Weight weight = Weight::ok;  // observation: not as the clause has it
    std::string text;
    std::string scenario;
    std::vector<std::uint64_t> frames;
};

struct Datasheet {
    Consistency consistency;
    std::vector<Measured> measured;  // by clause; the same text of one clause once
    std::map<std::string, std::string, std::less<>> questions;  // in words, by id
};

using Readings = std::map<std::string, scenario::Reading, std::less<>>;

Datasheet datasheet(const std::vector<const Assessment*>& assessments, const Clauses& clauses,
                    const Readings& readings);

}  // namespace twinline::judge
