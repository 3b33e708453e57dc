// Lifetimes: the smallest TTL of the records used; negative answers live min(SOA TTL, SOA MINIMUM)
// and, without SOA, not at all (RFC-2308-01, RFC-2308-02); failures are not kept (RFC-2308-03
// allows it).
#include "reference_impl/phone/dns_cache.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::chrono::seconds longest_lifetime{
    7 * 86400};  // RFC 1035 7.3 leaves a sane bound to the resolver
constexpr int longest_alias_chain = 8;

wire::DnsType type_of(const wire::DnsRecord& record) {
    struct Visitor {
        wire::DnsType operator()(const wire::ARecord&) const { return wire::DnsType::a; }
        wire::DnsType operator()(const wire::CnameRecord&) const { return wire::DnsType::cname; }
        wire::DnsType operator()(const wire::SrvRecord&) const { return wire::DnsType::srv; }
        wire::DnsType operator()(const wire::NaptrRecord&) const { return wire::DnsType::naptr; }
        wire::DnsType operator()(const wire::SoaRecord&) const { return wire::DnsType::soa; }
        wire::DnsType operator()(const wire::OtherRecord& o) const { return wire::DnsType{o.type}; }
    };
    return std::visit(Visitor{}, record.data);
}

wire::Duration negative_lifetime(const wire::DnsResponse& response) {
    for (const auto& record : response.authority)
        if (const auto* soa = std::get_if<wire::SoaRecord>(&record.data))
            return std::min<wire::Duration>(
                std::chrono::seconds(std::min(record.ttl, soa->minimum)), longest_lifetime);
    return {};
}

}  // namespace

DnsAnswer read_answer(const wire::DnsResponse& response) {
    DnsAnswer answer;
    if (response.truncated) return answer;  // RFC 2181 section 9: no use of a truncated RRset
    if (response.rcode != wire::DnsRcode::noerror && response.rcode != wire::DnsRcode::nxdomain)
        return answer;
    std::string name = response.question.name;
    std::uint32_t ttl = UINT32_MAX;
    for (int hop = 0; hop <= longest_alias_chain; ++hop) {
        const wire::CnameRecord* next = nullptr;
        for (const auto& record : response.answer) {
            if (record.name != name) continue;
            if (type_of(record) == response.question.type) {
                answer.records.push_back(record);
                ttl = std::min(ttl, record.ttl);
            } else if (const auto* cname = std::get_if<wire::CnameRecord>(&record.data)) {
                next = cname;
                ttl = std::min(ttl, record.ttl);
            }
        }
        if (!answer.records.empty()) {
            answer.kind = DnsAnswer::Kind::found;
            answer.lifetime = std::min<wire::Duration>(std::chrono::seconds(ttl), longest_lifetime);
            return answer;
        }
        if (next == nullptr) break;
        if (hop == longest_alias_chain) return answer;  // a loop: failed
        name = next->target;
    }
    const bool aliased = name != response.question.name;
    answer.kind = response.rcode == wire::DnsRcode::nxdomain ? DnsAnswer::Kind::no_name
                                                             : DnsAnswer::Kind::no_data;
    answer.lifetime = negative_lifetime(response);
    if (aliased && answer.kind == DnsAnswer::Kind::no_data && answer.lifetime == wire::Duration{})
        answer.alias = name;  // the chain leaves the answer: ask for its end
    return answer;
}

const DnsAnswer* DnsCache::find(wire::Instant now, const wire::DnsQuestion& question) const {
    const auto found = entries_.find(question);
    return found != entries_.end() && now < found->second.until ? &found->second.answer : nullptr;
}

void DnsCache::store(wire::Instant now, const wire::DnsQuestion& question, DnsAnswer answer) {
    std::erase_if(entries_, [now](const auto& entry) { return entry.second.until <= now; });
    if (answer.lifetime <= wire::Duration{}) {
        entries_.erase(question);
        return;
    }
    if (entries_.size() >= capacity && !entries_.contains(question)) {
        const auto soonest = std::ranges::min_element(
            entries_, {}, [](const auto& entry) { return entry.second.until; });
        entries_.erase(soonest);
    }
    const auto until = now + answer.lifetime;
    entries_.insert_or_assign(question, Entry{std::move(answer), until});
}

}  // namespace twinline::phone
