// The answers of an authoritative server that a phone believes to be its resolver (RFC 1034 4.3.2
// without delegations and wildcards). It knows no EDNS, as a server before RFC 6891; everything
// read from a query is bounds-checked.
#include "rig/dns/name_server.hh"

#include "rig/dns/message.hh"
#include "rig/dns/zone.hh"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace twinline::dns {

namespace {

constexpr int longest_alias_chain = 8;
constexpr std::uint16_t type_cname = 5, type_any = 255;
// Transfers and the obsolete mail queries (RFC 1035 3.2.3); not the ANY that follows them.
constexpr std::uint16_t first_transfer = 251, last_transfer = 254;

// How often each set of records was given out, where they rotate.
using Turns = std::map<std::pair<std::string, std::uint16_t>, std::size_t>;

struct Turning {
    Turns* turns = nullptr;  // null: they do not rotate
    std::size_t first = 0;   // with which record the first answer begins
};

// One step of RFC 1034 4.3.2: the records of a name, the alias to follow instead, or the SOA that
// says there is none.
std::optional<std::string> look_up(const Zone& zone, const std::string& name, std::uint16_t type,
                                   Turning turning, Answer& answer) {
    const std::vector<Record>* records = zone.find(name);
    std::vector<const Record*> found;
    const Record* alias = nullptr;
    if (records != nullptr) {
        for (const Record& record : *records) {
            if (record.type == type || type == type_any) {
                found.push_back(&record);
            } else if (record.type == type_cname) {
                alias = &record;
            }
        }
    }
    std::size_t turn = 0;
    if (turning.turns != nullptr && found.size() > 1)
        turn = turning.first + (*turning.turns)[{name, type}]++;
    for (std::size_t i = 0; i < found.size(); ++i)
        answer.add(name, *found[(i + turn) % found.size()]);
    if (!found.empty()) return std::nullopt;
    if (alias != nullptr) {
        answer.add(name, *alias);
        return lower_case(alias->rdata);
    }
    if (records == nullptr) answer.rcode = Rcode::nxdomain;
    answer.add_soa(zone);
    return std::nullopt;
}

void resolve(const Zone& zone, const Question& question, Turning turning, Answer& answer) {
    std::string name = question.name;
    for (int step = 0; step < longest_alias_chain; ++step) {
        std::optional<std::string> next = look_up(zone, name, question.type, turning, answer);
        if (!next || !zone.contains(*next)) return;
        name = std::move(*next);
    }
    answer.rcode = Rcode::servfail;  // the aliases form a loop
}

std::shared_ptr<const Zone> zone_in(const Zones& read, std::string_view text) {
    if (read)
        if (const auto known = read->find(text); known != read->end()) return known->second;
    return std::make_shared<const Zone>(text);
}

}  // namespace

Zones zones_of(const scenario::Topology& topology) {
    std::map<std::string, std::shared_ptr<const Zone>, std::less<>> zones;
    const auto add = [&zones](const std::string& text) {
        zones.emplace(text, std::make_shared<const Zone>(text));
    };
    const bool served = std::ranges::any_of(topology.hosts, [](const scenario::Host& host) {
        return host.runs == scenario::HostRuns::dns;
    });
    if (served) {
        add(topology.zone);
        for (const auto& [name, text] : topology.zones) add(text);
    }
    return std::make_shared<const decltype(zones)>(std::move(zones));
}

Zones in_any_order(const Zones& zones, std::uint64_t seed) {
    auto drawn = *zones;
    for (auto& [text, zone] : drawn) zone = std::make_shared<const Zone>(zone->in_any_order(seed));
    return std::make_shared<const decltype(drawn)>(std::move(drawn));
}

Behaviour behaviour_of(const scenario::Treatment& treatment) {
    using Kind = scenario::Treatment::Kind;
    if (treatment.kind == Kind::truncate) return Behaviour::truncated;
    if (treatment.kind == Kind::wrong_id) return Behaviour::wrong_id;
    if (treatment.kind == Kind::rotate) return Behaviour::rotating;
    if (treatment.kind != Kind::reject) return Behaviour::answers;
    if (treatment.rcode == "REFUSED") return Behaviour::refused;
    if (treatment.rcode == "NXDOMAIN") return Behaviour::nxdomain;
    return treatment.rcode == "NODATA" ? Behaviour::nodata : Behaviour::servfail;
}

std::optional<Several> several_in(std::string_view zone) {
    const auto [owner, type] = Zone(zone).several();
    if (type == 0) return std::nullopt;
    Several found{{}, type};
    for (std::size_t at = 0; owner[at] != 0; at += 1U + static_cast<unsigned char>(owner[at])) {
        if (at != 0) found.name += '.';
        found.name += owner.substr(at + 1, static_cast<unsigned char>(owner[at]));
    }
    return found;
}

