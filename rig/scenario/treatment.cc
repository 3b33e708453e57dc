// The words of a fault, once for the loader, the record and the judge.
#include "rig/scenario/treatment.hh"

#include <array>
#include <chrono>
#include <utility>

namespace twinline::scenario {

namespace {

using Kind = Treatment::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 20> words{
    {{Kind::silence, "silence"},
     {Kind::refuse, "refuse"},
     {Kind::reject, "reject"},
     {Kind::slow, "slow"},
     {Kind::stall, "stall"},
     {Kind::cut, "cut"},
     {Kind::truncate, "truncate"},
     {Kind::wrong_certificate, "wrong certificate"},
     {Kind::wrong_id, "wrong id"},
     {Kind::rotate, "rotate"},
     {Kind::mute, "mute keep-alives"},
     {Kind::lose, "lose"},
     {Kind::delay, "delay"},
     {Kind::duplicate, "duplicate"},
     {Kind::reorder, "reorder"},
     {Kind::unreachable, "unreachable"},
     {Kind::stop, "stop"},
     {Kind::crash, "crash"},
     {Kind::link_down, "link down"},
     {Kind::address_gone, "address gone"}}};

}  // namespace

const std::vector<std::string_view>& rcodes() {
    static const std::vector<std::string_view> known{"SERVFAIL", "REFUSED", "NXDOMAIN", "NODATA"};
    return known;
}

std::string_view to_string(Kind kind) {
    for (const auto& [known, word] : words)
        if (known == kind) return word;
    return "?";
}

std::string_view to_string(Treatment::Lost lost) {
    switch (lost) {
        case Treatment::Lost::queries:
            return "";
        case Treatment::Lost::answers:
            return "out";
        case Treatment::Lost::both:
            return "both";
    }
    return "?";
}

std::optional<Kind> parse_treatment(std::string_view word) {
    for (const auto& [kind, known] : words)
        if (known == word) return kind;
    return std::nullopt;
}

std::optional<std::string_view> treatment_word(std::string_view step) {
    for (const auto& [kind, word] : words)
        if (step.starts_with(word) && step.substr(word.size()).starts_with(' ')) return word;
    return std::nullopt;
}

std::string Treatment::operands() const {
    if (is_of_links(*this)) return link_operands(*this);
    if (octets) return std::to_string(*octets);
    if (kind == Kind::slow)
        return std::to_string(
                   std::chrono::duration_cast<std::chrono::milliseconds>(delay).count()) +
               " ms";
    if (kind == Kind::silence) return std::string(to_string(lost));
    if (without_tcp) return "without tcp";
    if (expired) return "expired";
    if (kind != Kind::reject) return {};
    if (!rcode.empty()) return rcode;
    return std::to_string(status) + (method.empty() ? "" : " " + method) +
           (retry_after ? " retry-after " + std::to_string(*retry_after) + " s" : "");
}

}  // namespace twinline::scenario
