// Each form of expectation is a function from the story to an answer; levels and sentences are
// added in one place.
#include "rig/judge/expectations.hh"

#include "rig/judge/weigh.hh"
#include "rig/judge/wording.hh"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace twinline::judge {

namespace {

using scenario::Expectation;
using scenario::ExpectationForm;
using timeline::Event;
using timeline::Instant;

struct Answer {
    enum class Kind { holds, broken, not_reached } kind;
    std::string text;
    std::vector<const Event*> events;
};

Answer holds(std::string text, std::vector<const Event*> events) {
    return {Answer::Kind::holds, std::move(text), std::move(events)};
}
Answer broken(std::string text, std::vector<const Event*> events = {}) {
    return {Answer::Kind::broken, std::move(text), std::move(events)};
}
Answer not_reached(const std::string& event) {
    return {Answer::Kind::not_reached, "\"" + event + "\" never happened", {}};
}

class Checker {
  public:
    Checker(const Expectation& expectation, const Story& story, timeline::Duration uncertainty)
        : e_(expectation), story_(story), uncertainty_(uncertainty) {}

    Answer check() const {
        if (!e_.after.empty() && !at(e_.after)) return not_reached(e_.after);
        switch (e_.form) {
            case ExpectationForm::see:
                return see();
            case ExpectationForm::never:
                return never();
            case ExpectationForm::count:
                return count();
            case ExpectationForm::schedule:
                return schedule();
            case ExpectationForm::differ:
            case ExpectationForm::equal:
                return relation();
            case ExpectationForm::rises:
                return rises();
            case ExpectationForm::unique:
                return unique();
        }
        return broken("unknown form");
    }

  private:
    std::optional<Instant> at(std::string_view name) const { return story_.named().at(name); }

    const Event* event_named(std::string_view name) const {
        const auto copy = story_.named().event(name);
        if (!copy) return nullptr;
        const auto found = std::ranges::find(story_.events(), copy->id, &Event::id);
        return found == story_.events().end() ? nullptr : *found;
    }

    Instant from() const {
        const auto begin = at(e_.after.empty() ? "power-on" : e_.after);
        return begin.value_or(Instant{});
    }

    // What a phone asks or tells of itself is no act of failover, unless it is asked for by name.
    bool is_its_own(const Event& event) const {
        const auto method = event.field("method");
        return event.kind == "sip.request" && !e_.pattern.fields.contains("method") &&
               (method == "OPTIONS" || method == "PUBLISH");
    }

    // Events that match the pattern strictly after `after` and before `until`; what is simultaneous
    // goes by its order.
    std::vector<const Event*> matching() const {
        const auto begin = from();
        const auto until = e_.until.empty() || e_.until == "end" ? std::nullopt : at(e_.until);
        const auto* first = e_.after.empty() ? nullptr : event_named(e_.after);
        const auto* last = until ? event_named(e_.until) : nullptr;
        std::vector<const Event*> found;
        for (const auto* event : story_.events()) {
            if (event->at < begin || (first != nullptr && event->id <= first->id)) continue;
            if (last != nullptr ? event->id >= last->id : until && event->at >= *until) break;
            if (scenario::matches(e_.pattern, *event) && !is_its_own(*event))
                found.push_back(event);
        }
        return found;
    }

    Answer see() const {
        const Event* event = nullptr;
        if (!e_.event.empty()) {
            event = event_named(e_.event);
        } else if (const auto found = matching(); !found.empty()) {
            event = found.front();
        }
        const auto begin = from();
        if (event == nullptr) {
            if (e_.within && story_.end() < begin + e_.within->latest)
                return not_reached("the end of the window");
            return broken("did not happen" +
                          (e_.within ? " within " + seconds(e_.within->latest) : "") +
                          (e_.after.empty() ? "" : " after " + e_.after));
        }
        const auto offset = event->at - begin;
        if (!e_.after.empty() && offset < timeline::Duration{})
            return broken(describe(*event) + " came before " + e_.after, {event});
        if (e_.within && offset < e_.within->earliest - uncertainty_)
            return broken(describe(*event) + " came after " + seconds(offset) + ", " +
                              seconds(e_.within->earliest - offset) + " too early",
                          {event});
        if (e_.within && offset > e_.within->latest + uncertainty_)
            return broken(describe(*event) + " came after " + seconds(offset) + ", " +
                              seconds(offset - e_.within->latest) + " too late",
                          {event});
        return holds(describe(*event) + " after " + seconds(offset), {event});
    }

