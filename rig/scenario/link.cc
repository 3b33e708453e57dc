// Which datagram meets what. What looks like chance is a hash of the seed, the direction and the
// number, so that it is the same in both worlds and in every judgement.
#include "rig/scenario/link.hh"

#include "rig/scenario/treatment.hh"

#include <algorithm>

namespace twinline::scenario {

namespace {

using Duration = timeline::Duration;
using Kind = Treatment::Kind;

constexpr unsigned hundred = 100;
constexpr unsigned most_questions = 2 * hundred;

// SplitMix64.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ value >> 30U) * 0xbf58476d1ce4e5b9U;
    value = (value ^ value >> 27U) * 0x94d049bb133111ebU;
    return value ^ value >> 31U;
}

std::uint64_t drawn(const LinkRule& rule, Way way, std::uint64_t nth) {
    return mixed(mixed(rule.seed * 2 + (way == Way::to_host ? 0 : 1)) + nth);
}

// Of each hundred those that draw the lowest lots.
bool is_in_share(const LinkRule& rule, Way way, std::uint64_t nth) {
    const auto own = std::pair(drawn(rule, way, nth), nth);
    const auto begin = nth - nth % hundred;
    unsigned lower = 0;
    for (auto other = begin; other < begin + hundred; ++other)
        if (std::pair(drawn(rule, way, other), other) < own) ++lower;
    return lower < rule.count;
}

bool is_lost(const LinkRule& rule, Way way, std::uint64_t nth) {
    using Which = LinkRule::Which;
    switch (rule.which) {
        case Which::next:
            return nth < rule.count;
        case Which::every:
            return nth % rule.count == rule.count - 1;
        case Which::all_but_every:
            return nth % rule.count != rule.count - 1;
        case Which::share:
            return is_in_share(rule, way, nth);
    }
    return false;
}

bool concerns(const Treatment& treatment, Way way) {
    using Lost = Treatment::Lost;
    return treatment.lost == Lost::both ||
           treatment.lost == (way == Way::to_host ? Lost::queries : Lost::answers);
}

}  // namespace

bool is_of_links(const Treatment& treatment) {
    return treatment.kind == Kind::lose || treatment.kind == Kind::delay ||
           treatment.kind == Kind::duplicate || treatment.kind == Kind::reorder;
}

std::vector<Duration> copies(const Treatment& treatment, Way way, std::uint64_t nth) {
    if (!is_of_links(treatment) || !concerns(treatment, way)) return {Duration{}};
    switch (treatment.kind) {
        case Kind::lose:
            if (is_lost(treatment.link, way, nth)) return {};
            return {Duration{}};
        case Kind::delay: {
            const auto most = static_cast<std::uint64_t>(treatment.link.jitter.count());
            const auto more = drawn(treatment.link, way, nth) % (most + 1);
            return {treatment.delay + Duration(static_cast<std::int64_t>(more))};
        }
        case Kind::duplicate:
            return {Duration{}, Duration{}};
        case Kind::reorder:  // the first of each pair waits
            return {nth % 2 == 0 ? treatment.delay : Duration{}};
        default:
            return {Duration{}};
    }
}

Duration lateness_of_streams(const Treatment& treatment, Way way) {
    return treatment.kind == Kind::delay && concerns(treatment, way) ? treatment.delay : Duration{};
}

unsigned questions(const Treatment& treatment) {
    if (treatment.kind == Kind::reorder) return 2;
    if (treatment.kind != Kind::lose) return 1;
    // As many as it takes to see one get through and one not.
    for (unsigned asked = 2; asked <= most_questions; ++asked) {
        const auto all = answers(treatment, asked);
        const auto lost = static_cast<std::size_t>(
            std::ranges::count_if(all, [](const auto& times) { return times.empty(); }));
        if (lost != 0 && lost != all.size()) return asked;
    }
    return most_questions;
}

std::vector<std::vector<Duration>> answers(const Treatment& treatment, unsigned asked) {
    std::vector<std::pair<Duration, unsigned>> heard;
    for (unsigned question = 0; question < asked; ++question)
        for (const auto late : copies(treatment, Way::to_host, question))
            heard.emplace_back(late, question);
    std::ranges::stable_sort(heard, {}, &std::pair<Duration, unsigned>::first);
    std::vector<std::vector<Duration>> all(asked);
    std::uint64_t answered = 0;
    for (const auto& [at, question] : heard)
        for (const auto late : copies(treatment, Way::to_subject, answered++))
            all[question].push_back(at + late);
    for (auto& times : all) std::ranges::sort(times);
    return all;
}

}  // namespace twinline::scenario
