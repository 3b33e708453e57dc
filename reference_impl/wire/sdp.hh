// A session description as a value (RFC 4566), as far as a desk phone needs it: one audio stream,
// and offer and answer about it (RFC 3264).
#pragma once

#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/parse_error.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::wire {

enum class Direction { sendrecv, sendonly, recvonly, inactive };
enum class Encoding { pcmu, pcma, telephone_event };

std::string_view to_string(Direction direction);  // as in SDP
// RFC 3264 section 6.1: we send only what they receive, and receive only what they send.
Direction meet(Direction theirs, Direction ours);

// Encodings run at 8000 Hz: the only rate that these three have in telephony.
struct MediaFormat {
    std::uint8_t payload = 0;
    Encoding encoding = Encoding::pcmu;

    bool operator==(const MediaFormat&) const = default;
};

struct SessionDescription {
    std::uint32_t session = 0;
    std::uint32_t version = 0;         // one more in each changed description (RFC 3264 section 8)
    Ipv4 address;                      // 0.0.0.0 holds the stream, as RFC 2543 did
    std::uint16_t audio_port = 0;      // 0 refuses the stream (RFC 3264 section 6)
    std::vector<MediaFormat> formats;  // by preference; encodings that we do not know are left out
    Direction direction = Direction::sendrecv;
    std::vector<std::string> refused;  // an answer's other m-lines, media and rest, at port 0
    std::size_t audio_place = 0;       // where the audio stands among the m-lines

    bool operator==(const SessionDescription&) const = default;
};

// Takes unknown lines and bare line feeds. Refuses what has no version, no audio over RTP/AVP, no
// IPv4 address for it, or more bytes, lines or media than a phone would read.
Parsed<SessionDescription> parse_sdp(std::string_view text);
std::string serialise(const SessionDescription& description);

// What `offer` and `own` have in common, as seen from `own`, with the offer's payload numbers.
// Nothing where there is no voice in common: 488 (RFC 3261 section 13.3.1.3).
std::optional<SessionDescription> answer(const SessionDescription& offer, SessionDescription own);

}  // namespace twinline::wire
