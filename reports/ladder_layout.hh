// Where everything stands in the two ladders of a scenario. Both share one axis of time since their
// own power-on, so that what happened at the same time stands at the same height and a difference
// is seen at once.
#pragma once

#include "probes/timeline/event.hh"

#include <cstdint>
#include <string>
#include <vector>

namespace twinline::reports {

struct Mark {
    const timeline::Event* event = nullptr;
    timeline::Duration offset{};  // since power-on
    int y = 0;
};

// A long time in which nothing happened, cut out of the axis.
struct Break {
    timeline::Duration skipped{};
    int y = 0;
};

// A fault of a host from its onset to its end, or a zone for as long as a name server answers from
// it.
struct Band {
    std::size_t column = 0;
    std::string fault;
    int top = 0;
    int bottom = 0;
    timeline::Duration from{};  // since power-on
    timeline::Duration to{};
    bool is_zone = false;
};

struct Ladder {
    std::vector<Mark> marks;
    std::vector<Band> bands;
    std::size_t left_out = 0;  // events beyond what a person reads in a drawing

    bool draws(std::uint64_t event) const;
};

struct Ladders {
    std::vector<std::string> columns;  // the phone's first
    Ladder device;
    Ladder twin;
    std::vector<Break> breaks;
    int height = 0;  // from the first row to the last

    std::size_t column_of(const std::string& peer) const;  // of the last one, when it has none
};

// When the subject was switched on; its first event where the timeline does not say.
timeline::Instant power_on(const timeline::Timeline& timeline);

// `device` and `twin` must outlive the result.
Ladders lay_out(const timeline::Timeline& device, const timeline::Timeline& twin,
                const std::vector<std::string>& roles);

}  // namespace twinline::reports
