// What became of each question to a name server; what its zone says is told elsewhere.
#include "rig/field/evidence.hh"

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;

// What a name server that answers so does beside what its zone says. That a name is not there is
// for the zone.
std::optional<Treatment> made_of(const Event& answer, timeline::Instant asked) {
    const auto rcode = answer.field("rcode");
    if (rcode == "SERVFAIL" || rcode == "REFUSED") {
        Treatment treatment{Treatment::Kind::reject};
        treatment.rcode = rcode;
        return treatment;
    }
    if (answer.field("truncated") == "yes") return Treatment{Treatment::Kind::truncate};
    if (answer.at - asked <= prompt) return std::nullopt;
    Treatment slow{Treatment::Kind::slow};
    slow.delay = answer.at - asked;
    return slow;
}

}  // namespace

ByServer dns_evidence(const timeline::Timeline& events, timeline::Instant end) {
    ByServer all;
    std::map<std::string, const Event*> answers;
    const auto key = [](const Event& e) {
        return e.peer + ' ' + std::string(e.field("id")) + ' ' + std::string(e.field("name")) +
               ' ' + std::string(e.field("type")) + ' ' + std::string(e.field("transport"));
    };
    for (const auto& event : events)
        if (event.kind == "dns.response" && event.direction == Direction::in)
            answers.emplace(key(event), &event);
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& event = events[i];
        if (event.kind != "dns.query" || event.direction != Direction::out) continue;
        auto& list = all[event.peer];
        const auto answer = answers.find(key(event));
        if (answer != answers.end() && answer->second->at >= event.at) {
            add(list, event, answer->second->at, made_of(*answer->second, event.at));
            continue;
        }
        const auto refused = std::any_of(
            events.begin() + static_cast<std::ptrdiff_t>(i), events.end(), [&](const Event& e) {
                return e.kind == "icmp.unreachable" && e.peer == event.peer &&
                       e.peer_port == "53" && e.at - event.at < patience;
            });
        if (event.at + patience <= end)
            add(list, event, event.at,
                Treatment{refused ? Treatment::Kind::refuse : Treatment::Kind::silence});
    }
    put_in_order(all);
    return all;
}

}  // namespace twinline::field
