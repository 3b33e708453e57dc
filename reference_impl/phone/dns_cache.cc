// Lifetimes: the smallest TTL of the records used; negative answers live min(SOA TTL, SOA MINIMUM)
// and, without SOA, not at all (RFC-2308-01, RFC-2308-02); failures are not kept (RFC-2308-03
// allows it).
#include "reference_impl/phone/dns_cache.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

constexpr std::chrono::seconds longest_lifetime{
    7 * 86400};  // RFC 1035 7.3 leaves a sane bound to the resolver
constexpr int longest_cached_chain = 8;
constexpr std::size_t capacity = 256;  // entries

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

// Only of names that the answer itself leads to: nobody speaks for other names (RFC 2181 5.4.1).
std::vector<wire::DnsRecord> addresses_of_targets(const wire::DnsResponse& response,
                                                  const std::vector<wire::DnsRecord>& answer) {
    std::vector<wire::DnsRecord> addresses;
    for (const auto& record : response.additional) {
        const bool named = std::ranges::any_of(answer, [&](const wire::DnsRecord& r) {
            const auto* srv = std::get_if<wire::SrvRecord>(&r.data);
            return srv != nullptr && srv->target == record.name;
        });
        if (named && type_of(record) == wire::DnsType::a) addresses.push_back(record);
    }
    return addresses;
}

}  // namespace

DnsAnswer read_answer(const wire::DnsResponse& response) {
    DnsAnswer answer;
    if (response.truncated) return answer;  // RFC 2181 section 9: no use of a truncated RRset
    if (response.rcode != wire::DnsRcode::noerror && response.rcode != wire::DnsRcode::nxdomain)
        return answer;
    std::string name = response.question.name;
    std::uint32_t ttl = UINT32_MAX;
    for (int hop = 0; hop <= longest_cached_chain; ++hop) {
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
            answer.additional = addresses_of_targets(response, answer.records);
            answer.lifetime = std::min<wire::Duration>(std::chrono::seconds(ttl), longest_lifetime);
            return answer;
        }
        if (next == nullptr) break;
        if (hop == longest_cached_chain) return answer;  // a loop: failed
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
    return find_in(entries_, now, question);
}

const DnsAnswer* DnsCache::find_additional(wire::Instant now,
                                           const wire::DnsQuestion& question) const {
    return find_in(additional_, now, question);
}

void DnsCache::store(wire::Instant now, const wire::DnsQuestion& question, DnsAnswer answer) {
    store_additional(now, answer.additional);
    store_in(entries_, now, question, std::move(answer));
}

void DnsCache::store_additional(wire::Instant now, const std::vector<wire::DnsRecord>& records) {
    std::map<std::string, DnsAnswer> by_name;
    for (const auto& record : records) {
        auto& answer = by_name[record.name];
        const auto lifetime =
            std::min<wire::Duration>(std::chrono::seconds(record.ttl), longest_lifetime);
        answer.lifetime = answer.records.empty() ? lifetime : std::min(answer.lifetime, lifetime);
        answer.kind = DnsAnswer::Kind::found;
        answer.good_until = now + answer.lifetime;
        answer.records.push_back(record);
    }
    for (auto& [name, answer] : by_name)
        store_in(additional_, now, {name, wire::DnsType::a}, std::move(answer));
}

const DnsAnswer* DnsCache::find_in(const Entries& entries, wire::Instant now,
                                   const wire::DnsQuestion& question) {
    const auto found = entries.find(question);
    return found != entries.end() && now < found->second.until ? &found->second.answer : nullptr;
}

void DnsCache::store_in(Entries& entries, wire::Instant now, const wire::DnsQuestion& question,
                        DnsAnswer answer) {
    std::erase_if(entries, [now](const auto& entry) { return entry.second.until <= now; });
    if (answer.lifetime <= wire::Duration{}) {
        entries.erase(question);
        return;
    }
    if (entries.size() >= capacity && !entries.contains(question)) {
        const auto soonest = std::ranges::min_element(
            entries, {}, [](const auto& entry) { return entry.second.until; });
        entries.erase(soonest);
    }
    const auto until = now + answer.lifetime;
    entries.insert_or_assign(question, Entry{std::move(answer), until});
}

}  // namespace twinline::phone
