// What a target claims of its reader; see targets.hh.
#include "tests/fuzz/targets.hh"

#include <cstdio>
#include <cstdlib>

namespace twinline::fuzz {

void hold(bool is_so, std::string_view claim) {
    if (is_so) return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(claim.size()), claim.data());
    std::abort();
}

}  // namespace twinline::fuzz
