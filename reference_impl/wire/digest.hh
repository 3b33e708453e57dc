// Digest authentication for SIP (RFC 3261 section 22, RFC 7616, RFC 8760): MD5, SHA-256 and their
// -sess forms, qop "auth" and none (RFC 2069).
#pragma once

#include "reference_impl/wire/sip_message.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::wire {

struct Credentials {
    std::string user;
    std::string password;
};

// The challenge to answer: the first whose algorithm and qop are supported (RFC 8760 section 2.4),
// or none.
const Challenge* choose_challenge(const std::vector<Challenge>& challenges);

// The Authorization or Proxy-Authorization header that answers `challenge`. `cnonce` and
// `nonce_count` (1 for the first use of a nonce) matter only with qop or -sess.
Header authorize(const Challenge& challenge, const Credentials& credentials,
                 std::string_view method, std::string_view uri, std::string_view cnonce,
                 std::uint32_t nonce_count);

// For a registrar in virtual time: does this Authorization answer (realm, nonce)? True when the
// response matches.
bool verify(const Header& authorization, const Credentials& credentials, std::string_view method,
            std::string_view realm, std::string_view nonce);

}  // namespace twinline::wire
