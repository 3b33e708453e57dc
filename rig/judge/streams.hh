// The requests of a subject as streams that each have an order, often those of one Call-ID; what is
// concurrent has none among its streams.
#pragma once

#include "rig/judge/story.hh"

#include <list>
#include <vector>

namespace twinline::judge {

using Stream = std::vector<const Transaction*>;  // in order

struct StreamPair {
    Stream seen, expected;
    std::list<Transaction> joined{};  // those of the streams that no story has
};

// Each stream of the reference with that of the subject which goes with it, empty where there is
// none. Left out are pings, ACKs, and presence where the reference has none: a phone's own
// business. A request by which the subject has itself asked for credentials that the reference
// sends unasked is one with that which has them.
std::vector<StreamPair> side_by_side(const Story& seen, const Story& expected);

// Whether the subject's request at this place is the reference's: the same to the same server. It
// may leave out credentials, but not where it was just asked for them (RFC 3261 22.2).
bool is_like(const Stream& seen, std::size_t place, const Transaction& expected);

}  // namespace twinline::judge
