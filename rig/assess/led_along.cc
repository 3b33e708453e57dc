// A choice is adopted when the two then part later, or miss each other by less. What no free choice
// leads to stays as it is, and is the judge's to tell.
#include "rig/assess/led_along.hh"

#include "rig/judge/divergence.hh"
#include "rig/judge/streams.hh"

#include <algorithm>
#include <optional>
#include <set>

namespace twinline::assess {

namespace {

using judge::Adoption;
using judge::Story;
using judge::Transaction;
using timeline::Duration;
using timeline::Event;
using timeline::Instant;

// Nearer than that is the network's and the machine's doing.
constexpr Duration close_enough = std::chrono::milliseconds{50};
constexpr unsigned most_earlier = 2;     // choices of time before the two requests at hand
constexpr std::size_t most_others = 2;   // of other requests
constexpr unsigned most_lots = 6;        // draws of servers that may have led to another
constexpr std::uint64_t most_ways = 12;  // tried of each
// What is a divergence here is one wherever the judge comes to a verdict.
constexpr Duration most_uncertain = judge::own_uncertainty + judge::most_wait;

// Where a stream leaves the device's, and what the reference might have chosen instead.
struct Parting {
    Instant seen{};
    std::uint64_t last = 0;  // the device's event there, or the last before its end
    Duration misses = Duration::max();
    std::vector<Adoption> ways{};
};

// Where the two part and no choice mends it; beyond them they are followed on if they can be.
using Settled = std::set<std::pair<Instant, std::uint64_t>>;

struct Run {
    shadow::Choices choices;
    timeline::Timeline expected;
    std::vector<Parting> partings;  // in order of time

    bool goes_further_than(const Run& other) const {
        if (partings.empty() || other.partings.empty()) return !other.partings.empty();
        const auto &own = partings.front(), &others = other.partings.front();
        return own.seen != others.seen ? own.seen > others.seen : own.misses < others.misses;
    }
};

bool are_alike(const Transaction& a, const Transaction& b) {
    return a.method == b.method && a.peer == b.peer && a.ends() == b.ends() && a.auth == b.auth;
}

std::string_view answer(const Transaction& t) {
    return t.answer == nullptr ? std::string_view{} : t.answer->field("status");
}

class Walk {
  public:
    Walk(const Story& seen, const Story& expected, const Settled& settled, Run& run)
        : seen_(seen), expected_(expected), settled_(settled), run_(run) {}

    void run() {
        for (const auto& pair : judge::side_by_side(seen_, expected_)) follow(pair);
        std::ranges::stable_sort(run_.partings, {}, &Parting::seen);
    }

  private:
    static std::uint64_t id_of(const Transaction& t) { return t.sends.front()->id; }
    bool is_settled(const Parting& parting) const {
        return settled_.contains({parting.seen, parting.last});
    }

    void follow(const judge::StreamPair& pair) {
        const auto both = std::min(pair.seen.size(), pair.expected.size());
        for (std::size_t i = 0; i < both; ++i) {
            if (!judge::is_like(pair.seen, i, *pair.expected[i])) return other_request(pair, i);
            if (i > 0 && !comes_in_time(pair, i)) return;
            if (answer(*pair.seen[i]) != answer(*pair.expected[i])) return;
        }
        if (both > 0 && both < pair.expected.size()) sends_no_more(pair, both);
    }

    // What the reference has sent by the device's end, that may have put off beyond it.
    void sends_no_more(const judge::StreamPair& pair, std::size_t i) {
        const auto& before = *pair.expected[i - 1];
        const auto due = pair.seen[i - 1]->start() + (pair.expected[i]->start() - before.start());
        Parting parting{seen_.end(), id_of(*pair.seen[i - 1]), seen_.end() - due};
        if (due >= seen_.end() || is_settled(parting)) return;
        put_off(before, *pair.expected[i], seen_.end() - pair.seen[i - 1]->start(), parting);
        run_.partings.push_back(std::move(parting));
    }

    bool comes_in_time(const judge::StreamPair& pair, std::size_t i) {
        const auto& wanted = *pair.expected[i];
        const auto by = (pair.seen[i]->start() - pair.seen[i - 1]->start()) -
                        (wanted.start() - pair.expected[i - 1]->start());
        Parting parting{pair.seen[i]->start(), id_of(*pair.seen[i]), std::chrono::abs(by)};
        if (std::chrono::abs(by) <= close_enough || is_settled(parting))
            return true;  // settled: the judge may tolerate it
        for (const auto* choice : times_before(*pair.expected[i - 1], wanted)) {
            if (std::chrono::abs(by) <= judge::step_of(*choice, wanted.start())) return true;
            // By less, too: the length may have begun before it was chosen.
            for (const auto part : {by, by / 2, by / 4})
                if (auto way = judge::put_off(expected_, *choice, wanted.start(), part))
                    parting.ways.push_back(std::move(*way));
        }
        run_.partings.push_back(std::move(parting));
        return false;
    }

    // Choices between the two, and a few before them, whose time may not have come by then; then of
    // what else the phone keeps alive, for a server that it finds dead is dead for all.
    std::vector<const Event*> times_before(const Transaction& before,
                                           const Transaction& after) const {
        auto found = judge::choices_between(expected_, before, after);
        std::vector<const Event*> others;
        unsigned earlier = 0;
        const auto& events = expected_.events();
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            const bool own = judge::puts_off(**event, after.method);
            if (own && (*event)->at < before.start() && earlier++ < most_earlier)
                found.push_back(*event);
            const auto of = after.method == "SUBSCRIBE" ? "REGISTER" : "SUBSCRIBE";
            if (!own && (*event)->at < after.start() && judge::puts_off(**event, of) &&
                others.size() < most_others)
                others.push_back(*event);
        }
        found.insert(found.end(), others.begin(), others.end());
        return found;
    }

