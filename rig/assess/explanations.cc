// A campaign wants to know under which answers a device would stand, so none is left out.
#include "rig/assess/explanations.hh"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>

namespace twinline::assess {

namespace {

constexpr std::size_t most_explanations = 3000;

// How much stands against a device: the less, the better the readings explain it.
using Burden = std::tuple<judge::Verdict, std::ptrdiff_t, std::ptrdiff_t>;

Burden burden(const judge::Assessment& a) {
    const auto count = [&](judge::Weight weight) {
        return std::ranges::count(a.findings, weight, &judge::Finding::weight);
    };
    return {a.verdict, count(judge::Weight::fail), count(judge::Weight::deviation)};
}

// The event at which device and reference part, by its id; the later, the further they went
// together.
std::uint64_t parting(const judge::Assessment& a) {
    auto first = std::numeric_limits<std::uint64_t>::max();
    for (const auto& finding : a.findings)
        if (finding.voice == judge::Voice::shadow &&
            (finding.weight == judge::Weight::fail || finding.weight == judge::Weight::deviation))
            first = std::min(first, finding.events.empty() ? 0 : finding.events.front());
    return first;
}

}  // namespace

bool weighs_less(const judge::Assessment& a, const judge::Assessment& b) {
    const auto of_a = burden(a), of_b = burden(b);
    return of_a != of_b ? of_a < of_b : parting(a) > parting(b);
}

Judged best_explanation(const ReadingForks::Known& readings, const UnderAnswers& judged_under) {
    std::optional<Judged> best;
    std::vector<std::pair<Burden, judge::Case>> cases;
    ReadingForks forks(readings);
    auto answers = forks.next();
    for (; answers && cases.size() < most_explanations; answers = forks.next()) {
        auto judged = judged_under(*answers);
        cases.emplace_back(burden(judged.assessment), forks.ran(judged.asked));
        if (!best || weighs_less(judged.assessment, best->assessment)) best = std::move(judged);
    }
    auto& a = best->assessment;
    a.all_explanations = !answers;
    // What was not put to the test tells nothing of the device.
    if (a.verdict != judge::Verdict::pass && a.verdict != judge::Verdict::fail)
        return std::move(*best);
    const auto least = burden(a);
    for (auto& [weight, one] : cases)
        (weight == least ? a.explanations : a.excluded).push_back(std::move(one));
    return std::move(*best);
}

}  // namespace twinline::assess
