// How a cursor walks through a value; see sip_cursor.hh.
#include "probes/decode/sip_cursor.hh"

namespace twinline::decode {

bool Cursor::expect_quoted(std::string_view& content) {
    const std::size_t opening = pos_;
    if (!expect('"', "quoted string expected")) {
        return false;
    }
    for (; pos_ < text_.size(); ++pos_) {
        if (text_[pos_] == '"') {
            content = since(opening + 1);
            ++pos_;
            return true;
        }
        if (text_[pos_] == '\\') {
            ++pos_;
            if (pos_ < text_.size() && (text_[pos_] == '\r' || text_[pos_] == '\n')) {
                return fail("escaped line end in a quoted string");
            }
        }
    }
    pos_ = text_.size();
    return fail_at(opening, "quoted string without end");
}

bool Cursor::expect_host_port(std::string_view& host, std::string_view& port) {
    const std::size_t begin = pos_;
    const bool bracketed = at('[');
    while (pos_ < text_.size() &&
           (is_alphanumeric(text_[pos_]) || text_[pos_] == '.' || text_[pos_] == '-' ||
            (bracketed && (text_[pos_] == ':' || text_[pos_] == '[' || text_[pos_] == ']')))) {
        ++pos_;
        if (bracketed && text_[pos_ - 1] == ']') {
            break;
        }
    }
    host = since(begin);
    if (!is_host(host)) {
        return fail_at(begin, "host expected");
    }
    if (!take_separator(':')) {
        return true;
    }
    const std::size_t digits = pos_;
    std::uint32_t number = 0;
    if (!expect_number(number, 65535, "port of 0 to 65535 expected")) {
        return false;
    }
    port = since(digits);
    return true;
}

bool Cursor::expect_number(std::uint32_t& number, std::uint32_t limit, const char* reason) {
    const std::size_t begin = pos_;
    while (pos_ < text_.size() && is_digit(text_[pos_])) {
        ++pos_;
    }
    const auto value = read_number(since(begin), limit);
    number = value.value_or(0);
    return value || fail_at(begin, reason);
}

bool Cursor::expect_end(const char* reason) {
    skip_lws();
    return at_end() || fail(reason);
}

bool Cursor::fail_at(std::size_t position, const char* reason) {
    if (fault_ == nullptr) {
        fault_ = reason;
        fault_position_ = position;
    }
    return false;
}

bool read_param_value(Cursor& cursor, ParamView& param) {
    param.quoted = cursor.at('"');
    if (param.quoted) {
        return cursor.expect_quoted(param.value);
    }
    const std::string_view rest = cursor.rest();
    constexpr CharSet value_chars = CharSet("-.!%*_+`'~[]:").with_alphanumerics();
    param.value = rest.substr(0, value_chars.skip_in(rest));
    cursor.advance(param.value.size());
    return !param.value.empty() || cursor.fail("parameter value expected");
}

bool set_once(Cursor& cursor, const ParamView& param, std::string_view& place, const char* reason) {
    if (place.data() != nullptr) {
        return cursor.fail_at(param.name, reason);
    }
    place = param.value;
    return true;
}

}  // namespace twinline::decode
