// What a field phone met as a topology: the servers that it spoke to, those that its configuration
// and the DNS name, and names for which the capture holds no answer.
#pragma once

#include "rig/field/settings.hh"

#include <string>
#include <vector>

namespace twinline::field {

struct Surroundings {
    scenario::Topology topology;
    std::vector<std::string> notes;  // what had to be assumed
};

Surroundings surroundings_of(const Phone& phone, const Environment& met, const Settings& settings);

}  // namespace twinline::field
