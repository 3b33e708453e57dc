// Instants are compared from request to request, never from power-on: a boot takes what it takes.
// Tolerances are the judge's; a challenge that only one of the two met is passed over, for how long
// a nonce lives is the server's business.
#include "rig/field/walk.hh"

#include "rig/field/answers.hh"
#include "rig/field/heed.hh"
#include "rig/field/manners.hh"
#include "rig/field/pings.hh"
#include "rig/field/slack.hh"
#include "rig/field/streams.hh"
#include "rig/judge/free_choices.hh"
#include "rig/judge/wording.hh"

#include <algorithm>

namespace twinline::field {

namespace {

using judge::seconds;
using judge::Transaction;
using timeline::Duration;
using timeline::Event;

constexpr Duration close_enough = std::chrono::milliseconds{20};

std::string_view answer(const Transaction& t) {
    return t.answer == nullptr ? "nothing" : t.answer->field("status");
}

bool is_challenged(const Transaction& t) { return answer(t) == "401" || answer(t) == "407"; }

class Walk {
  public:
    explicit Walk(const Walkers& walkers) : w_(walkers) {}

    Walked run() {
        for (const auto& pair : pairs_of(w_)) {
            auto known = std::move(result_.parting);
            follow(pair);
            if (known && (!result_.parting || known->at <= result_.parting->at))
                result_.parting = std::move(known);
        }
        if (w_.questions == Questions::compared) {
            compare_questions(w_, result_.manners);
            if (w_.choices == Choices::may_change) adopt_by_questions();
        }
        compare_pings(w_, result_.manners);
        compare_answers(w_, result_.manners);
        if (result_.parting)
            std::erase_if(result_.manners, [&](const Difference& difference) {
                return difference.at >= result_.parting->at;
            });
        std::ranges::stable_sort(result_.manners, {}, &Difference::at);
        return std::move(result_);
    }

  private:
    void part(const Event* at, const Transaction* wanted, std::string did, std::string why) {
        Difference difference;
        if (at != nullptr) {
            difference.at = at->at;
            difference.frame = at->frame;
        }
        if (wanted != nullptr) {
            difference.clauses = wanted->sends.front()->clauses;
            difference.wanted_of = wanted->peer;
        }
        difference.did = std::move(did);
        difference.wanted = std::move(why);
        result_.parting = std::move(difference);
    }

    // Both indices move on together, but for a challenge that one side only has met.
    void follow(const Pair& pair) {
        result_.parting.reset();
        const Transaction *before = nullptr, *wanted_before = nullptr;
        std::size_t i = 0, j = 0;
        bool realigned = false;
        for (; j < pair.expected.size(); ++i, ++j) {
            const auto& wanted = *pair.expected[j];
            if (i >= pair.seen.size()) return missing(wanted, wanted_before, before);
            const auto& seen = *pair.seen[i];
            const bool begins = before == nullptr;
            if (!realigned && !goes_along(seen, wanted, begins ? pair.seen_before : before,
                                          begins ? pair.expected_before : wanted_before))
                return;
            if (realigned && seen.peer != wanted.peer) return other_request(seen, wanted, before);
            const auto* next = j + 1 < pair.expected.size() ? pair.expected[j + 1] : nullptr;
            if (!realigned && !sends_alike(seen, wanted, next)) return;
            const Matched step{seen, wanted, before, wanted_before};
            if (!realigned) {
                compare_manners(step, result_.manners);
                compare_heed(step, w_, result_.manners);
            }
            before = &seen;
            wanted_before = &wanted;
            realigned = false;
            if (answer(seen) == answer(wanted)) {
                compare_acknowledgements(step, w_, result_.manners);
                continue;
            }
            if (is_challenged(seen) != is_challenged(wanted)) {
                if (is_challenged(seen) ? answers_challenge(pair.seen, i)
                                        : answers_challenge(pair.expected, j)) {
                    realigned = true;
                    is_challenged(seen) ? --j : --i;
                    continue;
                }
            }
            return other_answer(seen, wanted);
        }
        if (i < pair.seen.size()) extra(*pair.seen[i], wanted_before);
    }

    static bool answers_challenge(const Stream& stream, std::size_t i) {
        return i + 1 < stream.size() && stream[i + 1]->peer == stream[i]->peer &&
               stream[i + 1]->method == stream[i]->method && stream[i + 1]->auth == "credentials";
    }

    std::vector<const Event*> choices_between(const Transaction& before,
                                              const Transaction& after) const {
        return judge::choices_between(w_.expected, before, after);
    }

    // What it has to choose to come out where the phone did, or nearer; false: nobody is free to.
    bool adopt(const Event& choice, const Transaction& seen, const Transaction& wanted,
               Duration later = {}) {
        auto better = judge::put_off(w_.expected, choice, wanted.start(),
                                     seen.start() + later - wanted.start());
        if (!better) return false;
        result_.adoptions.push_back({std::move(*better), seen.start()});
        return true;
    }

