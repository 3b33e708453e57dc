// The vendors whose configuration syntax the rig reads; a scenario's id begins with one of them.
#pragma once

#include <string_view>
#include <vector>

namespace twinline::scenario {

inline const std::vector<std::string_view>& vendors() {
    static const std::vector<std::string_view> names{"generic", "yealink", "aastra", "audiocodes"};
    return names;
}

}  // namespace twinline::scenario
