// Challenges and credentials: WWW-Authenticate, Proxy-Authenticate, Authorization,
// Proxy-Authorization (RFC 3261 section 25.1, digest-cln and dig-resp).
#include "probes/decode/sip_values.hh"

#include <array>

namespace twinline::decode {

namespace {

struct Known {
    std::string_view name;
    std::string_view AuthView::*place;
    bool quoted;
};

// What the grammar has quoted must be quoted: a phone that forgets it fails against strict servers.
constexpr std::array known_params{
    Known{"realm", &AuthView::realm, true},       Known{"nonce", &AuthView::nonce, true},
    Known{"username", &AuthView::username, true}, Known{"response", &AuthView::response, true},
    Known{"stale", &AuthView::stale, false},
};

bool read_auth_param(Cursor& cursor, AuthView& auth) {
    const std::size_t begin = cursor.position();
    std::string_view name;
    std::string_view value;
    if (!cursor.expect_token(name, "parameter name expected") ||
        !cursor.expect_separator('=', "= expected after a parameter name")) {
        return false;
    }
    const bool quoted = cursor.at('"');
    const std::size_t at = cursor.position();
    if (!(quoted ? cursor.expect_quoted(value)
                 : cursor.expect_token(value, "parameter value expected"))) {
        return false;
    }
    for (const Known& known : known_params) {
        if (!equals_ignoring_case(name, known.name)) {
            continue;
        }
        if ((auth.*known.place).data() != nullptr) {
            return cursor.fail_at(begin, "parameter twice");
        }
        if (known.quoted && !quoted) {
            return cursor.fail_at(at, "quoted string expected");
        }
        auth.*known.place = value;
    }
    return true;
}

}  // namespace

bool read_auth(Cursor& cursor, AuthView& auth) {
    if (!cursor.expect_token(auth.scheme, "scheme expected")) {
        return false;
    }
    const std::size_t space = cursor.position();
    cursor.skip_lws();
    if (cursor.position() == space) {
        return cursor.fail("white space expected after the scheme");
    }
    do {
        if (!read_auth_param(cursor, auth)) {
            return false;
        }
    } while (cursor.take_separator(','));
    return true;
}

}  // namespace twinline::decode
