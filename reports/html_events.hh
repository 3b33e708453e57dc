// The events of a subject as a table: what the ladder shows, with every field, for reading and
// searching.
#pragma once

#include "reports/ladder_layout.hh"

#include <string>
#include <string_view>

namespace twinline::reports {

// A folded table whose rows have the ids ANCHOR-EVENT-row and link to the arrow, where the ladder
// has one; empty when there is no event.
std::string event_table(const timeline::Timeline& timeline, const Ladder& ladder,
                        std::string_view anchor, std::string_view title);

}  // namespace twinline::reports
