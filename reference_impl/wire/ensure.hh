// An assertion that stays in every build: for our own mistakes, never for foreign bytes or the
// environment.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace twinline::wire {

inline void ensure(bool holds, const char* claim,
                   std::source_location where = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%u: does not hold: %s\n", where.file_name(), where.line(), claim);
    std::abort();
}

}  // namespace twinline::wire
