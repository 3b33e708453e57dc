// A timeline as text: the ladder that `sim --trace` prints.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/scenario.hh"

#include <string>

namespace twinline::cli {

// One line an event: seconds since power-on of its subject, subject, arrow, what, and the clauses
// that made it so.
std::string trace(const scenario::Scenario& scenario, const timeline::Timeline& timeline);
// The same line of one event, by the run clock; empty where it is no part of a phone's story.
std::string trace(const timeline::Event& event);

}  // namespace twinline::cli
