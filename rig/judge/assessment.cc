// Names and order of verdicts, voices and weights; the order is TTCN-3's (ES 201 873-1
// section 24.1).
#include "rig/judge/assessment.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace twinline::judge {

namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 6> verdict_names{{
    {Verdict::none, "none"},
    {Verdict::pass, "pass"},
    {Verdict::inconc, "inconc"},
    {Verdict::fail, "fail"},
    {Verdict::error, "error"},
    {Verdict::not_applicable, "not applicable"},
}};

}  // namespace

std::string_view to_string(Verdict verdict) {
    return verdict_names[static_cast<std::size_t>(verdict)].second;
}

bool parse(std::string_view text, Verdict& verdict) {
    const auto found =
        std::ranges::find(verdict_names, text, [](const auto& n) { return n.second; });
    if (found == verdict_names.end()) return false;
    verdict = found->first;
    return true;
}

Verdict worse(Verdict a, Verdict b) {
    if (a == Verdict::not_applicable) return b;
    if (b == Verdict::not_applicable) return a;
    return std::max(a, b);
}

std::string_view to_string(Voice voice) {
    switch (voice) {
        case Voice::expectation:
            return "expectation";
        case Voice::shadow:
            return "shadow";
        case Voice::control:
            return "control";
        case Voice::proof:
            return "proof";
    }
    return "";
}

std::string_view to_string(Weight weight) {
    switch (weight) {
        case Weight::ok:
            return "ok";
        case Weight::observation:
            return "observation";
        case Weight::deviation:
            return "deviation";
        case Weight::fail:
            return "fail";
        case Weight::inconc:
            return "inconc";
        case Weight::error:
            return "error";
    }
    return "";
}

}  // namespace twinline::judge
