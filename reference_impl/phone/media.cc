// The first voice that both have, where both want one.
#include "reference_impl/phone/media.hh"

#include <algorithm>

namespace twinline::phone {

std::optional<MediaStart> media_of(const wire::SessionDescription& local,
                                   const wire::SessionDescription& remote) {
    if (local.audio_port == 0 || remote.audio_port == 0) return std::nullopt;
    const auto common = [&](const wire::MediaFormat& format) {
        return format.encoding != wire::Encoding::telephone_event &&
               std::ranges::find(local.formats, format.encoding, &wire::MediaFormat::encoding) !=
                   local.formats.end();
    };
    // The numbers are the other side's, which is to receive them.
    const auto format = std::ranges::find_if(remote.formats, common);
    if (format == remote.formats.end()) return std::nullopt;
    MediaStart media;
    media.local = {local.address, local.audio_port};
    media.remote = {remote.address, remote.audio_port};
    media.format = *format;
    // RFC 3264 8.4: who gives 0.0.0.0 listens to nothing.
    const bool held = remote.address == wire::Ipv4{};
    const auto theirs =
        held ? wire::meet(wire::Direction::recvonly, remote.direction) : remote.direction;
    media.direction = wire::meet(theirs, local.direction);
    return media;
}

}  // namespace twinline::phone
