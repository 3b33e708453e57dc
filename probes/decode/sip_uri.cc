// The grammar of SIP-URI, SIPS-URI and absoluteURI (RFC 3261 section 25.1).
#include "probes/decode/sip_uri.hh"

#include <algorithm>

namespace twinline::decode {

namespace {

// Each with the marks of RFC 3261 section 25.1.
constexpr CharSet user_chars = CharSet("-_.!~*'()&=+$,;?/").with_alphanumerics();
constexpr CharSet password_chars = CharSet("-_.!~*'()&=+$,").with_alphanumerics();
constexpr CharSet param_chars = CharSet("-_.!~*'()[]/:&+$").with_alphanumerics();
constexpr CharSet header_chars = CharSet("-_.!~*'()[]/?:+$").with_alphanumerics();
constexpr CharSet absolute_chars = CharSet("-_.!~*'();/?:@&=+$,[]").with_alphanumerics();

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Every octet one of `chars`, or escaped.
bool check_octets(Cursor& cursor, std::string_view text, const CharSet& chars, const char* reason) {
    for (std::size_t i = chars.skip_in(text); i < text.size(); i = chars.skip_in(text, i + 3)) {
        if (text[i] != '%') {
            return cursor.fail_at(text.substr(i), reason);
        }
        if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
            return cursor.fail_at(text.substr(i), "escape of two hexadecimal digits expected");
        }
    }
    return true;
}

bool check_userinfo(Cursor& cursor, std::string_view userinfo) {
    const std::size_t colon = userinfo.find(':');
    const std::string_view user = userinfo.substr(0, colon);
    if (user.empty()) {
        return cursor.fail_at(userinfo, "user expected before @");
    }
    return check_octets(cursor, user, user_chars, "octet not permitted in a user part") &&
           (colon == userinfo.npos ||
            check_octets(cursor, userinfo.substr(colon + 1), password_chars,
                         "octet not permitted in a password"));
}

bool check_host_port(Cursor& cursor, std::string_view text) {
    const std::size_t after_v6 = text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0;
    const std::size_t colon = text.find(':', after_v6);
    if (!is_host(text.substr(0, colon))) {
        return cursor.fail_at(text, "host expected in a URI");
    }
    return colon == text.npos || read_number(text.substr(colon + 1), 65535) ||
           cursor.fail_at(text.substr(colon + 1), "port of 0 to 65535 expected in a URI");
}

// name[=value] items, each of them not empty; `text` has no leading separator.
bool check_items(Cursor& cursor, std::string_view text, char separator, const CharSet& chars,
                 const char* reason) {
    while (true) {
        const std::size_t end = std::min(text.find(separator), text.size());
        const std::string_view item = text.substr(0, end);
        const std::size_t equal = std::min(item.find('='), item.size());
        if (equal == 0) {
            return cursor.fail_at(text, reason);
        }
        if (!check_octets(cursor, item.substr(0, equal), chars, reason) ||
            !check_octets(cursor, item.substr(std::min(equal + 1, item.size())), chars, reason)) {
            return false;
        }
        if (end == text.size()) {
            return true;
        }
        text.remove_prefix(end + 1);
    }
}

bool check_sip_uri(Cursor& cursor, std::string_view rest, UriPlace place) {
    if (const std::size_t at = rest.find('@'); at != rest.npos) {
        if (!check_userinfo(cursor, rest.substr(0, at))) {
            return false;
        }
        rest.remove_prefix(at + 1);
    }
    const std::size_t question = std::min(rest.find('?'), rest.size());
    const std::string_view headers = rest.substr(question);
    const std::string_view target = rest.substr(0, question);
    const std::size_t semicolon = std::min(target.find(';'), target.size());
    if (!check_host_port(cursor, target.substr(0, semicolon))) {
        return false;
    }
    if (semicolon < target.size() && !check_items(cursor, target.substr(semicolon + 1), ';',
                                                  param_chars, "URI parameter expected")) {
        return false;
    }
    if (headers.empty()) {
        return true;
    }
    if (place == UriPlace::request_line) {
        return cursor.fail_at(headers, "headers are not permitted in a Request-URI");
    }
    return check_items(cursor, headers.substr(1), '&', header_chars, "URI header expected");
}

}  // namespace

bool check_uri(Cursor& cursor, std::string_view uri, UriPlace place) {
    const std::size_t colon = uri.find(':');
    const std::string_view scheme = uri.substr(0, colon);
    const auto fits = [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; };
    if (colon == uri.npos || scheme.empty() || !is_alpha(scheme.front()) ||
        !std::all_of(scheme.begin(), scheme.end(), fits)) {
        return cursor.fail_at(uri, "URI with a scheme expected");
    }
    const std::string_view rest = uri.substr(colon + 1);
    if (equals_ignoring_case(scheme, "sip") || equals_ignoring_case(scheme, "sips")) {
        return check_sip_uri(cursor, rest, place);
    }
    if (rest.empty()) {
        return cursor.fail_at(rest, "URI ends after its scheme");
    }
    return check_octets(cursor, rest, absolute_chars, "octet not permitted in a URI");
}

}  // namespace twinline::decode