    Answer never() const {
        const auto found = matching();
        if (found.empty()) return holds("nothing of it was seen", {});
        return broken(describe(*found.front()) + " at " + seconds(found.front()->at - from()) +
                          (e_.after.empty() ? " after power-on" : " after " + e_.after) +
                          (found.size() > 1 ? ", " + std::to_string(found.size()) + " in all" : ""),
                      found);
    }

    Answer count() const {
        const auto found = matching();
        const auto text = std::to_string(found.size()) + " seen";
        if (e_.at_least && found.size() < *e_.at_least)
            return broken(text + ", at least " + std::to_string(*e_.at_least) + " wanted", found);
        if (e_.at_most && found.size() > *e_.at_most)
            return broken(text + ", at most " + std::to_string(*e_.at_most) + " wanted", found);
        return holds(text, found);
    }

    Answer schedule() const {
        const auto* first = event_named(e_.event);
        const auto* transaction = first != nullptr ? story_.transaction_of(*first) : nullptr;
        if (transaction == nullptr) return not_reached(e_.event);
        const auto start = transaction->start();
        std::vector<timeline::Duration> seen;
        for (const auto* send : transaction->sends) seen.push_back(send->at - start);
        const auto what = transaction->method + " to " + transaction->peer;
        // Nothing is due any more once an answer has come or the subject's part is over.
        const auto last = transaction->answer != nullptr ? transaction->answer->at : story_.end();
        std::size_t i = 0;
        for (const auto& due : e_.at) {
            const auto slack =
                uncertainty_ + e_.tolerance +
                std::chrono::duration_cast<timeline::Duration>(due * e_.tolerance_ratio);
            if (i >= seen.size()) {
                if (start + due + slack >= last) break;
                return broken("sent " + std::to_string(seen.size()) + " of " +
                                  std::to_string(e_.at.size()) + " " + what + ": at " +
                                  seconds(seen) + "; the next was due at " + seconds(due),
                              transaction->sends);
            }
            if (seen[i] < due - slack || seen[i] > due + slack)
                return broken("send " + std::to_string(i + 1) + " of " + what + " came at " +
                                  seconds(seen[i]) + " instead of " + seconds(due),
                              transaction->sends);
            ++i;
        }
        if (i < seen.size())
            return broken("sent " + what + " " + std::to_string(seen.size()) + " times, " +
                              std::to_string(i) + " are documented: the first too many at " +
                              seconds(seen[i]),
                          transaction->sends);
        return holds("sent " + what + " at " + seconds(seen), transaction->sends);
    }

    // The events named in `of`; none when one of them never happened.
    std::optional<std::vector<const Event*>> events_of(std::string& missing) const {
        std::vector<const Event*> events;
        for (const auto& name : e_.of) {
            const auto* event = event_named(name);
            if (event == nullptr) {
                missing = name;
                return std::nullopt;
            }
            events.push_back(event);
        }
        return events;
    }

    Answer relation() const {
        std::string missing;
        const auto events = events_of(missing);
        if (!events) return not_reached(missing);
        const bool want_equal = e_.form == ExpectationForm::equal;
        for (const auto& field : e_.fields)
            for (std::size_t i = 0; i < events->size(); ++i) {
                if ((*events)[i]->field(field).empty())
                    return broken(e_.of[i] + " has no " + field, {(*events)[i]});
                for (std::size_t j = i + 1; j < events->size(); ++j) {
                    const bool equal = (*events)[i]->field(field) == (*events)[j]->field(field);
                    if (equal != want_equal)
                        return broken(field + (equal ? " is the same in " : " differs between ") +
                                          e_.of[i] + " and " + e_.of[j],
                                      {(*events)[i], (*events)[j]});
                }
            }
        return holds(want_equal ? "the same in all" : "different in all", *events);
    }

