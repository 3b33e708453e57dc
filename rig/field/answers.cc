// The n-th call of the one is that of the other, as long as both come from the same server.
#include "rig/field/answers.hh"

#include "rig/field/messages.hh"
#include "rig/field/slack.hh"

#include <algorithm>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

struct CallHeard {
    const Event* invite = nullptr;
    const Event* cancel = nullptr;
    const Event* bye = nullptr;           // of the caller
    const Event* first_answer = nullptr;  // to the INVITE, of any kind
    std::vector<const Event*> finals;     // every transmission
    const Event* ack = nullptr;
    const Event* to_cancel = nullptr;  // the first answer
    const Event* to_bye = nullptr;     // likewise
};

void take_request(const Event& event, CallHeard& call) {
    const auto method = event.field("method");
    auto& place = method == "CANCEL" ? call.cancel : method == "BYE" ? call.bye : call.ack;
    const bool wanted = method == "CANCEL" || method == "BYE" || method == "ACK";
    if (wanted && place == nullptr) place = &event;
}

void take_answer(const Event& event, CallHeard& call) {
    const auto method = event.field("method");
    if (method == "CANCEL" && call.to_cancel == nullptr) call.to_cancel = &event;
    if (method == "BYE" && call.to_bye == nullptr) call.to_bye = &event;
    if (method != "INVITE" || event.field("cseq") != call.invite->field("cseq")) return;
    if (call.first_answer == nullptr) call.first_answer = &event;
    if (event.field("status") >= "200") call.finals.push_back(&event);
}

std::vector<CallHeard> calls_of(const judge::Story& story, timeline::Instant from) {
    std::vector<CallHeard> calls;
    for (const auto* event : story.events()) {
        if (event->at < from || !event->kind.starts_with("sip.")) continue;
        const auto known = std::ranges::find_if(calls, [&](const CallHeard& call) {
            return call.invite->field("call_id") == event->field("call_id");
        });
        if (known == calls.end()) {
            if (!is_got(*event, "INVITE") || !event->field("to_tag").empty()) continue;
            calls.emplace_back().invite = event;
        } else if (event->kind == "sip.request" && event->direction == Direction::in) {
            take_request(*event, *known);
        } else if (event->kind == "sip.response" && event->direction == Direction::out) {
            take_answer(*event, *known);
        }
    }
    return calls;
}

class AnswerComparison {
  public:
    AnswerComparison(const Walkers& walkers, std::vector<Difference>& found)
        : w_(walkers), found_(found) {}

    void run() {
        const auto seen = calls_of(w_.seen, w_.visible_from);
        const auto wanted = calls_of(w_.expected, w_.visible_from);
        for (std::size_t i = 0; i < std::min(seen.size(), wanted.size()); ++i) {
            if (seen[i].invite->peer != wanted[i].invite->peer) return;
            compare(seen[i], wanted[i]);
        }
    }

  private:
    void note(const Event& at, const Event& right, std::string did, std::string instead) {
        Difference difference;
        difference.at = at.at;
        difference.frame = at.frame;
        difference.clauses = right.clauses;
        difference.did = std::move(did);
        difference.wanted = std::move(instead);
        found_.push_back(std::move(difference));
    }

    // Long enough before the end for an answer.
    bool had_time(const Event& request) const { return request.at + least_slack < w_.seen.end(); }

    void compare(const CallHeard& seen, const CallHeard& wanted) {
        const auto caller = " of " + seen.invite->peer;
        if (seen.first_answer == nullptr && wanted.first_answer != nullptr &&
            had_time(*seen.invite)) {
            note(*seen.invite, *wanted.first_answer, "never answered the INVITE" + caller,
                 "the reference answers it " + std::string(wanted.first_answer->field("status")));
            return;
        }
        if (seen.cancel != nullptr && wanted.cancel != nullptr && had_time(*seen.cancel))
            compare_end(seen, wanted, caller);
        else if (seen.bye != nullptr && wanted.to_bye != nullptr && had_time(*seen.bye) &&
                 seen.to_bye == nullptr)
            note(*seen.bye, *wanted.to_bye, "never answered the BYE" + caller,
                 "the reference does");
        compare_repeats(seen, wanted, caller);
    }

    void compare_end(const CallHeard& seen, const CallHeard& wanted, const std::string& caller) {
        if (wanted.finals.empty() || wanted.to_cancel == nullptr) return;
        const auto& end = *wanted.finals.front();
        if (seen.finals.empty() || seen.finals.front()->at > seen.cancel->at + least_slack)
            note(*seen.cancel, end, "let the call" + caller + " ring on though it was taken back",
                 "the reference ends its INVITE with " + std::string(end.field("status")));
        else if (seen.to_cancel == nullptr)
            note(*seen.cancel, *wanted.to_cancel, "never answered the CANCEL" + caller,
                 "the reference does");
    }

    // An answer that nobody has acknowledged when the reference repeats its own.
    void compare_repeats(const CallHeard& seen, const CallHeard& wanted,
                         const std::string& caller) {
        if (seen.finals.size() != 1 || wanted.finals.size() < 2) return;
        const auto& once = *seen.finals.front();
        const auto due = once.at + (wanted.finals[1]->at - wanted.finals[0]->at) + least_slack;
        if (once.field("status") != wanted.finals.front()->field("status") ||
            due >= w_.seen.end() || (seen.ack != nullptr && seen.ack->at < due))
            return;
        note(once, *wanted.finals[1],
             "sent its " + std::string(once.field("status")) + " to the INVITE" + caller +
                 " once, though nobody acknowledged it",
             "the reference repeats it");
    }

    const Walkers& w_;
    std::vector<Difference>& found_;
};

}  // namespace

void compare_answers(const Walkers& walkers, std::vector<Difference>& found) {
    AnswerComparison(walkers, found).run();
}

}  // namespace twinline::field
