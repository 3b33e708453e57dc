// A capture file from its first frame to its last, and the TLS keys that it holds as it comes to
// them: whoever reads a file whole reads it so.
#pragma once

#include "probes/capture/capture_file.hh"

#include <cstdint>
#include <string_view>

namespace twinline::capture {

// Calls `reader.feed(frame)` for each, and `reader.add_keys(lines)` with key log lines where they
// stand, which may be behind the last frame. Returns the frames read.
std::uint64_t read_frames(CaptureFile& file, auto& reader) {
    std::size_t known = 0;
    const auto tell_keys = [&] {
        const std::string_view secrets = file.notes().secrets;
        if (secrets.size() > known) reader.add_keys(secrets.substr(known));
        known = secrets.size();
    };
    std::uint64_t frames = 0;
    for (; const auto frame = file.next(); ++frames) {
        tell_keys();
        reader.feed(*frame);
    }
    tell_keys();
    return frames;
}

}  // namespace twinline::capture
