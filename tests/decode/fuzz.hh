// Seeded damage for the fuzz tests: TWINLINE_SEED repeats a run that failed.
#pragma once

#include <random>
#include <string>

namespace twinline::test {

// Prints the seed first, so that it is known even after a crash.
std::mt19937::result_type fuzz_seed();

void mutate(std::string& bytes, std::mt19937& random);

}  // namespace twinline::test
