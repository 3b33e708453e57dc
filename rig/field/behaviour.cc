// A single send is the smallest piece of evidence: a server that wakes up between two repetitions
// of a request answers the latter.
#include "rig/field/behaviour.hh"

#include "rig/field/text.hh"

#include <algorithm>
#include <charconv>
#include <set>

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;
using timeline::Instant;

// An answer that comes later is slow; what is not answered for so long at the end of the capture
// may yet be.
constexpr timeline::Duration prompt = std::chrono::milliseconds{250};
constexpr timeline::Duration patience = std::chrono::seconds{1};
constexpr timeline::Duration pong_limit = std::chrono::seconds{10};  // RFC 5626 section 4.4.1
constexpr const char* ping = "PING";                                 // as a method of Evidence

struct Exchange {
    std::vector<const Event*> sends;
    const Event* first_answer = nullptr;
    const Event* final_answer = nullptr;
    const Event* refusal = nullptr;  // ICMP
    std::size_t repeats = 0;         // of the first answer, itself among them
    const Event* last_repeat = nullptr;
};

using Exchanges = std::vector<Exchange>;

Exchanges sip_exchanges(const timeline::Timeline& events) {
    Exchanges all;
    std::map<std::string, std::size_t> by_key;
    const auto key = [](const Event& e) {
        return std::string(e.field("branch")) + ' ' + std::string(e.field("cseq")) + ' ' +
               std::string(e.field("method"));
    };
    std::map<std::string, std::size_t> last_to;
    for (const auto& event : events) {
        if (event.kind == "sip.request" && event.direction == Direction::out) {
            if (event.field("method") == "ACK") continue;
            const auto [known, is_new] =
                by_key.try_emplace(key(event) + ' ' + event.peer, all.size());
            if (is_new) all.emplace_back();
            all[known->second].sends.push_back(&event);
            last_to[event.peer] = known->second;
        } else if (event.kind == "sip.response" && event.direction == Direction::in) {
            const auto known = by_key.find(key(event) + ' ' + event.peer);
            if (known == by_key.end()) continue;
            auto& exchange = all[known->second];
            if (exchange.first_answer == nullptr) exchange.first_answer = &event;
            if (exchange.first_answer->field("status") == event.field("status")) {
                ++exchange.repeats;
                exchange.last_repeat = &event;
            }
            if (event.field("status") >= "200" && exchange.final_answer == nullptr)
                exchange.final_answer = &event;
        } else if (event.kind == "icmp.unreachable" && last_to.contains(event.peer) &&
                   event.field("of_protocol") == "udp") {
            auto& exchange = all[last_to.at(event.peer)];
            if (exchange.first_answer == nullptr && event.at - exchange.sends.back()->at < patience)
                exchange.refusal = &event;
        }
    }
    return all;
}

// What a server that answers so is doing instead of serving; none: it serves.
std::optional<Treatment> rejection(const Exchange& exchange) {
    const auto* answer = exchange.final_answer;
    Treatment treatment{Treatment::Kind::reject};
    treatment.method = exchange.sends.front()->field("method");
    if (answer ==
        nullptr) {  // a provisional answer and nothing more, for the life of a transaction
        treatment.status = number(exchange.first_answer->field("status"));
        return treatment;
    }
    treatment.status = number(answer->field("status"));
    const auto status = treatment.status;
    if (status < 300 || status == 401 || status == 407 || status == 423 || status == 487 ||
        status == 481)
        return std::nullopt;
    if (const auto wait = answer->field("retry_after"); !wait.empty())
        treatment.retry_after = number(wait);
    return treatment;
}

// Its requests came one after the other and its answers all at once: a server that was held up.
bool was_held_up(const Exchange& exchange) {
    constexpr timeline::Duration at_once = std::chrono::milliseconds{100};
    constexpr timeline::Duration apart = std::chrono::milliseconds{400};
    if (exchange.repeats < 2 || exchange.sends.size() < exchange.repeats) return false;
    const auto& answer = *exchange.first_answer;
    const auto* second = exchange.sends[1];
    return exchange.last_repeat->at - answer.at < at_once && second->at < answer.at &&
           second->at - exchange.sends.front()->at > apart;
}