    static std::optional<std::uint64_t> number(std::string_view text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                        : std::nullopt;
    }

    Answer rises() const {
        std::string missing;
        const auto events = events_of(missing);
        if (!events) return not_reached(missing);
        for (const auto& field : e_.fields)
            for (std::size_t i = 1; i < events->size(); ++i) {
                const auto before = number((*events)[i - 1]->field(field));
                const auto after = number((*events)[i]->field(field));
                const bool right =
                    before && after && *after > *before && (!e_.by || *after == *before + *e_.by);
                if (!right)
                    return broken(field + " goes from " +
                                      std::string((*events)[i - 1]->field(field)) + " to " +
                                      std::string((*events)[i]->field(field)) + " between " +
                                      e_.of[i - 1] + " and " + e_.of[i],
                                  {(*events)[i - 1], (*events)[i]});
            }
        return holds("rises as it should", *events);
    }

    // Transactions of the subject, not transmissions: a retransmission shares everything by right.
    Answer unique() const {
        std::vector<const Event*> checked;
        for (const auto& field : e_.fields) {
            std::map<std::string, const Transaction*, std::less<>> owners;
            for (const auto& t : story_.transactions()) {
                if (t.method == "ACK" || t.method == "CANCEL")
                    continue;  // they share the branch by right
                const auto* first = t.sends.front();
                checked.push_back(first);
                const auto [owner, is_new] = owners.emplace(first->field(field), &t);
                if (!is_new)
                    return broken(describe(*first) + " has the " + field + " of the earlier " +
                                      describe(*owner->second->sends.front()),
                                  {owner->second->sends.front(), first});
            }
        }
        if (checked.empty()) return not_reached("a request");
        return holds("no two of " + std::to_string(checked.size()) + " alike", checked);
    }

    const Expectation& e_;
    const Story& story_;
    timeline::Duration uncertainty_;
};

using Readings = std::map<std::string, std::string, std::less<>>;

bool applies(const Expectation& expectation, const Readings& readings) {
    return std::ranges::all_of(expectation.when, [&](const auto& condition) {
        const auto value = readings.find(condition.first);
        return value != readings.end() &&
               std::ranges::find(condition.second, value->second) != condition.second.end();
    });
}

}  // namespace

std::vector<Outcome> check_expectations(const Evidence& evidence, const Story& story,
                                        timeline::Duration uncertainty) {
    const bool own = story.subject() == "twin" && !evidence.twin_readings.empty();
    const auto& readings = own ? evidence.twin_readings : evidence.readings;
    std::vector<Outcome> outcomes;
    for (const auto& expectation : evidence.scenario.expectations) {
        if (!applies(expectation, readings)) continue;
        const auto answer = Checker(expectation, story, uncertainty).check();
        Outcome outcome;
        outcome.holds = answer.kind == Answer::Kind::holds;
        outcome.not_reached = answer.kind == Answer::Kind::not_reached;
        auto& finding = outcome.finding;
        finding.clause = expectation.clause;
        finding.level = level_of(evidence.clauses, expectation.clause);
        finding.voice = Voice::expectation;
        if (outcome.not_reached) finding.weight = Weight::observation;
        if (!outcome.holds && !outcome.not_reached) finding.weight = breach_of(finding.level);
        finding.text =
            expectation.says + ": " + (outcome.not_reached ? "not reached, " : "") + answer.text;
        for (const auto* event : answer.events) {
            finding.events.push_back(event->id);
            if (event->frame) finding.frames.push_back(*event->frame);
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

}  // namespace twinline::judge
