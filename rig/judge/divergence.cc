// Both stories are walked transaction by transaction. Compared: who is asked what, with credentials
// or without, how often, and when after the one before; never compared: the first instant (a boot
// takes what it takes), extra OPTIONS, presence.
#include "rig/judge/divergence.hh"

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

using Stream = std::vector<const Transaction*>;  // in order; often the requests of one Call-ID

Stream comparable(const Story& story) {
    Stream list;
    for (const auto& t : story.transactions())
        if (t.method != "OPTIONS" && t.method != "ACK") list.push_back(&t);
    return list;
}

// Presence is a phone's own business, beside what the reference was made to do.
Stream comparable(const Story& story, const Stream& expected) {
    auto list = comparable(story);
    std::erase_if(list, [&](const Transaction* t) {
        return (t->method == "PUBLISH" || t->method == "SUBSCRIBE") &&
               std::ranges::find(expected, t->method, &Transaction::method) == expected.end();
    });
    return list;
}

std::string name(const Transaction& t) {
    return t.method + (t.auth == "credentials" ? " with credentials" : "") + " to " + t.peer;
}

class Comparison {
  public:
    Comparison(const Clauses& clauses, const Story& seen, const Story& expected,
               timeline::Duration uncertainty)
        : clauses_(clauses), seen_(seen), expected_(expected), uncertainty_(uncertainty) {}

    std::optional<Finding> run() {
        const auto all_expected = comparable(expected_);
        const auto all_seen = comparable(seen_, all_expected);
        const auto seen = streams(all_seen);
        const auto expected = streams(all_expected);
        // What is concurrent has no order among its streams; each is followed by itself. A phone
        // that puts what the reference keeps apart into one stream is followed as one.
        if (expected.size() < 2 || seen.size() < expected.size())
            return follow(all_seen, all_expected);
        std::optional<Finding> first;
        auto left = seen;
        for (const auto& stream : expected) {
            auto finding = follow(take_match(left, stream), stream);
            if (finding && (!first || finding->events < first->events)) first = std::move(finding);
        }
        return first;
    }

  private:
    // The stream of `left` that began as `wanted` did, else one of the same kind; none: empty.
    static Stream take_match(std::vector<Stream>& left, const Stream& wanted) {
        const auto begins_so = [&](const Stream& s, bool with_peer) {
            return s.front()->method == wanted.front()->method &&
                   (!with_peer || s.front()->peer == wanted.front()->peer);
        };
        auto match =
            std::ranges::find_if(left, [&](const Stream& s) { return begins_so(s, true); });
        if (match == left.end())
            match =
                std::ranges::find_if(left, [&](const Stream& s) { return begins_so(s, false); });
        if (match == left.end()) return {};
        auto taken = std::move(*match);
        left.erase(match);
        return taken;
    }

    static std::vector<Stream> streams(const Stream& all) {
        std::vector<Stream> found;
        const auto call = [](const Transaction* t) { return t->sends.front()->field("call_id"); };
        for (const auto* t : all) {
            const auto known = std::ranges::find_if(
                found, [&](const Stream& s) { return call(s.front()) == call(t); });
            if (known == found.end())
                found.push_back({t});
            else
                known->push_back(t);
        }
        return found;
    }

    std::optional<Finding> follow(const Stream& seen, const Stream& expected) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (i >= seen.size())
                return missing(*expected[i], i > 0 ? expected[i - 1] : nullptr, seen);
            const auto* before = i > 0 ? seen[i - 1] : nullptr;
            const auto* expected_before = i > 0 ? expected[i - 1] : nullptr;
            const auto* next = i + 1 < expected.size() ? expected[i + 1] : nullptr;
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
    Finding finding(const std::string& clause, std::string text,
                    std::vector<const Event*> events) const {
        Finding f;
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

    std::optional<Finding> missing(const Transaction& wanted, const Transaction* wanted_before,
                                   const std::vector<const Transaction*>& seen) const {
        if (seen.empty() || wanted_before == nullptr)
            return finding(why(wanted), "sent no " + name(wanted) + " at all; the reference does",
                           {});
        auto gap = wanted.start() - wanted_before->start();
        if (chose_when(*wanted_before, wanted)) gap *= 2;  // half of it at most is chance
        const auto due = seen.back()->start() + gap + slack(gap);
        if (due >= seen_.end()) return std::nullopt;  // its part was over before
        return finding(why(wanted),
                       "after " + name(*seen.back()) + " it never sent the " + name(wanted) +
                           " that the reference sends " + seconds(gap) + " later",
                       {seen.back()->sends.back()});
    }

    std::optional<Finding> compare(const Transaction& seen, const Transaction& expected,
                                   const Transaction* before, const Transaction* expected_before,
                                   const Transaction* expected_next) {
        if (seen.method != expected.method || seen.peer != expected.peer ||
            seen.auth != expected.auth)
            return finding(why(expected),
                           "sent " + name(seen) + " where the reference sends " + name(expected) +
                               (before != nullptr ? ", after " + name(*before) : ""),
                           {seen.sends.front()});
        if (auto reused = same_branch(seen, expected)) return reused;
        if (before != nullptr && !chose_when(*expected_before, expected)) {
            const auto gap = seen.start() - before->start();
            const auto wanted = expected.start() - expected_before->start();
            if (gap > wanted + slack(wanted) || gap < wanted - slack(wanted))
                return finding(why(expected),
                               name(seen) + " came " + seconds(gap) + " after " + name(*before) +
                                   "; the reference sends it after " + seconds(wanted),
                               {before->sends.front(), seen.sends.front()});
        }
        return sends(seen, expected, expected_next);
    }

    // The reference drew the length of a pause that no document gives: the device draws its own,
    // and the scenario says what it must keep to.
    bool chose_when(const Transaction& before, const Transaction& after) const {
        const auto& events = expected_.events();  // in order, and many in a long run
        auto event = std::ranges::lower_bound(events, before.start(), {}, &Event::at);
        for (; event != events.end() && (*event)->at <= after.start(); ++event)
            if ((*event)->kind == "rig.decision" && !(*event)->field("free").empty()) return true;
        return false;
    }

    std::optional<Finding> same_branch(const Transaction& seen, const Transaction& expected) {
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
            {seen.sends.front()});
    }

    // What made the reference send again says how often; where it sent once only, what made it turn
    // to the next does.
    std::optional<Finding> sends(const Transaction& seen, const Transaction& expected,
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
                       seen.sends);
    }

    std::optional<Finding> other_answer(const Transaction& seen,
                                        const Transaction& expected) const {
        auto f = finding({},
                         name(seen) + " was answered " + answer(seen) + ", the reference's " +
                             answer(expected) + ": from here on the two cannot be compared",
                         {seen.answer != nullptr ? seen.answer : seen.sends.back()});
        const bool cut =
            (seen.answer == nullptr && seen.sends.back()->at + start_slack >= seen_.end());
        return cut ? std::nullopt : std::optional(std::move(f));
    }

    // More than the reference did: when to refresh is the device's own choice, so this is told, not
    // held against it.
    std::optional<Finding> extra(const Transaction& seen) const {
        return finding({},
                       "sent " + name(seen) + " at " +
                           seconds(seen.start() - seen_.power_on().value_or(seen.start())) +
                           " after power-on, where the reference had nothing more to send",
                       {seen.sends.front()});
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

std::optional<Finding> first_divergence(const Clauses& clauses, const Story& seen,
                                        const Story& expected, timeline::Duration uncertainty) {
    return Comparison(clauses, seen, expected, uncertainty).run();
}

}  // namespace twinline::judge
