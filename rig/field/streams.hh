// The requests of a phone as streams that each have an order: the registrations of one address of
// record, its calls, its subscriptions. What is concurrent has none among its streams.
#pragma once

#include "rig/field/walk.hh"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace twinline::field {

using Stream = std::vector<const judge::Transaction*>;

struct Pair {
    Stream seen, expected;
    // Where there are several of one kind: what came last before the first request of this one.
    const judge::Transaction *seen_before = nullptr, *expected_before = nullptr;
};

// Each stream of the reference with the one of the phone that goes with it.
std::vector<Pair> pairs_of(const Walkers& walkers);

}  // namespace twinline::field
