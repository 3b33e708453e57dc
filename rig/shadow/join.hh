// Joins the decisions of a reference phone with the frames they caused, by the keys that each
// decision carries.
#pragma once

#include "probes/timeline/event.hh"

#include <string_view>

namespace twinline::shadow {

// Gives each event of `subject` on the wire the clauses of the rig.decision event that caused it.
void join_decisions(timeline::Timeline& timeline, std::string_view subject);

// Sorts by time, keeping the order of what is simultaneous, and numbers the events from 1.
void put_in_order(timeline::Timeline& timeline);

}  // namespace twinline::shadow
