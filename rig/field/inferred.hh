// A configuration that nobody gave: accounts, servers and times as the capture tells them, and what
// else a phone that behaves so may have been told.
#pragma once

#include "rig/field/environment.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::field {

struct Parameter {
    std::string name, value;
    bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

// What is seen: every other parameter keeps the default of its document. `vendor` is generic or
// yealink.
Parameters parameters_of(const Phone& phone, const Environment& met, std::string_view vendor);

// What cannot be seen at once, each to be set together: the phone's times and counts as they would
// come out, and every value of what has few.
std::vector<Parameters> guesses(const Phone& phone, std::string_view vendor,
                                const Parameters& known);

// `known` with these in the place of their namesakes.
Parameters with(Parameters known, const Parameters& more);
std::string text_of(const Parameters& parameters, std::string_view vendor);  // as a file

}  // namespace twinline::field
