// A single send is the smallest piece of evidence: a server that wakes up between two repetitions
// of a request answers the latter.
#include "rig/field/behaviour.hh"

#include "rig/field/evidence.hh"
#include "rig/field/text.hh"

#include <algorithm>
#include <charconv>

namespace twinline::field {

namespace {

using scenario::Treatment;
using timeline::Direction;
using timeline::Event;
using timeline::Instant;

constexpr timeline::Duration unusual = std::chrono::milliseconds{100};
// A router that asked for a host in vain before it said so; nearer than that it knew.
constexpr timeline::Duration least_search = std::chrono::milliseconds{800};
constexpr timeline::Duration longest_search = std::chrono::seconds{8};

bool is_of_the_host(const Event& refusal) { return refusal.field("code") == "1"; }  // RFC 792
bool is_of_the_way(const Event& refusal) {
    return refusal.kind == "icmp.unreachable" &&
           (refusal.field("code") == "0" || is_of_the_host(refusal));
}

struct Exchange {
    std::vector<const Event*> sends;
    const Event* first_answer = nullptr;
    const Event* final_answer = nullptr;
    std::vector<const Event*> refusals;  // ICMP
    std::size_t repeats = 0;             // of the first answer, itself among them
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
            const auto soon = is_of_the_host(event) ? longest_search : patience;
            if (exchange.first_answer == nullptr && event.at - exchange.sends.back()->at < soon)
                exchange.refusals.push_back(&event);
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

// How soon a server answers when it has nothing else to do.
using Usual = std::map<std::string, timeline::Duration>;

Usual usual_delays(const Exchanges& exchanges) {
    Usual usual;
    for (const auto& exchange : exchanges) {
        if (exchange.first_answer == nullptr || exchange.sends.size() != 1) continue;
        const auto delay = exchange.first_answer->at - exchange.sends.front()->at;
        const auto [known, is_new] = usual.try_emplace(exchange.sends.front()->peer, delay);
        if (!is_new) known->second = std::min(known->second, delay);
    }
    return usual;
}

Treatment nobody_there(timeline::Duration told_after) {
    if (told_after < least_search) return Treatment{Treatment::Kind::unreachable};
    Treatment gone{Treatment::Kind::link_down};
    gone.delay = told_after;
    return gone;
}

const Event* told_late(const Exchange& exchange) {
    if (exchange.refusals.empty()) return nullptr;
    const auto& first = *exchange.refusals.front();
    const bool is_late = first.at - exchange.sends.front()->at >= least_search;
    return is_late && is_of_the_host(first) ? &first : nullptr;
}

void add_exchange(const Exchange& exchange, Instant end, const Usual& usual,
                  std::vector<Evidence>& list) {
    const auto& sends = exchange.sends;
    if (exchange.first_answer == nullptr) {
        const auto* gone = told_late(exchange);
        for (std::size_t i = 0; i < sends.size(); ++i) {
            const auto* send = sends[i];
            if (gone != nullptr && send->at <= gone->at) {
                add(list, *send, send->at, nobody_there(gone->at - sends.front()->at));
                continue;
            }
            const bool refused = std::ranges::any_of(exchange.refusals, [&](const Event* refusal) {
                return refusal->at >= send->at &&
                       (i + 1 == sends.size() || refusal->at < sends[i + 1]->at);
            });
            if (!refused && send->at + patience > end) continue;
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
    const bool again = sends.size() > 1 && (*last) != sends.front();
    const bool all_late = again && exchange.repeats >= sends.size();
    // Or one answer came to all of them, later after the last than it comes to a first.
    const auto known = usual.find(sends.front()->peer);
    const bool one_late =
        again && known != usual.end() && delay > known->second + unusual && delay < prompt;
    if (was_held_up(exchange)) {
        add(list, *sends.front(), answered, Treatment{Treatment::Kind::stall});
        list.back().over = answered;
        return;
    }
    if (delay > prompt || all_late || one_late) {
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
        if (attempt.answer != nullptr && is_of_the_way(*attempt.answer))
            add(list, *attempt.syn, attempt.syn->at,
                nobody_there(attempt.answer->at - attempt.syn->at));
        else if (attempt.answer != nullptr && attempt.answer->kind != "tcp.synack")
            add(list, *attempt.syn, attempt.syn->at, Treatment{Treatment::Kind::refuse});
        else if (attempt.answer == nullptr && attempt.syn->at + patience <= end)
            add(list, *attempt.syn, attempt.syn->at, Treatment{Treatment::Kind::silence});
    };
    for (const auto& event : events) {
        if (event.peer_port == "53") continue;
        const auto client = event.direction == Direction::out ? "src" : "dst";
        const auto server = event.direction == Direction::out ? "dst" : "src";
        const bool is_told = event.kind == "icmp.unreachable";
        const auto key = std::string(event.field(is_told ? "of_src" : client)) + ' ' +
                         std::string(event.field(is_told ? "of_dst" : server));
        if (event.kind == "tcp.syn" && event.direction == Direction::out) {
            auto& attempt = open[key];
            constexpr timeline::Duration again = std::chrono::seconds{130};
            if (attempt.syn != nullptr &&
                (attempt.answer != nullptr || event.at - attempt.syn->at > again)) {
                finish(attempt);
                attempt = {};
            }
            if (attempt.syn == nullptr) attempt.syn = &event;
        } else if ((is_told || event.kind == "tcp.synack" || event.kind == "tcp.rst") &&
                   event.direction == Direction::in && open.contains(key)) {
            auto& attempt = open[key];
            if (attempt.answer == nullptr) attempt.answer = &event;
        }
    }
    for (const auto& [key, attempt] : open) finish(attempt);
}

// Whether `a` is what goes on while `b` lasts: one that is gone refuses.
bool same(const Treatment& a, const Treatment& b) {
    if (a.kind == Treatment::Kind::refuse && b.kind == Treatment::Kind::crash) return true;
    if (a.kind != b.kind) return false;
    if (a.kind == Treatment::Kind::slow || a.cuts_off()) {
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

}  // namespace

ByServer sip_evidence(const timeline::Timeline& events, Instant end) {
    ByServer all;
    const auto exchanges = sip_exchanges(events);
    const auto usual = usual_delays(exchanges);
    for (const auto& exchange : exchanges)
        add_exchange(exchange, end, usual, all[exchange.sends.front()->peer]);
    add_ends(events, all);
    add_connections(events, end, all);
    add_pings(events, end, all);
    add_answers(events, end, all);
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
        if (treatment && !open)
            open = Spell{*treatment,
                         {piece.is_exact ? std::optional(piece.sent) : last, piece.sent},
                         {},
                         piece.frame};
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
