// Tokens, hosts and numbers of RFC 3261 section 25.1; see sip_cursor.hh.
#include "probes/decode/sip_cursor.hh"

#include <algorithm>
#include <charconv>

namespace twinline::decode {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_ipv4(std::string_view text) {
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = part < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos || dot > 3 || !read_number(text.substr(0, dot), 255)) {
            return false;
        }
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return text.empty();
}

// The characters of IPv6address, and at least two colons: the rig is IPv4 only and reads no
// further.
bool is_ipv6(std::string_view text) {
    return text.size() >= 2 && text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos &&
           std::count(text.begin(), text.end(), ':') >= 2;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.front() != '-' && label.back() != '-';
}

bool is_hostname(std::string_view text) {
    if (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_label(text.substr(0, dot))) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return is_alpha(text.front());
        }
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        return text.ends_with(']') && is_ipv6(text.substr(1, text.size() - 2));
    }
    const bool known = std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-';
    });
    return known && !text.empty() && (is_ipv4(text) || is_hostname(text));
}

std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t limit) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc{} || stop != end || number > limit) {
        return std::nullopt;
    }
    return number;
}

}  // namespace twinline::decode
