// Words and numbers of a capture, which may hold anything.
#pragma once

#include "probes/timeline/leading_number.hh"

#include <cstdint>
#include <string>
#include <string_view>

namespace twinline::field {

// Of the digits in front; 0 where there are none.
inline std::uint32_t number(std::string_view text) {
    return timeline::leading_number<std::uint32_t>(text);
}

inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

}  // namespace twinline::field
