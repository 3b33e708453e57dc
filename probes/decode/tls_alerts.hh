// The names of TLS alerts: what a phone says of a certificate that it does not take (RFC 8446 6,
// RFC 5246 7.2, RFC 7301).
#pragma once

#include <cstdint>
#include <string>

namespace twinline::decode {

// A number that has no name is its own.
std::string alert_text(std::uint8_t description);

}  // namespace twinline::decode
