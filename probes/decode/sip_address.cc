// name-addr and addr-spec: From, To, Contact, Route, Record-Route (RFC 3261 20.10 and
// section 25.1).
#include "probes/decode/sip_uri.hh"
#include "probes/decode/sip_values.hh"

namespace twinline::decode {

namespace {

// What stands before the angle bracket: a quoted string, or tokens with white space between them.
bool read_display(Cursor& cursor, std::string_view& display) {
    if (cursor.at('"')) {
        if (!cursor.expect_quoted(display)) {
            return false;
        }
        cursor.skip_lws();
        return true;
    }
    const std::size_t begin = cursor.position();
    std::size_t end = begin;
    while (!cursor.at('<')) {
        std::string_view word;
        if (!cursor.expect_token(word,
                                 "display name of tokens, a quoted string or a URI expected")) {
            return false;
        }
        end = cursor.position();
        cursor.skip_lws();
    }
    display = cursor.since(begin).substr(0, end - begin);
    return true;
}

bool read_bracketed_uri(Cursor& cursor, std::string_view& uri) {
    if (!cursor.expect('<', "< expected")) {
        return false;
    }
    const std::string_view rest = cursor.rest();
    const std::size_t end = rest.find('>');
    if (end == rest.npos) {
        return cursor.fail("> expected after a URI");
    }
    uri = rest.substr(0, end);
    if (!check_uri(cursor, uri, UriPlace::header)) {
        return false;
    }
    cursor.advance(end + 1);
    return true;
}

// RFC 3261 20.10: without brackets the URI ends at the first semicolon, and may hold no comma or
// question mark.
bool read_bare_uri(Cursor& cursor, std::string_view& uri) {
    const std::string_view rest = cursor.rest();
    constexpr CharSet ends(";, \t\r\n");
    uri = rest.substr(0, ends.find_in(rest));
    if (const std::size_t question = uri.find('?'); question != uri.npos) {
        return cursor.fail_at(uri.substr(question), "a URI with headers must stand in <>");
    }
    if (!check_uri(cursor, uri, UriPlace::header)) {
        return false;
    }
    cursor.advance(uri.size());
    return true;
}

// A bare URI has a colon before any white space, quote or bracket; a display name has none.
bool starts_with_bare_uri(std::string_view rest) {
    constexpr CharSet ends(":<\" \t\r\n");
    const std::size_t end = ends.find_in(rest);
    return end != rest.size() && rest[end] == ':';
}

}  // namespace

bool read_address(Cursor& cursor, AddressView& address, AddressForm form) {
    if (form == AddressForm::any && starts_with_bare_uri(cursor.rest())) {
        if (!read_bare_uri(cursor, address.uri)) {
            return false;
        }
    } else if (!read_display(cursor, address.display) || !read_bracketed_uri(cursor, address.uri)) {
        return false;
    }
    const std::size_t begin = cursor.position();
    const bool good = read_params(cursor, [&](const ParamView& param) {
        if (equals_ignoring_case(param.name, "tag")) {
            if (param.quoted || !is_token(param.value)) {
                return cursor.fail_at(param.name, "tag must be a token");
            }
            return set_once(cursor, param, address.tag, "tag twice");
        }
        if (equals_ignoring_case(param.name, "expires")) {
            if (address.expires) {
                return cursor.fail_at(param.name, "expires twice");
            }
            address.expires = read_number(param.value, any_number);
            return address.expires || cursor.fail_at(param.name, "expires must be delta-seconds");
        }
        if (equals_ignoring_case(param.name, "reg-id") && address.reg_id.empty()) {
            address.reg_id = param.value;
        } else if (equals_ignoring_case(param.name, "+sip.instance") && address.instance.empty()) {
            address.instance = param.value;
        }
        return true;
    });
    address.params = cursor.since(begin);
    return good;
}

}  // namespace twinline::decode
