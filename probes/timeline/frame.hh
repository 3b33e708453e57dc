// One captured frame: what libpcap, a file or the virtual world's tap hands to the decoder.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace twinline::timeline {

// The run clock: nanoseconds since the run (or the capture) began. It has no now().
using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::local_time<Duration>;

enum class LinkType : std::uint16_t {
    bsd_loopback = 0,
    ethernet = 1,
    raw_ip = 101,
    openbsd_loopback = 108,
    linux_sll = 113,
    linux_sll2 = 276,
};

struct Frame {
    std::uint64_t number = 0;  // from 1, as Wireshark counts
    Instant at{};
    LinkType link = LinkType::ethernet;
    std::uint32_t original_length = 0;  // on the wire; bytes may be fewer
    std::span<const std::byte> bytes;   // not owned; valid during the call only
};

}  // namespace twinline::timeline
