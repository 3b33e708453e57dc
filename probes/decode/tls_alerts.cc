// In the order of their numbers.
#include "probes/decode/tls_alerts.hh"

#include <algorithm>
#include <array>
#include <string_view>

namespace twinline::decode {

namespace {

struct Name {
    std::uint8_t number;
    std::string_view text;
};

constexpr std::array names{Name{0, "close_notify"},
                           Name{10, "unexpected_message"},
                           Name{20, "bad_record_mac"},
                           Name{22, "record_overflow"},
                           Name{40, "handshake_failure"},
                           Name{42, "bad_certificate"},
                           Name{43, "unsupported_certificate"},
                           Name{44, "certificate_revoked"},
                           Name{45, "certificate_expired"},
                           Name{46, "certificate_unknown"},
                           Name{47, "illegal_parameter"},
                           Name{48, "unknown_ca"},
                           Name{49, "access_denied"},
                           Name{50, "decode_error"},
                           Name{51, "decrypt_error"},
                           Name{70, "protocol_version"},
                           Name{71, "insufficient_security"},
                           Name{80, "internal_error"},
                           Name{86, "inappropriate_fallback"},
                           Name{90, "user_canceled"},
                           Name{100, "no_renegotiation"},
                           Name{109, "missing_extension"},
                           Name{110, "unsupported_extension"},
                           Name{112, "unrecognized_name"},
                           Name{113, "bad_certificate_status_response"},
                           Name{115, "unknown_psk_identity"},
                           Name{116, "certificate_required"},
                           Name{120, "no_application_protocol"}};

}  // namespace

std::string alert_text(std::uint8_t description) {
    const auto found = std::ranges::find(names, description, &Name::number);
    return found == names.end() ? std::to_string(description) : std::string(found->text);
}

}  // namespace twinline::decode
