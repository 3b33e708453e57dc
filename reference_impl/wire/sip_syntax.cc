// The predicates of sip_syntax.hh; sets of characters, no state.
#include "reference_impl/wire/sip_syntax.hh"

#include <algorithm>

namespace twinline::wire {

namespace {

bool is_visible(unsigned char c) { return c > ' ' && c < 0x7f; }

bool is_alphanumeric(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(std::string_view text, std::string_view marks) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return is_alphanumeric(static_cast<unsigned char>(c)) ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"') return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1 == text.size();
        if (text[i] == '\\') ++i;
    }
    return false;
}

bool has_none_of(std::string_view text, std::string_view marks) {
    return std::ranges::all_of(text, is_visible) &&
           text.find_first_of(marks) == std::string_view::npos;
}

}  // namespace

bool is_token(std::string_view text) { return consists_of(text, "-.!%*_+`'~"); }

bool is_uri(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !consists_of(text.substr(0, colon), "+-.")) return false;
    return has_none_of(text, "<>\"");
}

bool is_host(std::string_view text) { return consists_of(text, "-._[]:"); }

bool is_word(std::string_view text) { return !text.empty() && has_none_of(text, ""); }

bool is_param(const Param& param) {
    return is_token(param.name) &&
           (is_quoted_string(param.value) || has_none_of(param.value, "\"\\,;<>()?"));
}

}  // namespace twinline::wire
