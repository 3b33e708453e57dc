// Random identifiers, drawn through the oracle so that a seed repeats them.
#include "reference_impl/phone/context.hh"

namespace twinline::phone {

std::string Context::token(std::string_view purpose) {
    constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuv";
    std::string text;
    std::uint64_t bits = oracle->choice({purpose}, 0, UINT64_MAX);
    for (int i = 0; i < 12; ++i, bits >>= 5) text += alphabet[bits & 31];
    return text;
}

std::vector<std::string> Context::cite(const VendorClauses& own,
                                       std::vector<std::string> clauses) const {
    const char* clause = is_yealink()      ? own.yealink
                         : is_aastra()     ? own.aastra
                         : is_audiocodes() ? own.audiocodes
                                           : nullptr;
    if (clause != nullptr) clauses.insert(clauses.begin(), clause);
    return clauses;
}

// Locally administered, from the phone's address.
std::string Context::mac() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "0200";
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[address.value >> shift & 15];
    return text;
}

std::string Context::instance() const { return "urn:uuid:00000000-0000-1000-8000-" + mac(); }

}  // namespace twinline::phone