void add(std::vector<Evidence>& list, const Event& send, Instant known,
         std::optional<Treatment> treatment) {
    const bool request = send.kind == "sip.request";
    list.push_back({send.at, known, send.frame.value_or(0),
                    request ? std::string(send.field("method")) : "TCP", std::move(treatment),
                    send.field("transport") == "udp"});
}

void add_exchange(const Exchange& exchange, Instant end, std::vector<Evidence>& list) {
    const auto& sends = exchange.sends;
    if (exchange.first_answer == nullptr) {
        for (const auto* send : sends) {
            if (send->at + patience > end) continue;
            const bool refused = exchange.refusal != nullptr && send == sends.back();
            add(list, *send, send->at,
                Treatment{refused ? Treatment::Kind::refuse : Treatment::Kind::silence});
        }
        return;
    }
    constexpr timeline::Duration longest_transaction = std::chrono::seconds{32};
    if (exchange.final_answer == nullptr && exchange.first_answer->at + longest_transaction > end)
        return add(list, *sends.front(), exchange.first_answer->at, std::nullopt);
    const auto answered = exchange.first_answer->at;
    const auto last = std::ranges::find_if(sends.rbegin(), sends.rend(),
                                           [&](const Event* send) { return send->at <= answered; });
    if (last == sends.rend()) return;
    const auto delay = answered - (*last)->at;
    // Every send was answered, each of them late.
    const bool all_late =
        sends.size() > 1 && (*last) != sends.front() && exchange.repeats >= sends.size();
    if (was_held_up(exchange)) {
        add(list, *sends.front(), answered, Treatment{Treatment::Kind::stall});
        list.back().over = answered;
        return;
    }
    if (delay > prompt || all_late) {
        Treatment slow{Treatment::Kind::slow};
        slow.delay = answered - sends.front()->at;
        return add(list, *sends.front(), answered, slow);
    }
    for (const auto* send : sends) {
        if (send == *last) break;
        if (send->at < (*last)->at) add(list, *send, send->at, Treatment{Treatment::Kind::silence});
    }
    add(list, **last, answered, rejection(exchange));
}

// Connections that are asked for: each once, however often the kernel asks.
void add_connections(const timeline::Timeline& events, Instant end, ByServer& all) {
    struct Attempt {
        const Event* syn = nullptr;
        const Event* answer = nullptr;
    };
    std::map<std::string, Attempt> open;
    const auto finish = [&](const Attempt& attempt) {
        if (attempt.syn == nullptr) return;
        auto& list = all[attempt.syn->peer];
        if (attempt.answer != nullptr && attempt.answer->kind == "tcp.rst")
            add(list, *attempt.syn, attempt.syn->at, Treatment{Treatment::Kind::refuse});
        else if (attempt.answer == nullptr && attempt.syn->at + patience <= end)
            add(list, *attempt.syn, attempt.syn->at, Treatment{Treatment::Kind::silence});
    };
    for (const auto& event : events) {
        if (event.peer_port == "53") continue;
        const auto client = event.direction == Direction::out ? "src" : "dst";
        const auto server = event.direction == Direction::out ? "dst" : "src";
        const auto key = std::string(event.field(client)) + ' ' + std::string(event.field(server));
        if (event.kind == "tcp.syn" && event.direction == Direction::out) {
            auto& attempt = open[key];
            constexpr timeline::Duration again = std::chrono::seconds{130};
            if (attempt.syn != nullptr &&
                (attempt.answer != nullptr || event.at - attempt.syn->at > again)) {
                finish(attempt);
                attempt = {};
            }
            if (attempt.syn == nullptr) attempt.syn = &event;
        } else if ((event.kind == "tcp.synack" || event.kind == "tcp.rst") &&
                   event.direction == Direction::in && open.contains(key)) {
            auto& attempt = open[key];
            if (attempt.answer == nullptr) attempt.answer = &event;
        }
    }
    for (const auto& [key, attempt] : open) finish(attempt);
}

