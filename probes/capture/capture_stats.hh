// How many frames a capture saw and lost: a run with a drop proves nothing (rig.capture).
#pragma once

#include <cstdint>

namespace twinline::capture {

struct CaptureStats {
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;     // by the kernel, for want of buffer
    std::uint64_t if_dropped = 0;  // by the interface

    bool operator==(const CaptureStats&) const = default;
};

}  // namespace twinline::capture
