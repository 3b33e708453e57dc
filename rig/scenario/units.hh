// Durations as people write them: a number and a unit, because a bare number has been seconds to
// one reader and milliseconds to the next.
#pragma once

#include "rig/scenario/scenario.hh"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace twinline::scenario {

// "5 s", "500 ms", "2 min", "1.5 h". The error says what is wrong and what is allowed.
tl::expected<Duration, std::string> parse_duration(std::string_view text);

struct Tolerance {
    Duration absolute{};
    double ratio = 0;
};

// "50 ms", "5 %" or "50 ms + 5 %".
tl::expected<Tolerance, std::string> parse_tolerance(std::string_view text);

// A whole number without sign, up to `most`.
tl::expected<unsigned, std::string> parse_number(std::string_view text, unsigned least,
                                                 unsigned most);

std::string_view trim(std::string_view text);
std::string in_quotes(std::string_view text);

}  // namespace twinline::scenario
