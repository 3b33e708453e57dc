// How findings speak: seconds a person can read, lists, and what an event was.
#pragma once

#include "probes/timeline/event.hh"

#include <string>
#include <vector>

namespace twinline::judge {

std::string seconds(timeline::Duration duration);                     // "31.5 s", "0.004 s"
std::string seconds(const std::vector<timeline::Duration>& offsets);  // "0, 0.5, 1.5 s"
std::string describe(const timeline::Event& event);  // "REGISTER to primary", "401 from secondary"

}  // namespace twinline::judge
