// The keys: method, branch, CSeq, status and ordinal for SIP; id, name and type for DNS (see
// phone::Decision).
#include "rig/shadow/join.hh"

#include <algorithm>
#include <map>
#include <string>

namespace twinline::shadow {

namespace {

std::string key_of(const timeline::Event& event) {
    std::string key;
    const bool dns = event.fields.contains("id");
    for (const auto* name : {"method", "branch", "cseq", "status", "send", "id", "name", "type"}) {
        if (dns != (std::string_view(name) == "id" || std::string_view(name) == "name" ||
                    std::string_view(name) == "type"))
            continue;
        key += event.field(name);
        key += '|';
    }
    return key;
}

}  // namespace

void join_decisions(timeline::Timeline& timeline, std::string_view subject) {
    std::map<std::string, const timeline::Event*> decisions;
    for (const auto& event : timeline)
        if (event.subject == subject && event.kind == "rig.decision")
            decisions.emplace(key_of(event), &event);
    for (auto& event : timeline) {
        const bool caused = event.kind == "sip.request" || event.kind == "dns.query" ||
                            event.kind == "sip.response";
        if (event.subject != subject || event.direction != timeline::Direction::out || !caused)
            continue;
        if (const auto found = decisions.find(key_of(event)); found != decisions.end())
            event.clauses = found->second->clauses;
    }
}

void put_in_order(timeline::Timeline& timeline) {
    std::ranges::stable_sort(timeline, {}, &timeline::Event::at);
    std::uint64_t id = 0;
    for (auto& event : timeline) event.id = ++id;
}

}  // namespace twinline::shadow
