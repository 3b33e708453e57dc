// libFuzzer's entry, compiled once for each target with its name.
#include "tests/fuzz/targets.hh"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    twinline::fuzz::TWINLINE_FUZZED({reinterpret_cast<const char*>(data), size});
    return 0;
}