bool same(const Treatment& a, const Treatment& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == Treatment::Kind::slow) {
        const auto apart = a.delay > b.delay ? a.delay - b.delay : b.delay - a.delay;
        return apart < std::chrono::milliseconds{500};
    }
    return a.status == b.status && a.method == b.method && a.retry_after == b.retry_after &&
           a.rcode == b.rcode;
}

// One that rejects some method, or pings alone, serves the others.
bool is_beside(const Evidence& piece, const Treatment& treatment) {
    if (treatment.kind == Treatment::Kind::mute) return piece.method != ping;
    return treatment.kind == Treatment::Kind::reject && !treatment.concerns(piece.method);
}

// A server that says so, or does it (RFC 5626 section 6).
bool answers_pings(const Event& event) {
    return event.direction == Direction::in &&
           (event.kind == "keepalive.pong" ||
            (event.kind == "sip.response" &&
             event.field("require").find("outbound") != std::string_view::npos));
}

// Of servers that answer pings. One that hears a request while it answers none is mute
// (RFC 5626 section 4.4), else it is silent.
void add_pings(const timeline::Timeline& events, Instant end, ByServer& all) {
    std::set<std::string> pongers;
    for (const auto& event : events)
        if (answers_pings(event)) pongers.insert(event.peer);
    for (auto event = events.begin(); event != events.end(); ++event) {
        if (event->kind != "keepalive.ping" || event->direction != Direction::out ||
            !pongers.contains(event->peer) || event->at + pong_limit > end ||
            (!event->field("send").empty() && event->field("send") != "1"))
            continue;
        const auto next = [&](auto matches) {
            const auto found = std::find_if(event, events.end(), [&](const Event& later) {
                return later.direction == Direction::in && later.peer == event->peer &&
                       matches(later);
            });
            return found == events.end() || found->at > event->at + pong_limit ? nullptr : &*found;
        };
        const auto* pong = next([](const Event& e) { return e.kind == "keepalive.pong"; });
        const auto* other = next([](const Event& e) { return e.kind == "sip.response"; });
        std::optional<Treatment> treatment;
        if (pong == nullptr)
            treatment =
                Treatment{other != nullptr ? Treatment::Kind::mute : Treatment::Kind::silence};
        add(all[event->peer], *event, pong == nullptr ? event->at : pong->at, treatment);
        all[event->peer].back().method = ping;
    }
}

void put_in_order(ByServer& all) {
    for (auto& [address, list] : all) std::ranges::stable_sort(list, {}, &Evidence::sent);
}

}  // namespace

ByServer sip_evidence(const timeline::Timeline& events, Instant end) {
    ByServer all;
    for (const auto& exchange : sip_exchanges(events))
        add_exchange(exchange, end, all[exchange.sends.front()->peer]);
    add_connections(events, end, all);
    add_pings(events, end, all);
    put_in_order(all);
    return all;
}

namespace {

// What a name server that answers so does beside what its zone says. That a name is not there is
// for the zone.
std::optional<Treatment> made_of(const Event& answer, Instant asked) {
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

ByServer dns_evidence(const timeline::Timeline& events, Instant end) {
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

std::vector<Spell> spells_of(const std::vector<Evidence>& evidence) {
    std::vector<Spell> spells;
    std::optional<Spell> open;
    std::optional<Instant> last;  // that anything was known of it
    for (const auto& piece : evidence) {
        const auto& treatment = piece.treatment;
        const bool beside = open && !treatment && is_beside(piece, open->treatment);
        if (open && !beside && (!treatment || !same(*treatment, open->treatment))) {
            open->end = Between{last, piece.sent};
            spells.push_back(std::move(*open));
            open.reset();
        }
        if (treatment && !open) open = Spell{*treatment, {last, piece.sent}, {}, piece.frame};
        if (open && piece.over) {
            open->end = Between{*piece.over, *piece.over};
            spells.push_back(std::move(*open));
            open.reset();
        }
        last = std::max(last.value_or(piece.known), piece.known);
    }
    if (open) spells.push_back(std::move(*open));
    return spells;
}

}  // namespace twinline::field
