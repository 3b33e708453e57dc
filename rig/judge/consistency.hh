// A campaign joined: one set of answers to the open questions must explain all that a device did.
// Where none does, the device answers a question two ways, and the fewest scenarios that show it
// are named.
#pragma once

#include "rig/judge/assessment.hh"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace twinline::judge {

// One question, over all the scenarios in which the reference asked it.
struct Answered {
    std::string question;              // id of the reading
    std::vector<std::string> fitting;  // answers that explain every scenario
    std::map<std::string, std::vector<std::string>> ruled_out;  // answer -> scenarios it fails to
                                                                // explain by itself
};

struct Consistency {
    std::vector<Answered> questions;    // those that were asked, by id
    std::vector<std::string> conflict;  // scenarios; empty: one set of answers explains all
    std::vector<std::string> disputed;  // the questions that they answer differently
    bool complete = true;               // false: the search was cut short
};

// Scenarios whose assessment has no explanation say nothing, nor do those with more cases than were
// tried; these make the answer incomplete.
Consistency join(const std::vector<const Assessment*>& assessments);

}  // namespace twinline::judge
