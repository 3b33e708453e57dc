// A place in one header value (or start line) and the words that RFC 3261 section 25.1 builds
// values from. The first thing that does not fit is kept as the fault; every reader answers whether
// it may go on.
#pragma once

#include "probes/decode/sip_chars.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace twinline::decode {

bool same_letters(std::string_view left, std::string_view right);  // of one size
inline bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return left.size() == right.size() && same_letters(left, right);
}
bool is_token(std::string_view text);
// hostname, IPv4address or IPv6reference.
bool is_host(std::string_view text);
inline constexpr std::uint32_t any_number = 0xffffffff;
// 1*DIGIT, no more than `limit`.
std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t limit);

class Cursor {
  public:
    explicit Cursor(std::string_view text) : text_(text) {}

    bool at_end() const { return pos_ == text_.size(); }
    bool at(char c) const { return pos_ < text_.size() && text_[pos_] == c; }
    std::size_t position() const { return pos_; }
    std::string_view since(std::size_t begin) const { return {text_.data() + begin, pos_ - begin}; }
    std::string_view rest() const { return {text_.data() + pos_, text_.size() - pos_}; }
    void advance(std::size_t octets) { pos_ += octets; }
    void rewind(std::size_t position) { pos_ = position; }

    // Linear white space, folds included: the splitter of lines has already judged the folds.
    void skip_lws() { pos_ = white_chars.skip_in(text_, pos_); }
    // With white space on both sides (SLASH, EQUAL, SEMI, COMMA, COLON of the grammar).
    bool take_separator(char c) {
        const std::size_t place = white_chars.skip_in(text_, pos_);
        if (place == text_.size() || text_[place] != c) {
            return false;
        }
        pos_ = white_chars.skip_in(text_, place + 1);
        return true;
    }
    bool expect(char c, const char* reason) {
        if (!at(c)) {
            return fail(reason);
        }
        ++pos_;
        return true;
    }
    bool expect_separator(char c, const char* reason) { return take_separator(c) || fail(reason); }
    bool expect_token(std::string_view& token, const char* reason) {
        const std::size_t begin = pos_;
        pos_ = token_chars.skip_in(text_, begin);
        token = since(begin);
        return !token.empty() || fail(reason);
    }
    // The content, without quotes and with its escapes.
    bool expect_quoted(std::string_view& content);
    // host [COLON port], as in sent-by.
    bool expect_host_port(std::string_view& host, std::string_view& port);
    bool expect_number(std::uint32_t& number, std::uint32_t limit, const char* reason);
    bool expect_end(const char* reason);

    bool fail(const char* reason) { return fail_at(pos_, reason); }
    bool fail_at(std::size_t position, const char* reason);
    bool fail_at(std::string_view part, const char* reason) {
        return fail_at(static_cast<std::size_t>(part.data() - text_.data()), reason);
    }
    const char* fault() const { return fault_; }  // null while there is none
    std::size_t fault_position() const { return fault_position_; }

  private:
    std::string_view text_;
    std::size_t pos_ = 0;
    const char* fault_ = nullptr;
    std::size_t fault_position_ = 0;
};

struct ParamView {
    std::string_view name;
    std::string_view value;  // of a quoted string without its quotes; empty for a flag
    bool quoted = false;
};

// generic-param list: *(SEMI name [EQUAL value]). `on_param(name, value)` sees each, the value of a
// quoted string without its quotes, and may refuse it through the cursor.
template <typename OnParam>
bool read_params(Cursor& cursor, OnParam&& on_param);
// token, host or quoted-string.
bool read_param_value(Cursor& cursor, ParamView& param);
// RFC 3261 7.3.1: a parameter name must not appear twice.
bool set_once(Cursor& cursor, const ParamView& param, std::string_view& place, const char* reason);

template <typename OnParam>
bool read_params(Cursor& cursor, OnParam&& on_param) {
    while (cursor.take_separator(';')) {
        ParamView param;
        if (!cursor.expect_token(param.name, "parameter name expected") ||
            (cursor.take_separator('=') && !read_param_value(cursor, param)) || !on_param(param)) {
            return false;
        }
    }
    return true;
}

}  // namespace twinline::decode
