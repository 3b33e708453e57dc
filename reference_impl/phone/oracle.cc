// The seeded oracle: the same seed gives the same phone, whatever the machine.
#include "reference_impl/phone/oracle.hh"

#include <utility>

namespace twinline::phone {

SeededOracle::SeededOracle(std::uint64_t seed,
                           std::map<std::string, std::string, std::less<>> readings)
    : random_(seed), readings_(std::move(readings)) {}

std::string SeededOracle::reading(std::string_view id) {
    const auto found = readings_.find(id);
    const auto value = found == readings_.end() ? std::string() : found->second;
    asked_.emplace(id, value);
    return value;
}

std::uint64_t SeededOracle::choice(std::string_view /*id*/, std::uint64_t low, std::uint64_t high) {
    // Not std::uniform_int_distribution: its sequence differs between standard libraries.
    const std::uint64_t span = high - low + 1;
    return span == 0 ? random_() : low + random_() % span;
}

}  // namespace twinline::phone
