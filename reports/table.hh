// The verdict table that ends a run on a terminal, and the line that shows how far a long run has
// come.
#pragma once

#include "rig/judge/assessment.hh"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace twinline::reports {

enum class Colour { off, on };  // the caller asks the terminal and NO_COLOR

// A row for each scenario; below it what weighs: failures, deviations, what was inconclusive. The
// last line counts.
std::string table(std::span<const judge::Assessment> assessments, Colour colour, std::size_t width);

struct Progress {
    std::size_t done = 0;
    std::size_t total = 0;
    timeline::Duration elapsed{};
    std::optional<timeline::Duration> remaining;  // none: reckoned from what is done
    std::string now;                              // what runs; may be empty
};

// "3/12  elapsed 1:05  remaining 3:15  generic/register/refresh", without a line break.
std::string progress(const Progress& progress, std::size_t width);

// "850 ms", "12.4 s", "3:05", "1:02:03": what a person reads fastest.
std::string duration_text(timeline::Duration duration);

// What a finding says in one line: its clause, if it has one, and its text.
std::string sentence(const judge::Finding& finding);

}  // namespace twinline::reports
