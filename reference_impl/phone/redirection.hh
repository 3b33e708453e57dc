// Where an answer of an HTTP server sends the phone (RFC 9110 section 15.4), read with distrust.
#pragma once

#include "reference_impl/config/provisioning.hh"

#include <optional>
#include <string_view>

namespace twinline::phone {

// `location` as seen from `from`, whose path is that of a file. None when it leads nowhere that a
// phone goes: another protocol than HTTP, from HTTPS to HTTP, upwards, or to what is no address.
std::optional<config::DownloadUrl> redirection(const config::DownloadUrl& from,
                                               std::string_view location);

}  // namespace twinline::phone
