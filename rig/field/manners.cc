// Only what both phones must have in common is compared: values that the surroundings give, and how
// a value stands to the one before it.
#include "rig/field/manners.hh"

#include "probes/timeline/leading_number.hh"
#include "rig/field/parties.hh"
#include "rig/field/slack.hh"
#include "rig/field/text.hh"
#include "rig/judge/wording.hh"

#include <algorithm>

namespace twinline::field {

namespace {

using judge::Transaction;
using timeline::Direction;
using timeline::Duration;
using timeline::Event;

constexpr std::uint32_t largest_datagram = 1300;  // octets (RFC 3261 18.1.1)

const Event& front(const Transaction& t) { return *t.sends.front(); }

void add(const Matched& step, const Event& at, std::string did, std::string wanted,
         std::vector<Difference>& found) {
    Difference difference;
    difference.at = at.at;
    difference.frame = at.frame;
    difference.clauses = front(step.wanted).clauses;
    difference.did = std::move(did);
    difference.wanted = std::move(wanted);
    found.push_back(std::move(difference));
}

long cseq(const Transaction& t) { return timeline::leading_number<long>(t.cseq); }

// A value that both take from their configuration.
void compare_values(const Matched& step, std::vector<Difference>& found) {
    const auto differ = [&](const char* field, const std::string& seen, const std::string& wanted) {
        if (seen != wanted)
            add(step, front(step.seen),
                name_of(step.seen) + " has the " + field + " \"" + seen + "\"",
                "the reference's has \"" + wanted + "\"", found);
    };
    const auto line = [](const Transaction& t, const char* field) {
        return line_of(front(t).field(field));
    };
    differ("To", line(step.seen, "to_uri"), line(step.wanted, "to_uri"));
    differ("From", line(step.seen, "from_uri"), line(step.wanted, "from_uri"));
    differ("Request-URI", line(step.seen, "uri"), line(step.wanted, "uri"));
    // What is long for the one, with a realm or a nonce of its own, may be short for the other.
    const auto is_long = [](const Transaction& t) {
        return number(front(t).field("size")) > largest_datagram;
    };
    for (const auto* field : {"transport", "auth", "reg_id", "from_name"})
        if (field != std::string_view("transport") || is_long(step.seen) == is_long(step.wanted))
            differ(field, std::string(front(step.seen).field(field)),
                   std::string(front(step.wanted).field(field)));
    const auto port = [](const Transaction& t) { return front(t).peer_port; };
    differ("port", port(step.seen), port(step.wanted));
    if (step.seen.method == "REGISTER" || step.seen.method == "SUBSCRIBE")
        differ("expires", std::string(front(step.seen).field("expires")),
               std::string(front(step.wanted).field("expires")));
    if (front(step.wanted).field("auth") == "credentials" &&
        front(step.seen).field("auth") == "credentials")
        differ("user name", std::string(front(step.seen).field("username")),
               std::string(front(step.wanted).field("username")));
}

// Where its server says what the route is (RFC 3261 section 12.1.2).
bool is_in_dialog(const Transaction& t) { return !front(t).field("to_tag").empty(); }

// Whether a token is kept or taken anew, and how CSeq counts.
void compare_course(const Matched& step, std::vector<Difference>& found) {
    if (step.before == nullptr || step.wanted_before == nullptr) return;
    for (const auto* field : {"call_id", "from_tag", "branch", "route"}) {
        if (field == std::string_view("route") &&
            (is_in_dialog(step.seen) || is_in_dialog(*step.before)))
            continue;
        const auto kept = [&](const Transaction& t, const Transaction& before) {
            return front(t).field(field) == front(before).field(field);
        };
        const bool seen = kept(step.seen, *step.before);
        const bool wanted = kept(step.wanted, *step.wanted_before);
        if (seen != wanted)
            add(step, front(step.seen),
                name_of(step.seen) + (seen ? " keeps the " : " changes the ") + field,
                std::string("the reference's ") + (wanted ? "keeps it" : "takes a new one"), found);
    }
    const auto rises = cseq(step.seen) - cseq(*step.before);
    const auto wanted = cseq(step.wanted) - cseq(*step.wanted_before);
    if (rises != wanted)
        add(step, front(step.seen),
            name_of(step.seen) + " counts CSeq on by " + std::to_string(rises),
            "the reference's by " + std::to_string(wanted), found);
}

void compare_schedule(const Matched& step, std::vector<Difference>& found) {
    const auto both = std::min(step.seen.sends.size(), step.wanted.sends.size());
    for (std::size_t i = 1; i < both; ++i) {
        const auto seen = step.seen.sends[i]->at - step.seen.start();
        const auto wanted = step.wanted.sends[i]->at - step.wanted.start();
        constexpr Duration absolute = std::chrono::milliseconds{60};
        const auto apart = std::chrono::abs(seen - wanted);
        if (apart <= absolute + wanted / 20) continue;
        add(step, *step.seen.sends[i],
            name_of(step.seen) + " was repeated after " + judge::seconds(seen),
            "the reference repeats it after " + judge::seconds(wanted), found);
        found.back().clauses = step.wanted.sends[i]->clauses;
        return;
    }
    if (step.seen.sends.size() != step.wanted.sends.size() && step.seen.answer != nullptr &&
        step.wanted.answer != nullptr) {
        add(step, *step.seen.sends.back(),
            name_of(step.seen) + " was sent " + std::to_string(step.seen.sends.size()) + " times",
            "the reference sends it " + std::to_string(step.wanted.sends.size()) + " times", found);
        found.back().is_edge = true;
    }
}

// The ACKs of an INVITE's final answer, and how often that answer came.
struct Acknowledged {
    std::vector<const Event*> acks;
    std::size_t answers = 0;
};

Acknowledged acknowledged(const Transaction& invite, const judge::Story& story) {
    Acknowledged found;
    const auto is_of_it = [&](const Event& event) {
        return event.at >= invite.answer->at &&
               event.field("call_id") == front(invite).field("call_id") &&
               event.field("cseq") == front(invite).field("cseq");
    };
    for (const auto* event : story.events()) {
        if (!is_of_it(*event)) continue;
        if (event->kind == "sip.request" && event->direction == Direction::out &&
            event->field("method") == "ACK")
            found.acks.push_back(event);
        if (event->kind == "sip.response" && event->direction == Direction::in &&
            event->field("branch") == invite.branch && event->field("status") >= "200")
            ++found.answers;
    }
    return found;
}

bool is_question(const Event& event, timeline::Instant from) {
    return event.kind == "dns.query" && event.direction == Direction::out && event.at >= from &&
           event.field("type") != "AAAA";
}

// When at the latest, where the instant follows from a free choice.
timeline::Instant latest(const Event& question, const judge::Story& story) {
    Duration drawn{};
    for (const auto* event : story.events()) {
        if (event->at > question.at) break;
        if (event->kind == "rig.choice" && event->field("id").ends_with("-ppm"))
            drawn = question.at - event->at;
    }
    return question.at + free_slack_of(drawn);
}

// A call for which no server is found leaves no trace but what was asked in vain, at an instant
// that its user chose.
bool may_be_of_a_call(const Event& question, const Walkers& walkers) {
    constexpr Duration longest_search = std::chrono::seconds{15};
    const auto is_asked_then = [&](const Event* event) {
        return is_question(*event, walkers.visible_from) &&
               std::chrono::abs(event->at - question.at) < least_slack;
    };
    const auto has_found = [&](const Event* event) {
        return event->at > question.at && event->at < question.at + longest_search &&
               ((event->kind == "sip.request" && event->direction == Direction::out) ||
                (event->kind == "dns.response" && !event->field("answers").empty()));
    };
    return std::ranges::none_of(walkers.expected.events(), is_asked_then) &&
           std::ranges::none_of(walkers.seen.events(), has_found);
}

}  // namespace

void compare_manners(const Matched& step, std::vector<Difference>& found) {
    compare_values(step, found);
    compare_course(step, found);
    compare_schedule(step, found);
}

void compare_acknowledgements(const Matched& step, const Walkers& walkers,
                              std::vector<Difference>& found) {
    if (step.seen.method != "INVITE" || step.seen.answer == nullptr ||
        step.wanted.answer == nullptr || step.seen.answer->at + least_slack >= walkers.seen.end())
        return;
    const auto seen = acknowledged(step.seen, walkers.seen);
    const auto wanted = acknowledged(step.wanted, walkers.expected);
    if (wanted.acks.empty()) return;
    const auto note = [&](std::string did, std::string instead) {
        add(step, seen.acks.empty() ? *step.seen.answer : *seen.acks.front(), std::move(did),
            std::move(instead), found);
        found.back().clauses = wanted.acks.front()->clauses;
    };
    const auto answer = std::string(step.seen.answer->field("status"));
    if (seen.acks.empty())
        note("never acknowledged the " + answer + " of " + step.seen.peer, "the reference does");
    else if (seen.acks.front()->peer != wanted.acks.front()->peer)
        note("sent the ACK to " + seen.acks.front()->peer,
             "the reference sends it to " + wanted.acks.front()->peer);
    else if (seen.acks.size() < seen.answers && wanted.answers > 1 &&
             wanted.acks.size() >= wanted.answers)
        note("acknowledged " + std::to_string(seen.acks.size()) + " of " +
                 std::to_string(seen.answers) + " answers " + answer,
             "the reference acknowledges each");
}

std::vector<const Event*> questions_of(const judge::Story& story, timeline::Instant from) {
    std::vector<const Event*> found;
    for (const auto* event : story.events())
        if (is_question(*event, from)) found.push_back(event);
    return found;
}

std::string told(const Event& question) {
    return std::string(question.field("type")) + " of " + std::string(question.field("name")) +
           " (" + question.peer + ")";
}

void compare_questions(const Walkers& walkers, std::vector<Difference>& found) {
    const auto seen = questions_of(walkers.seen, walkers.visible_from);
    const auto wanted = questions_of(walkers.expected, walkers.visible_from);
    const auto note = [&](const Event& at, const Event* expected, std::string did,
                          std::string instead) {
        Difference difference;
        difference.at = at.at;
        difference.frame = at.frame;
        if (expected != nullptr) difference.clauses = expected->clauses;
        difference.did = std::move(did);
        difference.wanted = std::move(instead);
        difference.may_be_the_user = may_be_of_a_call(at, walkers);
        found.push_back(std::move(difference));
    };
    const auto both = std::min(seen.size(), wanted.size());
    for (std::size_t i = 0; i < both; ++i)
        if (told(*seen[i]) != told(*wanted[i]))
            return note(*seen[i], wanted[i], "asked the DNS for " + told(*seen[i]),
                        "the reference asks for " + told(*wanted[i]));
    if (seen.size() > both) {
        note(*seen[both], nullptr, "asked the DNS for " + told(*seen[both]),
             "the reference has no question more");
        found.back().is_extra = true;
    } else if (wanted.size() > both && latest(*wanted[both], walkers.expected) < walkers.seen.end())
        note(*wanted[both], wanted[both], "did not ask the DNS for " + told(*wanted[both]),
             "the reference does");
}

}  // namespace twinline::field
