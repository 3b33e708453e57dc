// Both stories are walked transaction by transaction. Compared: who is asked what, with credentials
// or without, how often, and when after the one before; never compared: the first instant (a boot
// takes what it takes), extra OPTIONS, presence.
#include "rig/judge/divergence.hh"

#include "rig/judge/free_choices.hh"
#include "rig/judge/streams.hh"
#include "rig/judge/weigh.hh"
#include "rig/judge/wording.hh"

#include <algorithm>
#include <set>

namespace twinline::judge {

namespace {

using timeline::Event;

constexpr timeline::Duration start_slack =
    std::chrono::seconds{1};  // next server within 1 s of its instant
constexpr double start_slack_ratio = 0.05;

std::string name(const Transaction& t) {
    return t.method + (t.ends() ? " that ends it" : "") +
           (t.auth == "credentials" ? " with credentials" : "") + " to " + t.peer;
}

class Comparison {
  public:
    Comparison(const Clauses& clauses, const Story& seen, const Story& expected,
               timeline::Duration uncertainty)
        : clauses_(clauses), seen_(seen), expected_(expected), uncertainty_(uncertainty) {}

    std::optional<Divergence> run() {
        std::optional<Divergence> first;
        for (const auto& pair : side_by_side(seen_, expected_)) {
            auto finding = follow(pair.seen, pair.expected);
            if (finding && (!first || finding->events < first->events)) first = std::move(finding);
        }
        return first;
    }

  private:
    std::optional<Divergence> follow(const Stream& seen, const Stream& expected) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (i >= seen.size())
                return missing(*expected[i], i > 0 ? expected[i - 1] : nullptr, seen);
            const auto* before = i > 0 ? seen[i - 1] : nullptr;
            const auto* expected_before = i > 0 ? expected[i - 1] : nullptr;
            const auto* next = i + 1 < expected.size() ? expected[i + 1] : nullptr;
            if (!is_like(seen, i, *expected[i])) return another(*seen[i], *expected[i], before);
            if (auto finding = compare(*seen[i], *expected[i], before, expected_before, next))
                return finding;
            if (answer(*seen[i]) != answer(*expected[i]))
                return other_answer(*seen[i], *expected[i]);
        }
        if (seen.size() > expected.size()) return extra(*seen[expected.size()]);
        return std::nullopt;
    }

    static std::string answer(const Transaction& t) {
        return t.answer != nullptr ? std::string(t.answer->field("status")) : "none";
    }

    // The first clause of a decision says why the reference acted.
    Divergence finding(const std::string& clause, std::string text, timeline::Instant at,
                       std::vector<const Event*> events) const {
        Divergence f;
        f.at = at;
        f.clause = clause;
        f.level = level_of(clauses_, clause);
        f.voice = Voice::shadow;
        f.weight = clause.empty() ? Weight::observation : breach_of(f.level);
        f.text = std::move(text);
        for (const auto* event : events) {
            f.events.push_back(event->id);
            if (event->frame) f.frames.push_back(*event->frame);
        }
        return f;
    }

    static std::string why(const Transaction& t) {
        return t.sends.front()->clauses.empty() ? std::string() : t.sends.front()->clauses.front();
    }

    std::optional<Divergence> missing(const Transaction& wanted, const Transaction* wanted_before,
                                      const std::vector<const Transaction*>& seen) const {
        if (seen.empty() || wanted_before == nullptr)
            return finding(why(wanted), "sent no " + name(wanted) + " at all; the reference does",
                           seen_.end(), {});
        const auto gap = wanted.start() - wanted_before->start();
        const auto longest = gap + may_wait_longer(*wanted_before, wanted);
        const auto due = seen.back()->start() + longest + slack(longest);
        if (due >= seen_.end()) return std::nullopt;  // its part was over before
        return finding(why(wanted),
                       "after " + name(*seen.back()) + " it never sent the " + name(wanted) +
                           " that the reference sends " + seconds(gap) + " later",
                       seen_.end(), {seen.back()->sends.back()});
    }

    Divergence another(const Transaction& seen, const Transaction& expected,
                       const Transaction* before) const {
        return finding(why(expected),
                       "sent " + name(seen) + " where the reference sends " + name(expected) +
                           (before != nullptr ? ", after " + name(*before) : ""),
                       seen.start(), {seen.sends.front()});
    }

