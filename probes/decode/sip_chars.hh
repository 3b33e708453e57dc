// The classes of characters of RFC 3261 section 25.1, in a header because every octet of a message
// asks for one.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace twinline::decode {

inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alphanumeric(char c) { return is_alpha(c) || is_digit(c); }

// A set of octets that is asked at the cost of one look.
class CharSet {
  public:
    explicit constexpr CharSet(std::string_view members) {
        for (const char c : members) table_[static_cast<unsigned char>(c)] = true;
    }
    constexpr CharSet with_alphanumerics() const {
        CharSet wider = *this;
        for (const auto& [first, last] : {std::pair{'0', '9'}, {'A', 'Z'}, {'a', 'z'}})
            for (char c = first; c <= last; ++c) wider.table_[static_cast<unsigned char>(c)] = true;
        return wider;
    }
    constexpr bool holds(char c) const { return table_[static_cast<unsigned char>(c)]; }
    // Where the first octet stands that is, or is not, one of them; the size when none is.
    constexpr std::size_t find_in(std::string_view text, std::size_t at = 0) const {
        while (at < text.size() && !holds(text[at])) ++at;
        return at;
    }
    constexpr std::size_t skip_in(std::string_view text, std::size_t at = 0) const {
        while (at < text.size() && holds(text[at])) ++at;
        return at;
    }

  private:
    std::array<bool, 256> table_{};
};

inline constexpr CharSet token_chars = CharSet("-.!%*_+`'~").with_alphanumerics();
inline constexpr CharSet white_chars(" \t\r\n");

inline bool is_token_char(char c) { return token_chars.holds(c); }

}  // namespace twinline::decode
