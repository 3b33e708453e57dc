// Tokens, hosts and numbers of RFC 3261 section 25.1; see sip_cursor.hh.
#include "probes/decode/sip_cursor.hh"

#include <algorithm>

namespace twinline::decode {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_ipv4(std::string_view text) {
    unsigned dots = 0, digits = 0, part = 0;
    for (const char c : text) {
        if (c == '.') {
            if (digits == 0 || ++dots > 3) return false;
            digits = part = 0;
        } else {
            part = 10 * part + static_cast<unsigned>(c - '0');
            if (!is_digit(c) || ++digits > 3 || part > 255) return false;
        }
    }
    return dots == 3 && digits > 0;
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

bool same_letters(std::string_view left, std::string_view right) {
    for (std::size_t i = 0; i < left.size(); ++i)
        if (left[i] != right[i] && lower(left[i]) != lower(right[i])) return false;
    return true;
}

bool is_token(std::string_view text) {
    return !text.empty() && token_chars.skip_in(text) == text.size();
}

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        return text.ends_with(']') && is_ipv6(text.substr(1, text.size() - 2));
    }
    constexpr CharSet host_chars = CharSet(".-").with_alphanumerics();
    const bool known = host_chars.skip_in(text) == text.size();
    return known && !text.empty() && (is_ipv4(text) || is_hostname(text));
}

std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t limit) {
    std::uint64_t number = 0;
    for (const char c : text) {
        number = 10 * number + static_cast<std::uint64_t>(c - '0');
        if (!is_digit(c) || number > limit) return std::nullopt;
    }
    if (text.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(number);
}

}  // namespace twinline::decode
