// Decodes UTF-8 strictly (RFC 3629: no overlong forms, no surrogates), because what a browser
// repairs in its own way is a way past an escape function.
#include "reports/text.hh"

#include <cstdint>

namespace twinline::reports {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CodePoint {
    char32_t value = 0;
    std::size_t length = 0;  // 0: the octets are no UTF-8
};

CodePoint decode(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = octet(0);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xF5   ? 0
                               : first >= 0xF0 ? 4
                               : first >= 0xE0 ? 3
                               : first >= 0xC2 ? 2
                                               : 0;
    if (length == 0 || text.size() < length) return {};
    char32_t value = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xC0U) != 0x80) return {};
        value = (value << 6U) | (octet(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool outside = value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF);
    return overlong || outside ? CodePoint{} : CodePoint{value, length};
}

bool is_harmful(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool directional = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                             c == 0x200E || c == 0x200F || c == 0x061C;
    const bool line = c == 0x2028 || c == 0x2029 || c == 0xFEFF;
    const bool none = (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    return control || directional || line || none;
}

enum class Lines { join, keep };

std::string clean(std::string_view hostile, Lines lines) {
    std::string out;
    out.reserve(hostile.size());
    for (std::size_t i = 0; i < hostile.size();) {
        const auto [c, length] = decode(hostile.substr(i));
        if (c == '\r' && length == 1 && hostile.substr(i + 1).starts_with('\n')) {
            ++i;  // the line feed that follows stands for both
            continue;
        }
        if (length == 1 && (c == '\n' || c == '\t' || c == '\r'))
            out += lines == Lines::join ? ' ' : (c == '\t' ? '\t' : '\n');
        else if (length == 0 || is_harmful(c))
            out += replacement;
        else
            out += hostile.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    return out;
}

bool is_path_octet(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~/").find(c) != std::string_view::npos;
}

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

}  // namespace

std::string plain(std::string_view hostile) { return clean(hostile, Lines::join); }

std::string plain_lines(std::string_view hostile) { return clean(hostile, Lines::keep); }

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string markup(std::string_view hostile) { return escape(plain(hostile)); }

std::string markup_lines(std::string_view hostile) { return escape(plain_lines(hostile)); }

std::string link(std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "./";
    while (path.starts_with('/')) path.remove_prefix(1);
    for (const char c : path) {
        const auto octet = static_cast<unsigned char>(c);
        if (is_path_octet(c))
            out += c;
        else
            out += {'%', digits[octet >> 4U], digits[octet & 0xFU]};
    }
    return out;
}

std::size_t columns(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += begins_code_point(c) ? 1 : 0;
    return count;
}

std::string shorten(std::string_view utf8, std::size_t limit) {
    if (columns(utf8) <= limit) return std::string(utf8);
    if (limit == 0) return "";
    std::size_t end = 0;
    for (std::size_t count = 0; end < utf8.size(); ++end)
        if (begins_code_point(utf8[end]) && ++count == limit) break;
    return std::string(utf8.substr(0, end)) + "\xE2\x80\xA6";
}

}  // namespace twinline::reports
