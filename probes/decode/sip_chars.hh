// The classes of characters of RFC 3261 section 25.1, in a header because every octet of a message
// asks for one.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace twinline::decode {

inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alphanumeric(char c) { return is_alpha(c) || is_digit(c); }

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        table[c] =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            std::string_view{"-.!%*_+`'~"}.find(static_cast<char>(c)) != std::string_view::npos;
    }
    return table;
}

inline constexpr std::array<bool, 256> token_table = make_token_table();

inline bool is_token_char(char c) { return token_table[static_cast<unsigned char>(c)]; }

}  // namespace twinline::decode