struct NameServer::Impl {
    struct View {
        Behaviour behaviour = Behaviour::answers;
        std::shared_ptr<const Zone> zone;  // null: that of all
        Turns turns;
    };

    std::shared_ptr<const Zone> zone;
    Zones read;
    Additional additional;
    Order order;
    std::unordered_map<std::uint32_t, View> views;
    std::vector<std::shared_ptr<const Zone>> beside{};

    const Zone& zone_for(const View& view, const std::string& name) const {
        const Zone& in_force = view.zone ? *view.zone : *zone;
        if (in_force.contains(name)) return in_force;
        for (const auto& other : beside)
            if (other->contains(name)) return *other;
        return in_force;
    }

    Turning turning(View& view) const {
        if (order == Order::rotating) return {&view.turns, 0};
        // As a fault its first answer differs already.
        if (view.behaviour == Behaviour::rotating) return {&view.turns, 1};
        return {};
    }

    // Of a name outside the zone nothing can be denied.
    void deny(const View& view, const Question& question, Behaviour how, Answer& answer) const {
        const Zone& in_force = zone_for(view, question.name);
        if (question.qclass != class_in || !in_force.contains(question.name)) {
            answer.rcode = Rcode::refused;
            return;
        }
        if (how == Behaviour::nxdomain) answer.rcode = Rcode::nxdomain;
        answer.add_soa(in_force);
    }

    void answer_from_zone(View& view, const Question& question, Answer& answer) const {
        const Zone& in_force = zone_for(view, question.name);
        if (question.qclass != class_in || !in_force.contains(question.name)) {
            answer.rcode = Rcode::refused;
        } else if (question.type >= first_transfer && question.type <= last_transfer) {
            answer.rcode = Rcode::notimp;
        } else {
            resolve(in_force, question, turning(view), answer);
            if (additional == Additional::addresses) answer.add_addresses(in_force);
        }
    }
};

NameServer::NameServer(std::string_view zone, Additional additional, Order order)
    : impl_(new Impl{std::make_shared<const Zone>(zone), {}, additional, order, {}, {}}) {}
NameServer::NameServer(const scenario::Topology& topology, Zones read)
    : impl_(new Impl{zone_in(read, topology.zone),
                     read,
                     topology.dns_additional ? Additional::addresses : Additional::left_out,
                     topology.dns_rotates ? Order::rotating : Order::of_the_zone,
                     {},
                     {}}) {}
NameServer::~NameServer() = default;
NameServer::NameServer(NameServer&&) noexcept = default;
NameServer& NameServer::operator=(NameServer&&) noexcept = default;

std::optional<std::string> NameServer::answer(std::uint32_t asker, std::string_view query,
                                              std::size_t limit) const {
    if (query.size() < header_size || (flags_of(query) & 0x8000U) != 0) return std::nullopt;
    // Only what is known of an asker is kept, so that unknown ones take no room.
    auto found = impl_->views.find(asker);
    Impl::View nobody;
    Impl::View& view = found != impl_->views.end()       ? found->second
                       : impl_->order == Order::rotating ? impl_->views[asker]
                                                         : nobody;
    const Behaviour behaviour = view.behaviour;
    if (behaviour == Behaviour::silent) return std::nullopt;

    Answer answer(query);
    std::optional<Question> question;
    if ((flags_of(query) & 0x7800U) != 0) {
        answer.rcode = Rcode::notimp;
    } else if (!(question = read_question(query))) {
        answer.rcode = Rcode::format;
    } else {
        answer.ask(*question);
        if (behaviour == Behaviour::servfail) {
            answer.rcode = Rcode::servfail;
        } else if (behaviour == Behaviour::refused) {
            answer.rcode = Rcode::refused;
        } else if (behaviour == Behaviour::nxdomain || behaviour == Behaviour::nodata) {
            impl_->deny(view, *question, behaviour, answer);
        } else {
            impl_->answer_from_zone(view, *question, answer);
        }
    }
    if (behaviour == Behaviour::truncated && limit <= datagram) limit = header_size;
    auto octets = answer.octets(limit);
    if (behaviour == Behaviour::wrong_id) octets[0] = static_cast<char>(octets[0] ^ 0x80);
    return octets;
}

void NameServer::behave(std::uint32_t asker, Behaviour behaviour) {
    auto& view = impl_->views[asker];
    view.behaviour = behaviour;
    if (impl_->order == Order::of_the_zone) view.turns.clear();
}

void NameServer::replace_zone(std::uint32_t asker, std::string_view zone) {
    auto found = zone_in(impl_->read, zone);
    impl_->views[asker].zone = std::move(found);
}

void NameServer::add_zone(std::string_view zone) {
    impl_->beside.push_back(zone_in(impl_->read, zone));
}

void NameServer::forget(std::uint32_t asker) { impl_->views.erase(asker); }

}  // namespace twinline::dns
