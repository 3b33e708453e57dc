// The oracles: the same seed gives the same phone, whatever the machine.
#include "reference_impl/phone/oracle.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

// FNV-1a.
std::uint64_t hash_of(const Choice& what) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const auto part : {what.id, std::string_view(" "), what.of})
        for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

// SplitMix64. Nothing of the standard library, whose sequences differ from one to the other.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

}  // namespace

SeededOracle::SeededOracle(std::uint64_t seed,
                           std::map<std::string, std::string, std::less<>> readings)
    : seed_(mixed(seed + 1)), readings_(std::move(readings)) {}

bool SeededOracle::is(std::string_view id, std::string_view answer) {
    const auto known = std::ranges::find_if(
        asked_, [&](const Asked& asked) { return asked.id == id && asked.is == answer; });
    if (known != asked_.end()) return known->answer == answer;
    const auto found = readings_.find(id);
    asked_.push_back({std::string(id), std::string(answer),
                      found == readings_.end() ? std::string() : found->second});
    return asked_.back().answer == answer;
}

std::uint64_t SeededOracle::choice(const Choice& what, std::uint64_t low, std::uint64_t high) {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
    const auto hash = hash_of(what);
    const auto drawn = mixed((seed_ ^ hash) + golden * ++drawn_[hash]);
    const std::uint64_t span = high - low + 1;
    return span == 0 ? drawn : low + drawn % span;
}

// What was drawn is drawn all the same, so that a choice that is adopted moves no other.
std::uint64_t AdoptingOracle::choice(const Choice& what, std::uint64_t low, std::uint64_t high) {
    auto chosen = SeededOracle::choice(what, low, high);
    const auto key =
        what.of.empty() ? std::string(what.id) : std::string(what.id) + ' ' + std::string(what.of);
    const auto nth = made_[key]++;
    const auto adopted = choices_.find(key);
    if (adopted != choices_.end() && nth < adopted->second.size()) chosen = adopted->second[nth];
    tell_({what, chosen, low, high});
    return chosen;
}

}  // namespace twinline::phone
