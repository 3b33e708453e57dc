// The heads of SIP and HTTP messages are lines of one form (RFC 3261 7, RFC 9112 2).
#pragma once

#include <string_view>

namespace twinline::decode {

inline constexpr std::string_view line_end = "\r\n";
inline constexpr std::string_view head_end = "\r\n\r\n";

// Without the blanks and tabs around it.
inline std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace twinline::decode
