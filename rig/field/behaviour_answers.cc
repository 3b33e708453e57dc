// Whether a server hears what the phone answers: the ACK of a call that was taken tells
// (RFC 3261 section 13.3.1.4).
#include "rig/field/evidence.hh"
#include "rig/field/messages.hh"

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;

bool takes_a_call(const Event& event) {
    return event.kind == "sip.response" && event.direction == Direction::out &&
           event.field("method") == "INVITE" && event.field("status").starts_with("2");
}

bool belongs(const Event& event, const Event& answer) {
    return event.field("call_id") == answer.field("call_id");
}

}  // namespace

// A server that speaks in such a call, of whatever, is there. Nobody acknowledges what comes after
// the call was taken back.
void add_answers(const timeline::Timeline& events, timeline::Instant end, ByServer& all) {
    std::vector<const Event*> answers;
    std::vector<const Event*> taken_back;
    const auto is_of_any = [](const std::vector<const Event*>& calls, const Event& event) {
        return std::ranges::any_of(calls, [&](const Event* call) { return belongs(event, *call); });
    };
    for (const auto& event : events) {
        if (is_got(event, "CANCEL")) taken_back.push_back(&event);
        if (takes_a_call(event) && !is_of_any(taken_back, event)) answers.push_back(&event);
    }
    for (const auto& event : events)
        if (event.kind == "sip.request" && event.direction == Direction::in &&
            is_of_any(answers, event))
            add(all[event.peer], event, event.at, std::nullopt);
    for (const auto* answer : answers) {
        const auto ack = std::ranges::find_if(events, [&](const Event& event) {
            return event.at >= answer->at && is_got(event, "ACK") && belongs(event, *answer);
        });
        const bool in_time = ack != events.end() && ack->at <= answer->at + patience;
        if (in_time || answer->at + patience > end) continue;
        auto& list = all[answer->peer];
        add(list, *answer, answer->at, Treatment{Treatment::Kind::silence});
        list.back().method = "INVITE";
        list.back().over_udp = true;
    }
}

}  // namespace twinline::field
