// An assertion that stays in every build: for our own mistakes, never for foreign bytes or the
// environment.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace twinline::wire {

// The place is the caller's. Not std::source_location: clang 14, with which the readers are fuzzed,
// has none.
inline void ensure(bool holds, const char* claim, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
    std::abort();
}

}  // namespace twinline::wire
