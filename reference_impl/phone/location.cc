// The rules of RFC 3263 section 4.1 (transport) and 4.2 (address and port), written as a function
// of the answers so far: each step runs from the top and stops where an answer is missing.
#include "reference_impl/phone/location.hh"

#include "reference_impl/phone/srv_order.hh"
#include "reference_impl/phone/static_cache.hh"
#include "reference_impl/wire/text.hh"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace twinline::phone {

namespace {

constexpr int longest_naptr_chain = 5;  // RFC-3403-04: loops must be bounded
constexpr int longest_alias_chain = 5;

bool same_text(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// What this phone speaks (RFC-3263-02 drops the rest).
bool supported(std::string_view naptr_service, wire::Transport& transport) {
    if (same_text(naptr_service, "SIP+D2U"))
        transport = wire::Transport::udp;
    else if (same_text(naptr_service, "SIP+D2T"))
        transport = wire::Transport::tcp;
    else if (same_text(naptr_service, "SIPS+D2T"))
        transport = wire::Transport::tls;
    else
        return false;
    return true;
}

template <typename Record>
std::vector<Record> pick(const std::vector<wire::DnsRecord>& records) {
    std::vector<Record> picked;
    for (const auto& record : records)
        if (const auto* data = std::get_if<Record>(&record.data)) picked.push_back(*data);
    return picked;
}

// RFC-3403-04: a record with a rule of both kinds is in error, and so is one with none;
// RFC-3263-02: unsupported services are dropped. A record that only names the next key may have no
// service.
bool is_usable(const wire::NaptrRecord& record) {
    if (!record.regexp.empty() || record.replacement.empty()) return false;
    wire::Transport ignored{};
    if (record.flags.empty()) return record.service.empty() || supported(record.service, ignored);
    return (same_text(record.flags, "s") || same_text(record.flags, "a")) &&
           supported(record.service, ignored);
}

// Names are asked for as answers name them: lower case, no final dot (RFC 1034 section 3.1).
config::Server with_plain_name(config::Server server) {
    server.host = wire::lower_case(server.host);
    if (server.host.ends_with('.')) server.host.pop_back();
    return server;
}

}  // namespace

Location::Location(wire::Instant now, Context& context, const config::Account& account,
                   config::Server server)
    : now_(now),
      server_(with_plain_name(std::move(server))),
      context_(&context),
      account_(&account) {}

void Location::learn(const wire::DnsQuestion& question, DnsAnswer answer) {
    answers_.insert_or_assign(question, std::move(answer));
}

// Of the answers of that type; none: of all.
Location::Ends Location::ends(std::optional<wire::DnsType> type) const {
    Ends ends;
    const auto count = [&](const wire::DnsQuestion& question, const DnsAnswer& answer) {
        if ((type && question.type != *type) || answer.kind != DnsAnswer::Kind::found) return;
        ends.earliest = std::min(ends.earliest, answer.good_until);
        ends.shortest = std::min(ends.shortest, answer.lifetime);
    };
    for (const auto& [question, answer] : answers_) count(question, answer);
    for (const auto& [question, answer] : static_)
        if (answer.good_until != wire::Instant{}) count(question, answer);  // it was used
    return ends;
}

// Nobody is asked where it comes to the same.
wire::Instant Location::good_until(wire::Instant failed_over) const {
    const auto reading = context_->oracle->reading("dnsttl-record");
    auto counted = ends({});
    const auto of_address = ends(wire::DnsType::a), of_srv = ends(wire::DnsType::srv);
    if (of_address != counted && reading == "a-record")
        counted = of_address;
    else if (of_srv != counted && reading == "srv-record")
        counted = of_srv;
    if (counted.earliest == wire::Instant::max()) return counted.earliest;  // the DNS said nothing
    const auto from_failover = failed_over + counted.shortest;
    return from_failover != counted.earliest &&
                   context_->oracle->reading("dnsttl-start") == "from-failover"
               ? from_failover
               : counted.earliest;
}

// The record of the configuration that answers, whoever is preferred.
DnsAnswer* Location::configured(const wire::DnsQuestion& question) {
    const auto own = static_.find(question);
    if (own != static_.end()) return &own->second;
    auto answer = static_answer(context_->config.static_dns, question);
    return answer ? &static_.emplace(question, std::move(*answer)).first->second : nullptr;
}

// Whether the DNS is not even asked.
bool Location::prefers(const wire::DnsQuestion& question, const DnsAnswer& configured) {
    if (context_->config.dns_servers.empty()) return true;  // YL-DNS-06
    if (!account_->static_cache_first) return false;        // YL-SDC-08
    if (!context_->rules.asks_static_cache_first) return false;
    const auto [until, is_new] =
        context_->static_until.try_emplace(question, now_ + configured.lifetime);
    // YL-SDC-07, and YL-SDC-A3 when its time is over.
    return now_ < until->second || context_->oracle->reading("static-ttl-end") == "keep-static";
}

// From now on the record of the configuration counts for its ttl, unless it does already.
const DnsAnswer* Location::use(const wire::DnsQuestion& question, DnsAnswer& configured) {
    auto& until = context_->static_until[question];
    if (until <= now_) until = now_ + configured.lifetime;
    configured.good_until = until;
    return &configured;
}

// What is known of a question: from the DNS, or from the records of the configuration, by
// precedence (YL-SDC-06).
const DnsAnswer* Location::known(const wire::DnsQuestion& question) {
    auto* own = configured(question);
    if (own != nullptr && prefers(question, *own)) return use(question, *own);
    const auto asked = answers_.find(question);
    if (asked == answers_.end()) return nullptr;
    if (own == nullptr || asked->second.kind == DnsAnswer::Kind::found || asked->second.alias)
        return &asked->second;  // YL-SDC-08
    if (asked->second.kind == DnsAnswer::Kind::failed &&
        context_->oracle->reading("static-when-no-result") == "negative-answer")
        return &asked->second;
    return use(question, *own);  // YL-DNS-07
}

// The answer, aliases followed; none while it is missing (the question is then noted as needed).
const DnsAnswer* Location::look_up(const std::string& name, wire::DnsType type,
                                   std::vector<std::string> clauses) {
    static const DnsAnswer alias_loop{};
    wire::DnsQuestion question{name, type};
    for (int hop = 0; hop <= longest_alias_chain; ++hop) {
        const auto* found = known(question);
        if (found == nullptr) {
            needed_.push_back({question, std::move(clauses)});
            return nullptr;
        }
        if (found->kind == DnsAnswer::Kind::failed) dns_failed_ = true;
        if (!found->alias) return found;
        question.name = *found->alias;
    }
    return &alias_loop;
}

// The names to ask next: from NAPTR (RFC-3263-02, RFC-3403-01 ff.); empty where NAPTR leads
// nowhere.
std::optional<std::vector<Location::Service>> Location::services_by_naptr() {
    std::string name = server_.host;
    for (int hop = 0; hop < longest_naptr_chain; ++hop) {
        const auto* answer =
            look_up(name, wire::DnsType::naptr, {hop == 0 ? "RFC-3263-01" : "RFC-3403-03"});
        if (answer == nullptr) return std::nullopt;
        auto records = pick<wire::NaptrRecord>(answer->records);
        std::erase_if(records, [&](const wire::NaptrRecord& r) {
            auto transport = configured_transport();
            if (!is_usable(r)) return true;
            if (!r.flags.empty()) supported(r.service, transport);
            return transport != configured_transport() && keeps_transport();
        });
        std::ranges::stable_sort(records, {},
                                 [](const auto& r) { return std::tuple(r.order, r.preference); });
        if (records.empty()) return std::vector<Service>{};
        const auto best = records.front();
        if (best.flags.empty()) {  // RFC-3403-03: the replacement is the next key
            name = best.replacement;
            continue;
        }
        if (records.size() == 1 || !takes_further_records()) records.resize(1);
        std::vector<Service> services;
        for (const auto& record : records) {
            if (record.flags.empty()) continue;
            const bool ends = same_text(record.flags, "a");  // RFC-3403-03: an address is next
            Service service{record.replacement, wire::Transport::udp,
                            ends ? wire::DnsType::a : wire::DnsType::srv};
            supported(record.service, service.transport);
            services.push_back(std::move(service));
        }
        return services;
    }
    return std::vector<Service>{};
}

// Reading naptr-next-record; RFC-3403-01 bars it where Yealink's guide says nothing.
bool Location::takes_further_records() const {
    return context_->is_yealink() &&
           context_->oracle->reading("naptr-next-record") == "next-record";
}

std::optional<std::vector<Target>> Location::targets_by_address(const std::string& name,
                                                                std::uint16_t port,
                                                                wire::Transport transport,
                                                                std::vector<std::string> clauses) {
    const auto address = wire::parse_ipv4(name);
    if (address && context_->rules.takes_dotted_addresses)
        return std::vector<Target>{{transport, {*address, port}, name, server_.host}};
    const auto* answer = look_up(name, wire::DnsType::a, std::move(clauses));
    if (answer == nullptr) return std::nullopt;
    std::vector<Target> targets;
    for (const auto& a : in_order(pick<wire::ARecord>(answer->records)))
        targets.push_back({transport, {a.address, port}, name, server_.host});
    if (!targets.empty()) add_configured(targets);
    return targets;
}

// The address of the configuration behind one of the DNS, for when nobody answers there: reading
// static-when-unreachable.
void Location::add_configured(std::vector<Target>& targets) {
    auto target = targets.front();
    const auto* own = configured({target.name, wire::DnsType::a});
    if (own == nullptr || !context_->is_yealink()) return;
    for (const auto& a : pick<wire::ARecord>(own->records)) {
        target.endpoint.address = a.address;
        const bool known = std::ranges::any_of(
            targets, [&](const Target& t) { return t.endpoint == target.endpoint; });
        if (!known && context_->oracle->reading("static-when-unreachable") == "used")
            targets.push_back(target);
    }
}

const DnsAnswer* Location::srv_of(const Service& service) {
    if (!service.of_configuration)
        return look_up(service.name, wire::DnsType::srv,
                       context_->cite({.aastra = "AA-SRV-02", .audiocodes = "AC-REG-04"},
                                      {"RFC-3263-03", "RFC-2782-06"}));
    const wire::DnsQuestion question{service.name, wire::DnsType::srv};
    return use(question, *configured(question));
}

// RFC-3263-09: all addresses of one SRV target come before the next target.
std::optional<std::vector<Target>> Location::targets_by_services(
    const std::vector<Service>& services) {
    std::vector<Target> targets;
    bool complete = true;
    for (const auto& service : services) {
        if (service.next == wire::DnsType::a) {
            const auto some = targets_by_address(service.name, default_port(service.transport),
                                                 service.transport, {"RFC-3403-03"});
            if (!some) return std::nullopt;
            targets.insert(targets.end(), some->begin(), some->end());
            continue;
        }
        const auto* answer = srv_of(service);
        if (answer == nullptr) return std::nullopt;
        auto records = pick<wire::SrvRecord>(answer->records);
        if (service_denied(records)) {
            denied_ = true;
            continue;
        }
        std::erase_if(records, [](const auto& r) { return r.target.empty(); });
        if (!context_->rules.highest_weight_first)
            for (auto& record : records)
                record.weight = static_cast<std::uint16_t>(UINT16_MAX - record.weight);
        const auto [order, is_new] = drawn_.try_emplace(service.name);
        if (is_new)
            order->second = context_->is_yealink()
                                ? order_by_weight(std::move(records), *context_->oracle,
                                                  context_->turns[service.name]++)
                                : order_by_rfc2782(std::move(records), *context_->oracle);
        for (const auto& srv : order->second) {
            const auto some = targets_by_address(
                srv.target, srv.port != 0 ? srv.port : default_port(service.transport),
                service.transport, {"RFC-2782-05"});
            complete = complete && some.has_value();
            if (some) targets.insert(targets.end(), some->begin(), some->end());
        }
    }
    if (!complete) return std::nullopt;
    return targets;
}

std::optional<std::vector<Target>> Location::locate() {
    const auto transport = configured_transport();
    const auto port = server_.port != 0 ? server_.port : default_port(transport);
    if (wire::parse_ipv4(server_.host) || server_.port != 0)  // RFC-3263-04, RFC-3263-05
        return targets_by_address(server_.host, port, transport,
                                  context_->cite({.aastra = "AA-SRV-04"}, {"RFC-3263-05"}));
    if (context_->is_aastra() && account_->dns_lookup == config::DnsLookup::address)
        return targets_by_address(server_.host, port, transport, {"EXT-AA-DNS-01"});

    std::vector<Service> services;
    if (asks_naptr()) {
        auto named = services_by_naptr();
        if (!named) return std::nullopt;
        services = std::move(*named);
    }
    const bool by_naptr = !services.empty();
    if (!by_naptr) services = services_without_naptr();
    auto targets = targets_by_services(services);
    if (targets && !targets->empty() && !by_naptr) {  // YL-SDC-10: one transport is used
        const auto first = targets->front().transport;
        std::erase_if(*targets, [&](const Target& t) { return t.transport != first; });
    }
    if (!targets || !targets->empty() || denied_) return targets;
    const auto known_port = port_without_srv();
    if (!known_port || !context_->rules.does_without_srv) return std::vector<Target>{};
    return targets_by_address(server_.host, *known_port, transport, {"RFC-3263-06"});
}

Location::Step Location::step() {
    needed_.clear();
    denied_ = dns_failed_ = false;
    auto targets = locate();
    if (!needed_.empty()) return Need{std::move(needed_)};
    if (targets && !targets->empty()) return Found{std::move(*targets)};
    if (denied_)
        return Nowhere{"DNS says that the service is not available there", {"RFC-2782-04"}, false};
    if (dns_failed_) return Nowhere{"no DNS server gave an answer", {"RFC-1123-01"}, true};
    return Nowhere{"DNS knows no address for " + server_.host, {"RFC-3263-06"}, false};
}

}  // namespace twinline::phone