    // Nearly, and the phone's own waiting is within its bounds too, from wherever it began.
    static bool comes_out_at(const Event& choice, const Transaction& seen,
                             const Transaction& wanted, const Transaction& before) {
        const auto step = judge::step_of(choice, wanted.start());
        const auto most = static_cast<Duration::rep>(judge::freedom_of(choice).high);
        const auto longest = step * most;
        return step > Duration{} &&
               std::chrono::abs(seen.start() - wanted.start()) <= longest / 1000 + close_enough &&
               seen.start() - before.start() <= longest + least_slack;
    }

    // Pauses that follow one another, at their shortest and at their longest; what else is chosen
    // at once is not added up.
    bool may_lead_there(std::vector<const Event*> free, const Transaction& seen,
                        const Transaction& wanted) const {
        std::ranges::sort(free, {}, &Event::at);
        Duration earlier{}, later{};
        for (std::size_t i = 0; i < free.size(); ++i) {
            if (!judge::is_pause(*free[i])) return true;
            const auto led_to = i + 1 < free.size() ? free[i + 1]->at : wanted.start();
            earlier += judge::may_bring_forward(*free[i], led_to);
            later += judge::may_put_off(*free[i], led_to);
        }
        earlier = std::min(earlier, since_its_rest(wanted, w_.expected));
        const auto apart = seen.start() - wanted.start();
        return apart >= -earlier - slack_of(earlier) && apart <= later + slack_of(later);
    }

    // What the phone sent instead comes first if the reference chooses to wait for longer.
    bool puts_off_till_after(const Transaction& seen, const Transaction& wanted,
                             const Transaction* wanted_before) {
        if (w_.choices == Choices::stand || wanted_before == nullptr ||
            wanted.start() >= seen.start())
            return false;
        return std::ranges::any_of(choices_between(*wanted_before, wanted),
                                   [&](const Event* choice) {
                                       return adopt(*choice, seen, wanted, std::chrono::seconds{5});
                                   });
    }

    // A pause may end with a question to the DNS and nothing more, where every server is left
    // alone.
    void adopt_by_questions() {
        const auto seen = questions_of(w_.seen, w_.visible_from);
        const auto wanted = questions_of(w_.expected, w_.visible_from);
        for (std::size_t i = 0; i < std::min(seen.size(), wanted.size()); ++i) {
            if (told(*seen[i]) != told(*wanted[i])) return;
            if (std::chrono::abs(seen[i]->at - wanted[i]->at) <= close_enough) continue;
            const Event* pause = nullptr;
            for (const auto* event : w_.expected.events()) {
                if (event->at > wanted[i]->at) break;
                const bool after = i == 0 || event->at >= wanted[i - 1]->at;
                if (!after || event->kind != "rig.choice") continue;
                if (judge::is_pause(*event)) pause = event;
                if (event->field("id").ends_with("refresh-ppm")) pause = nullptr;  // it ended
            }
            if (pause == nullptr) return;
            auto better =
                judge::put_off(w_.expected, *pause, wanted[i]->at, seen[i]->at - wanted[i]->at);
            if (better)
                result_.adoptions.insert(result_.adoptions.begin(),
                                         {std::move(*better), seen[i]->at});
            return;
        }
    }

    // What came before the first request, say names that nobody told it, may have had it pause: its
    // troubles hang on that request.
    void begins_when(const Transaction& seen, const Transaction& wanted) {
        if (w_.choices == Choices::stand ||
            std::chrono::abs(seen.start() - wanted.start()) <= close_enough)
            return;
        const Event* pause = nullptr;
        for (const auto* event : w_.expected.events())
            if (event->at < wanted.start() && judge::puts_off(*event, wanted.method)) pause = event;
        if (pause != nullptr) adopt(*pause, seen, wanted);
    }

    bool goes_along(const Transaction& seen, const Transaction& wanted, const Transaction* before,
                    const Transaction* wanted_before) {
        if (seen.method != wanted.method || seen.peer != wanted.peer) {
            if (!puts_off_till_after(seen, wanted, wanted_before))
                other_request(seen, wanted, before);
            return false;
        }
        if (before == nullptr || wanted_before == nullptr) {
            begins_when(seen, wanted);
            return true;
        }
        if (seen.ends() && !wanted.ends() && puts_off_till_after(seen, wanted, wanted_before))
            return false;
        if (std::chrono::abs(seen.start() - wanted.start()) < close_enough) return true;
        // An end is its user's: no choice of the phone leads there.
        const auto free =
            seen.ends() ? std::vector<const Event*>{} : choices_between(*wanted_before, wanted);
        if (w_.choices == Choices::may_change)
            for (const auto* choice : free)
                if (adopt(*choice, seen, wanted)) return true;
        const auto leads = [&](const Event* choice) {
            return comes_out_at(*choice, seen, wanted, *before);
        };
        if (std::ranges::any_of(free, leads)) return true;
        // They might lead there, and which does what cannot be told.
        if (w_.choices == Choices::stand && free.size() > 1 && may_lead_there(free, seen, wanted))
            return true;
        const auto gap = seen.start() - before->start();
        const auto due = wanted.start() - wanted_before->start();
        if (gap <= due + slack_of(due) && gap >= due - slack_of(due)) return true;
        part(seen.sends.front(), &wanted,
             name_of(seen) + " came " + seconds(gap) + " after " + name_of(*before),
             "the reference sends it after " + seconds(due));
        result_.parting->is_free = free.size() > 1;
        return false;
    }