    std::optional<Divergence> compare(const Transaction& seen, const Transaction& expected,
                                      const Transaction* before, const Transaction* expected_before,
                                      const Transaction* expected_next) {
        if (auto reused = same_branch(seen, expected)) return reused;
        if (before != nullptr) {
            const auto gap = seen.start() - before->start();
            const auto wanted = expected.start() - expected_before->start();
            if (gap > wanted + slack(wanted) || gap < wanted - slack(wanted))
                return finding(why(expected),
                               name(seen) + " came " + seconds(gap) + " after " + name(*before) +
                                   "; the reference sends it after " + seconds(wanted),
                               seen.start(), {before->sends.front(), seen.sends.front()});
        }
        return sends(seen, expected, expected_next);
    }

    // Where the length is the phone's own choice: by how much more than the reference it may wait.
    timeline::Duration may_wait_longer(const Transaction& before, const Transaction& after) const {
        timeline::Duration most{};
        for (const auto* choice : choices_between(expected_, before, after))
            most = std::max(most, may_put_off(*choice, after.start()));
        return most;
    }

    std::optional<Divergence> same_branch(const Transaction& seen, const Transaction& expected) {
        const bool seen_new = seen_branches_.insert(seen.branch).second;
        const bool expected_new = expected_branches_.insert(expected.branch).second;
        if (seen_new == expected_new) return std::nullopt;
        const auto& all =
            expected.sends.front()->clauses;  // beyond the first: what form the act must have
        std::string clause;
        for (const auto& c : all)
            if (clause.empty() || level_of(clauses_, c) < level_of(clauses_, clause)) clause = c;
        return finding(
            clause,
            name(seen) + " reuses the branch of an earlier request; the reference takes a new one",
            seen.start(), {seen.sends.front()});
    }

    // What made the reference send again says how often; where it sent once only, what made it turn
    // to the next does.
    std::optional<Divergence> sends(const Transaction& seen, const Transaction& expected,
                                    const Transaction* expected_next) const {
        if (seen.sends.size() == expected.sends.size()) return std::nullopt;
        if (seen.answer != nullptr || expected.answer != nullptr)
            return std::nullopt;  // an answer ended it
        const auto more = std::max(seen.sends.size(), expected.sends.size());
        if (seen.sends.size() < expected.sends.size()) {
            const auto due = expected.sends[seen.sends.size()]->at - expected.start();
            if (seen.start() + due + slack(due) >= seen_.end()) return std::nullopt;
        }
        if (more == seen.sends.size() && expected.sends.back()->at + start_slack >= expected_.end())
            return std::nullopt;
        std::string clause;
        if (expected.sends.size() > 1 && !expected.sends[1]->clauses.empty())
            clause = expected.sends[1]->clauses.front();
        else if (expected_next != nullptr)
            clause = why(*expected_next);
        return finding(clause,
                       "sent " + std::to_string(seen.sends.size()) + " of " +
                           std::to_string(expected.sends.size()) + " documented " + name(seen) +
                           ", the last at " + seconds(seen.sends.back()->at - seen.start()) +
                           "; the reference's last is at " +
                           seconds(expected.sends.back()->at - expected.start()),
                       seen.start(), seen.sends);
    }

    std::optional<Divergence> other_answer(const Transaction& seen,
                                           const Transaction& expected) const {
        const auto* last = seen.answer != nullptr ? seen.answer : seen.sends.back();
        auto f = finding({},
                         name(seen) + " was answered " + answer(seen) + ", the reference's " +
                             answer(expected) + ": from here on the two cannot be compared",
                         last->at, {last});
        const bool cut =
            (seen.answer == nullptr && seen.sends.back()->at + start_slack >= seen_.end());
        return cut ? std::nullopt : std::optional(std::move(f));
    }

    // More than the reference did: when to refresh is the device's own choice, so this is told, not
    // held against it.
    std::optional<Divergence> extra(const Transaction& seen) const {
        return finding({},
                       "sent " + name(seen) + " at " +
                           seconds(seen.start() - seen_.power_on().value_or(seen.start())) +
                           " after power-on, where the reference had nothing more to send",
                       seen.start(), {seen.sends.front()});
    }

    timeline::Duration slack(timeline::Duration gap) const {
        return uncertainty_ + start_slack +
               std::chrono::duration_cast<timeline::Duration>(gap * start_slack_ratio);
    }

    const Clauses& clauses_;
    const Story& seen_;
    const Story& expected_;
    timeline::Duration uncertainty_;
    std::set<std::string> seen_branches_, expected_branches_;
};

}  // namespace

std::optional<Divergence> first_divergence(const Clauses& clauses, const Story& seen,
                                           const Story& expected, timeline::Duration uncertainty) {
    return Comparison(clauses, seen, expected, uncertainty).run();
}

}  // namespace twinline::judge
