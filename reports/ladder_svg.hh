// Draws one ladder as inline SVG. Everything in it is styled by classes: the page's policy forbids
// style attributes.
#pragma once

#include "reports/ladder_layout.hh"
#include "rig/judge/assessment.hh"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::reports {

struct Highlights {
    std::map<std::uint64_t, judge::Weight>
        weights;  // event id -> the heaviest finding that names it
    std::optional<std::uint64_t> first_divergence;  // event id
};

// The class that colours what weighs so; empty for what needs no colour.
std::string_view css_class(judge::Weight weight);

// `anchor` begins the ids of its arrows: ANCHOR-EVENT; each links to ANCHOR-EVENT-row in the table
// of events.
std::string svg(const Ladders& ladders, const Ladder& ladder, const Highlights& highlights,
                std::string_view anchor, std::string_view title);

}  // namespace twinline::reports
