// A route is told by who told it: in one capture it may be any URI, in the other it is the
// registrar's own address.
#include "rig/field/heed.hh"

#include "rig/field/messages.hh"
#include "rig/field/text.hh"

#include <algorithm>
#include <map>

namespace twinline::field {

namespace {

using judge::Transaction;
using timeline::Duration;
using timeline::Event;

// An answer that is on its way while a request is repeated.
constexpr Duration crossing = std::chrono::milliseconds{250};

const Event& request_of(const Transaction& t) { return *t.sends.front(); }

// Of the answers after which a request is sent no more (RFC 3261 17.1.1.2, 17.1.2.2).
const Event* ending(const Transaction& t, const judge::Story& story) {
    const auto found = std::ranges::find_if(story.events(), [&](const Event* event) {
        return is_answer(*event, t.method) && event->field("branch") == t.branch &&
               event->field("cseq") == t.cseq && event->peer == t.peer &&
               (t.method == "INVITE" || event->field("status") >= "200");
    });
    return found == story.events().end() ? nullptr : *found;
}

const Event* repeated_after(const Transaction& t, const judge::Story& story) {
    if (t.sends.size() < 2) return nullptr;
    const auto* answer = ending(t, story);
    if (answer == nullptr) return nullptr;
    const auto late = std::ranges::find_if(
        t.sends, [&](const Event* send) { return send->at > answer->at + crossing; });
    return late == t.sends.end() ? nullptr : *late;
}

void compare_repeats(const Matched& step, const Walkers& walkers, std::vector<Difference>& found) {
    const auto* seen = repeated_after(step.seen, walkers.seen);
    if (seen == nullptr || repeated_after(step.wanted, walkers.expected) != nullptr) return;
    auto& difference = found.emplace_back();
    difference.at = seen->at;
    difference.frame = seen->frame;
    difference.clauses = request_of(step.wanted).clauses;
    difference.did = "sent " + name_of(step.seen) + " again after it had been answered";
    difference.wanted = "the reference does not";
}

// Whose route a request goes: that of the server it goes to, another's, or none.
std::string route_of(const Transaction& t, const judge::Story& story) {
    const auto route = request_of(t).field("route");
    if (route.empty()) return "no route";
    std::map<std::string, std::string_view> told;  // by whom, the last time
    for (const auto* event : story.events()) {
        if (event->at > t.start()) break;
        if (is_answer(*event, "REGISTER") && event->field("status") == "200")
            told[event->peer] = event->field("service_route");
    }
    if (told[t.peer] == route) return "the route that " + t.peer + " told";
    for (const auto& [peer, way] : told)
        if (way == route) return "the route that " + peer + " told";
    return "a route of its own";
}

bool is_told_a_route(const judge::Story& story) {
    return std::ranges::any_of(story.events(), [](const Event* event) {
        return is_answer(*event, "REGISTER") && !event->field("service_route").empty();
    });
}

void compare_routes(const Matched& step, const Walkers& walkers, std::vector<Difference>& found) {
    const bool begins = step.seen.method == "INVITE" || step.seen.method == "SUBSCRIBE";
    if (!begins || !request_of(step.seen).field("to_tag").empty() ||
        !request_of(step.wanted).field("to_tag").empty() || !is_told_a_route(walkers.seen))
        return;
    const auto seen = route_of(step.seen, walkers.seen);
    const auto wanted = route_of(step.wanted, walkers.expected);
    if (seen == wanted) return;
    auto& difference = found.emplace_back();
    difference.at = step.seen.start();
    difference.frame = request_of(step.seen).frame;
    difference.clauses = request_of(step.wanted).clauses;
    difference.did = name_of(step.seen) + " has " + seen;
    difference.wanted = "the reference's has " + wanted;
}

}  // namespace

Duration since_its_rest(const Transaction& wanted, const judge::Story& story) {
    auto least = Duration::max();
    for (const auto& t : story.transactions()) {
        if (t.start() >= wanted.start()) break;
        if (t.answer == nullptr || t.peer != wanted.peer) continue;
        const auto asked = t.answer->field("retry_after");
        if (asked.empty()) continue;
        const auto apart = wanted.start() - (t.answer->at + std::chrono::seconds(number(asked)));
        if (apart >= Duration{}) least = std::min(least, apart);
    }
    return least;
}

void compare_heed(const Matched& step, const Walkers& walkers, std::vector<Difference>& found) {
    compare_repeats(step, walkers, found);
    compare_routes(step, walkers, found);
}

}  // namespace twinline::field
