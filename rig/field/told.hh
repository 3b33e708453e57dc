// An explanation in words: the ladder of phone and reference side by side, and everything that is
// known as JSON or as an assessment, which the reports draw.
#pragma once

#include "rig/field/explain.hh"
#include "rig/judge/assessment.hh"

#include <map>
#include <string>
#include <vector>

namespace twinline::field {

std::string as_text(const Explanation& told);
// {phones, environment, divergence, readings}: of the first phone that diverges, else of the first;
// each of `phones` has its own.
std::string as_json(const std::vector<Explanation>& all);
judge::Assessment as_assessment(const Explanation& told);

// What there is to say of single frames, by their number in the capture.
std::map<std::uint64_t, std::string> comments(const std::vector<Explanation>& all);

// One line of what a server did and when, by the clock of the capture.
std::vector<std::string> behaviour_lines(const Environment& met);
std::string capture_time(timeline::Instant at);  // "12.345 s"

// Two columns, as far as a person reads: around the divergence where there is much.
std::string ladder(const Explanation& told);

}  // namespace twinline::field
