// Fills {{name}} in a template. A placeholder that nobody knows is an error, because a phone with a
// hole in its configuration would be judged for what the rig forgot.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace twinline::testbed {

using Values = std::map<std::string, std::string, std::less<>>;

// Throws std::invalid_argument: "WHAT:LINE: unknown placeholder {{x}}; known are ...".
std::string render(std::string_view what, std::string_view text, const Values& values);

}  // namespace twinline::testbed
