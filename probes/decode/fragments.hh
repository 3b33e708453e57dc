// Reassembly of IPv4 fragments (RFC 791 section 3.2, with the overlap rule of RFC 5722 as Linux
// applies it to IPv4): an INVITE with a body often outgrows the MTU. Bounded in packets, octets and
// time, whatever the capture holds.
#pragma once

#include "probes/decode/packet.hh"

#include <cstdint>
#include <deque>
#include <optional>
#include <tuple>
#include <vector>

namespace twinline::decode {

class Reassembler {
  public:
    // Returns the whole packet when this fragment completes it. Its payload is valid until the next
    // call.
    std::optional<Ipv4Packet> feed(timeline::Instant at, const Ipv4Packet& fragment);

    std::size_t waiting() const { return waiting_.size(); }

    static constexpr std::size_t packets_limit = 256;  // of 64 KiB at most: 16 MiB
    static constexpr timeline::Duration time_limit = std::chrono::seconds{30};

  private:
    using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint16_t, std::uint8_t>;

    struct Piece {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    struct Partial {
        Key key;
        timeline::Instant since{};
        std::vector<std::byte> octets;
        std::vector<Piece> pieces;          // disjoint, in order
        std::optional<std::size_t> length;  // known from the last fragment
        bool spoiled = false;               // overlapped: swallows its fragments until it expires
    };

    static void add(Partial& partial, const Ipv4Packet& fragment);
    static bool is_whole(const Partial& partial);

    std::deque<Partial> waiting_;  // oldest first
    std::vector<std::byte> whole_;
};

}  // namespace twinline::decode