    void other_request(const Transaction& seen, const Transaction& wanted,
                       const Transaction* before) {
        part(seen.sends.front(), &wanted,
             "sent " + name_of(seen) + (before == nullptr ? "" : ", after " + name_of(*before)),
             "the reference sends " + name_of(wanted));
    }

    void missing(const Transaction& wanted, const Transaction* wanted_before,
                 const Transaction* before) {
        if (before == nullptr || wanted_before == nullptr) {
            if (wanted.start() + slack_of({}) >= w_.seen.end()) return;
            part(w_.seen.events().empty() ? nullptr : w_.seen.events().front(), &wanted,
                 "sent no " + name_of(wanted) + " at all", "the reference does");
            if (result_.parting) result_.parting->at = wanted.start();
            return;
        }
        auto gap = wanted.start() - wanted_before->start();
        const bool free = !choices_between(*wanted_before, wanted).empty();
        const auto due = before->start() + gap + (free ? free_slack_of(gap) : slack_of(gap));
        if (due >= w_.seen.end()) return;
        part(before->sends.back(), &wanted,
             "after " + name_of(*before) + " it never sent " + name_of(wanted),
             "the reference sends it " + seconds(gap) + " later");
        result_.parting->at = std::max(result_.parting->at, before->start() + gap);
        result_.parting->may_be_the_user =
            wanted.method == "INVITE" && before->method == "INVITE" && before->answer == nullptr;
    }

    bool sends_alike(const Transaction& seen, const Transaction& wanted, const Transaction* next) {
        if (seen.sends.size() == wanted.sends.size()) return true;
        if (seen.answer != nullptr || wanted.answer != nullptr) return true;  // an answer ended it
        const bool fewer = seen.sends.size() < wanted.sends.size();
        if (fewer) {
            const auto due = wanted.sends[seen.sends.size()]->at - wanted.start();
            if (seen.start() + due + slack_of(due) >= w_.seen.end()) return true;
        } else if (wanted.sends.back()->at + least_slack >= w_.expected.end()) {
            return true;
        }
        const auto* why = wanted.sends.size() > 1 ? &wanted : next;
        part(fewer ? seen.sends.back() : seen.sends[wanted.sends.size()], why,
             "sent " + name_of(seen) + " " + std::to_string(seen.sends.size()) +
                 " times, the last " + seconds(seen.sends.back()->at - seen.start()) +
                 " after the first",
             "the reference sends it " + std::to_string(wanted.sends.size()) +
                 " times, the last after " + seconds(wanted.sends.back()->at - wanted.start()));
        if (wanted.sends.size() > 1) result_.parting->clauses = wanted.sends[1]->clauses;
        return false;
    }

    void other_answer(const Transaction& seen, const Transaction& wanted) {
        const auto* at = seen.answer == nullptr ? seen.sends.back() : seen.answer;
        if (at->at + least_slack >= w_.seen.end()) return;
        part(at, nullptr, name_of(seen) + " was answered by " + std::string(answer(seen)),
             "the reference's by " + std::string(answer(wanted)) +
                 ", in surroundings as far as the capture shows them");
        result_.parting->of_answers = true;
    }

    void extra(const Transaction& seen, const Transaction* wanted_before) {
        part(seen.sends.front(), nullptr, "sent " + name_of(seen),
             wanted_before == nullptr ? "the reference has nothing to send"
                                      : "the reference has nothing more to send");
        result_.parting->is_extra = true;
    }

    const Walkers& w_;
    Walked result_;
};

}  // namespace

const Difference* Walked::first() const {
    if (!manners.empty()) return &manners.front();
    return parting ? &*parting : nullptr;
}

bool Walked::is_clean_but_for_edges() const {
    return !parting && std::ranges::all_of(manners, &Difference::is_edge);
}

Walked walk(const Walkers& walkers) { return Walk(walkers).run(); }

std::string name_of(const Transaction& t) {
    return t.method + (t.auth == "credentials" ? " with credentials" : "") + " to " + t.peer;
}

}  // namespace twinline::field
