// Via and the small values; see sip_values.hh. Addresses and authentication have files of their
// own.
#include "probes/decode/sip_values.hh"

namespace twinline::decode {

namespace {

constexpr std::uint32_t cseq_limit = 0x7fffffff;  // RFC 3261 8.1.1.5

}  // namespace

bool read_via(Cursor& cursor, ViaView& via) {
    const std::size_t begin = cursor.position();
    std::string_view name;
    std::string_view version;
    if (!cursor.expect_token(name, "protocol name expected") ||
        !cursor.expect_separator('/', "/ expected after the protocol name") ||
        !cursor.expect_token(version, "protocol version expected") ||
        !cursor.expect_separator('/', "/ expected after the protocol version") ||
        !cursor.expect_token(via.transport, "transport expected")) {
        return false;
    }
    if (!equals_ignoring_case(name, "SIP") || version != "2.0") {
        return cursor.fail_at(begin, "the protocol is not SIP/2.0");
    }
    const std::size_t space = cursor.position();
    cursor.skip_lws();
    if (cursor.position() == space) {
        return cursor.fail("white space expected before sent-by");
    }
    if (!cursor.expect_host_port(via.host, via.port)) {
        return false;
    }
    return read_params(cursor, [&](const ParamView& param) {
        if (equals_ignoring_case(param.name, "branch")) {
            if (param.quoted || !is_token(param.value)) {
                return cursor.fail_at(param.name, "branch must be a token");
            }
            return set_once(cursor, param, via.branch, "branch twice");
        }
        if (equals_ignoring_case(param.name, "received")) {
            return set_once(cursor, param, via.received, "received twice");
        }
        if (param.value.empty() && equals_ignoring_case(param.name, "rport")) via.asks_rport = true;
        return true;
    });
}

bool read_call_id(Cursor& cursor, std::string_view& call_id) {
    constexpr CharSet word_chars = CharSet("-.!%*_+`'~()<>:\\/\"[]?{}").with_alphanumerics();
    const std::string_view rest = cursor.rest();
    bool at_seen = false;
    std::size_t end = 0;
    for (; end < rest.size(); ++end) {
        if (rest[end] == '@' && !at_seen && end > 0) {
            at_seen = true;
        } else if (!word_chars.holds(rest[end])) {
            break;
        }
    }
    call_id = rest.substr(0, end);
    if (call_id.empty() || call_id.ends_with('@')) {
        return cursor.fail_at(cursor.position() + end, "word expected");
    }
    cursor.advance(end);
    return true;
}

bool read_cseq(Cursor& cursor, std::uint32_t& number, std::string_view& method) {
    if (!cursor.expect_number(number, cseq_limit, "number below 2^31 expected")) {
        return false;
    }
    const std::size_t space = cursor.position();
    cursor.skip_lws();
    if (cursor.position() == space) {
        return cursor.fail("white space expected after the number");
    }
    return cursor.expect_token(method, "method expected");
}

bool read_retry_after(Cursor& cursor, std::uint32_t& seconds) {
    if (!cursor.expect_number(seconds, any_number, "delta-seconds expected")) {
        return false;
    }
    cursor.skip_lws();
    int depth = 0;
    while (!cursor.at_end() && (depth > 0 || cursor.at('('))) {
        depth += cursor.at('(') ? 1 : cursor.at(')') ? -1 : 0;
        cursor.advance(cursor.at('\\') && cursor.rest().size() > 1 ? 2 : 1);
    }
    if (depth > 0) {
        return cursor.fail("comment without end");
    }
    return read_params(cursor, [](const ParamView&) { return true; });
}

bool read_content_type(Cursor& cursor, std::string_view& type) {
    const std::size_t begin = cursor.position();
    std::string_view part;
    if (!cursor.expect_token(part, "media type expected") ||
        !cursor.expect_separator('/', "/ expected in the media type") ||
        !cursor.expect_token(part, "media subtype expected")) {
        return false;
    }
    type = cursor.since(begin);
    return read_params(cursor, [](const ParamView&) { return true; });
}

bool read_date(Cursor& cursor) {
    constexpr std::string_view shape = "Aaa, 00 Aaa 0000 00:00:00 GMT";
    const std::string_view rest = cursor.rest();
    const std::size_t zone = shape.size() - 4;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const char c = i < rest.size() ? rest[i] : '\0';
        const bool fits = i >= zone                            ? c == shape[i]
                          : shape[i] == '0'                    ? is_digit(c)
                          : shape[i] == 'A' || shape[i] == 'a' ? is_alpha(c)
                                                               : c == shape[i];
        if (!fits) {
            return cursor.fail_at(cursor.position() + i, "date in GMT (RFC 1123) expected");
        }
    }
    cursor.advance(shape.size());
    return true;
}

}  // namespace twinline::decode
