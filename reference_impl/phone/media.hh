// Which audio two session descriptions come to (RFC 3264 sections 5.1 and 6.1): where it goes, in
// which encoding, and in which directions.
#pragma once

#include "reference_impl/phone/output.hh"
#include "reference_impl/wire/sdp.hh"

#include <optional>

namespace twinline::phone {

// Nothing where one side refuses the stream, or there is no voice in common.
std::optional<MediaStart> media_of(const wire::SessionDescription& local,
                                   const wire::SessionDescription& remote);

}  // namespace twinline::phone
