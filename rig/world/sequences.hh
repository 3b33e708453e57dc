// The sequence numbers of every connection in virtual time (RFC 9293 section 3.4), so that its
// segments can be put in order as real ones are.
#pragma once

#include "rig/world/packet.hh"

#include <map>
#include <utility>

namespace twinline::world {

class Sequences {
  public:
    // Sets the numbers of a segment that is seen now.
    void stamp(Packet& packet);

  private:
    using Direction = std::pair<wire::Endpoint, wire::Endpoint>;

    std::map<Direction, std::uint32_t> next_;
};

}  // namespace twinline::world