    // Another of equals was drawn; or one came first that the other has put off.
    void other_request(const judge::StreamPair& pair, std::size_t i) {
        Parting parting{pair.seen[i]->start(), id_of(*pair.seen[i])};
        if (is_settled(parting)) return;
        draw_otherwise(*pair.expected[i], parting);
        if (i > 0) {
            refresh_now(pair, i, parting);
            const auto& before = *pair.seen[i - 1];
            const auto& wanted_before = *pair.expected[i - 1];
            const auto later_wanted = std::find_if(
                pair.expected.begin() + static_cast<std::ptrdiff_t>(i), pair.expected.end(),
                [&](const Transaction* t) { return are_alike(*t, *pair.seen[i]); });
            if (later_wanted != pair.expected.end())
                put_off(wanted_before, **later_wanted, pair.seen[i]->start() - before.start(),
                        parting);
            const auto later_seen = std::find_if(
                pair.seen.begin() + static_cast<std::ptrdiff_t>(i), pair.seen.end(),
                [&](const Transaction* t) { return are_alike(*t, *pair.expected[i]); });
            const auto until = later_seen == pair.seen.end() ? seen_.end() : (*later_seen)->start();
            put_off(wanted_before, *pair.expected[i], until - before.start(), parting);
        }
        run_.partings.push_back(std::move(parting));
    }

    // What the device sent may be a refresh that the reference never came to.
    void refresh_now(const judge::StreamPair& pair, std::size_t i, Parting& parting) const {
        const auto& before = *pair.expected[i - 1];
        const auto after = pair.seen[i]->start() - pair.seen[i - 1]->start();
        for (const auto* choice : times_before(before, *pair.expected[i]))
            if (const auto due = judge::refresh_due(expected_, *choice))
                if (auto way =
                        judge::put_off(expected_, *choice, *due, before.start() + after - *due))
                    parting.ways.push_back(std::move(*way));
    }

    // So that `wanted` comes this long after the request before.
    void put_off(const Transaction& before, const Transaction& wanted, Duration after,
                 Parting& parting) const {
        const auto by = after - (wanted.start() - before.start());
        for (const auto* choice : times_before(before, wanted))
            if (auto way = judge::put_off(expected_, *choice, wanted.start(), by))
                parting.ways.push_back(std::move(*way));
    }

    // The last draws first: they are the likeliest to have led here.
    void draw_otherwise(const Transaction& wanted, Parting& parting) const {
        unsigned lots = 0;
        const auto& events = expected_.events();
        for (auto event = events.rbegin(); event != events.rend() && lots < most_lots; ++event) {
            if ((*event)->at > wanted.start() || !judge::draws_a_server(**event)) continue;
            ++lots;
            const auto [value, low, high] = judge::freedom_of(**event);
            const auto span = high - low;
            const auto ways = std::min(span, most_ways - 1);
            for (std::uint64_t i = 0; i <= ways && ways > 0; ++i)
                if (const auto other = low + span * i / ways; other != value)
                    parting.ways.push_back(judge::adoption(expected_, **event, other));
        }
    }

    const Story& seen_;
    const Story& expected_;
    const Settled& settled_;
    Run& run_;
};

}  // namespace

shadow::Choices adopted(const timeline::Timeline& played, const Adoption& wanted,
                        shadow::Choices choices) {
    std::vector<std::uint64_t> made;
    for (const auto& event : played)
        if (event.kind == "rig.choice" && judge::key_of(event) == wanted.key)
            made.push_back(std::stoull(std::string(event.field("value"))));
    made.resize(wanted.nth + 1);
    made[wanted.nth] = wanted.value;
    choices[wanted.key] = std::move(made);
    return choices;
}

LedCourse led_along(const Observed& observed, const PlayWith& play, unsigned& most_plays,
                    const shadow::Choices& likely) {
    const Story seen(observed.scenario, observed.timeline, "device");
    Settled settled;
    const auto walk = [&](Run& run) {
        run.partings.clear();
        const Story expected(observed.scenario, run.expected, "device");
        Walk(seen, expected, settled, run).run();
    };
    const auto ran_with = [&](shadow::Choices choices) {
        Run run{std::move(choices), {}, {}};
        run.expected = play(run.choices);
        walk(run);
        return run;
    };
    auto best = ran_with({});
    if (!likely.empty())
        if (auto other = ran_with(likely); other.goes_further_than(best)) best = std::move(other);
    std::set<shadow::Choices> tried;
    bool plays_sufficed = true;
    const auto better = [&]() -> std::optional<Run> {
        for (const auto& way : best.partings.front().ways) {
            auto choices = adopted(best.expected, way, best.choices);
            if (!tried.insert(choices).second) continue;
            if (most_plays == 0) {
                plays_sufficed = false;
                break;
            }
            --most_plays;
            auto other = ran_with(std::move(choices));
            if (other.goes_further_than(best)) return other;
        }
        return std::nullopt;
    };
    const auto part_for_good_by = [&](Instant instant) {
        const Story expected(observed.scenario, best.expected, "device");
        const auto parting =
            judge::first_divergence(observed.clauses, seen, expected, most_uncertain);
        return parting && parting->at <= instant;
    };
    auto led_until = Instant::max();
    while (!best.partings.empty()) {
        if (auto other = better()) {
            best = std::move(*other);
            continue;
        }
        const auto& first = best.partings.front();
        const auto at = first.seen;
        if (!plays_sufficed) {
            led_until = at;
            break;
        }
        settled.emplace(at, first.last);
        if (part_for_good_by(at)) break;
        walk(best);
    }
    return {std::move(best.expected), led_until, std::move(best.choices)};
}

}  // namespace twinline::assess
