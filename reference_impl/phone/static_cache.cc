// Names are compared as the DNS compares them, in lower case.
#include "reference_impl/phone/static_cache.hh"

#include "reference_impl/wire/text.hh"

#include <algorithm>

namespace twinline::phone {

namespace {

std::string plain(const std::string& name) {
    auto text = wire::lower_case(name);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

wire::DnsRecord record(const std::string& name, std::chrono::seconds ttl,
                       decltype(wire::DnsRecord::data) data) {
    return {name, static_cast<std::uint32_t>(std::min<std::int64_t>(ttl.count(), UINT32_MAX)),
            std::move(data)};
}

}  // namespace

std::optional<DnsAnswer> static_answer(const config::StaticDns& records,
                                       const wire::DnsQuestion& question) {
    DnsAnswer answer;
    const auto matches = [&](const std::string& name) { return plain(name) == question.name; };
    if (question.type == wire::DnsType::a)
        for (const auto& a : records.a)
            if (matches(a.name))
                answer.records.push_back(record(question.name, a.ttl, wire::ARecord{a.address}));
    if (question.type == wire::DnsType::srv)
        for (const auto& s : records.srv)
            if (matches(s.name))
                answer.records.push_back(
                    record(question.name, s.ttl,
                           wire::SrvRecord{s.priority, s.weight, s.port, plain(s.target)}));
    if (question.type == wire::DnsType::naptr)
        for (const auto& n : records.naptr)
            if (matches(n.name))
                answer.records.push_back(
                    record(question.name, n.ttl,
                           wire::NaptrRecord{n.order, n.preference, n.flags, n.service, "",
                                             plain(n.replacement)}));
    if (answer.records.empty()) return std::nullopt;
    answer.kind = DnsAnswer::Kind::found;
    answer.lifetime = std::chrono::seconds(
        std::ranges::min_element(answer.records, {}, &wire::DnsRecord::ttl)->ttl);
    return answer;
}

}  // namespace twinline::phone
