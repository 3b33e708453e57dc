// The oracles: the same seed gives the same phone, whatever the machine.
#include "reference_impl/phone/oracle.hh"

#include <algorithm>

namespace twinline::phone {

SeededOracle::SeededOracle(std::uint64_t seed,
                           std::map<std::string, std::string, std::less<>> readings)
    : random_(seed), readings_(std::move(readings)) {}

bool SeededOracle::is(std::string_view id, std::string_view answer) {
    const auto known = std::ranges::find_if(
        asked_, [&](const Asked& asked) { return asked.id == id && asked.is == answer; });
    if (known != asked_.end()) return known->answer == answer;
    const auto found = readings_.find(id);
    asked_.push_back({std::string(id), std::string(answer),
                      found == readings_.end() ? std::string() : found->second});
    return asked_.back().answer == answer;
}

std::uint64_t SeededOracle::choice(std::string_view /*id*/, std::uint64_t low, std::uint64_t high) {
    // Not std::uniform_int_distribution: its sequence differs between standard libraries.
    const std::uint64_t span = high - low + 1;
    return span == 0 ? random_() : low + random_() % span;
}

// What was drawn is drawn all the same, so that a choice that is adopted moves no other.
std::uint64_t AdoptingOracle::choice(std::string_view id, std::uint64_t low, std::uint64_t high) {
    auto chosen = SeededOracle::choice(id, low, high);
    const auto nth = made_[std::string(id)]++;
    const auto adopted = choices_.find(id);
    if (adopted != choices_.end() && nth < adopted->second.size()) chosen = adopted->second[nth];
    tell_({id, chosen, low, high});
    return chosen;
}

}  // namespace twinline::phone
