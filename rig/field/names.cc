// Each question's last answer stands until another one comes. A resolver counts a TTL down: what it
// said last is what the phone had.
#include "rig/field/names.hh"

#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

struct Question {
    std::string name, type;
    auto operator<=>(const Question&) const = default;
};

struct Answer {
    std::string records;  // lines of a zone file; empty: there is none
    bool exists = true;   // the name does: NODATA, not NXDOMAIN
    bool operator==(const Answer&) const = default;
};

std::string with_dot(const std::string& name) { return name == "." ? name : name + '.'; }

std::vector<std::string> split(std::string_view text, std::string_view between) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(between), text.size());
        parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + between.size(), text.size()));
    }
    return parts;
}

bool is_served(std::string_view type) {
    return type == "A" || type == "SRV" || type == "NAPTR" || type == "CNAME";
}

// The records of an alias chain follow one another, each at the name that the one before gave.
Answer answer_of(const Event& event) {
    Answer answer;
    answer.exists = event.field("rcode") != "NXDOMAIN";
    auto owner = with_dot(std::string(event.field("name")));
    for (const auto& record : split(event.field("answers"), "; ")) {
        const auto space = record.find(' ');
        const auto type = record.substr(0, space);
        if (!is_served(type) || space == record.npos) continue;
        answer.records += fmt::format("{} {} IN {}\n", owner, event.field("ttl"), record);
        if (type == "CNAME") owner = record.substr(space + 1);
    }
    return answer;
}

bool is_an_answer(const Event& event) {
    return event.kind == "dns.response" && event.direction == Direction::in &&
           (event.field("rcode") == "NOERROR" || event.field("rcode") == "NXDOMAIN");
}

using Answers = std::map<Question, Answer>;

// The names between an owner and the domain exist with it.
bool is_above_another(const Answers& answers, const std::string& name) {
    return std::ranges::any_of(answers, [&](const auto& known) {
        return !known.second.records.empty() && known.first.name != name &&
               known.first.name.ends_with("." + name);
    });
}

std::string zone_text(const Answers& answers, const std::string& domain, std::uint32_t negative) {
    auto text = fmt::format("{0} {1} IN SOA ns.{2} hostmaster.{2} 1 3600 600 86400 {1}\n",
                            with_dot(domain), negative, domain == "." ? "" : with_dot(domain));
    std::set<std::string> lines;
    const auto add = [&](const std::string& line) {
        if (lines.insert(line).second) text += line + '\n';
    };
    for (const auto& [question, answer] : answers)
        for (const auto& line : split(answer.records, "\n")) add(line);
    for (const auto& [question, answer] : answers) {
        const bool has_records = std::ranges::any_of(answers, [&](const auto& other) {
            return other.first.name == question.name && !other.second.records.empty();
        });
        if (answer.exists && answer.records.empty() && !has_records && question.name != domain &&
            !is_above_another(answers, question.name))
            add(with_dot(question.name) + " 0 IN TXT \"nothing else\"");
    }
    return text;
}

bool is_within(const std::string& name, const std::string& domain) {
    return domain == "." || name == domain || name.ends_with("." + domain);
}

}  // namespace

std::vector<ZoneFrom> zones_of(const timeline::Timeline& events, const std::string& domain) {
    std::uint32_t negative = 0;
    for (const auto& event : events)
        if (is_an_answer(event))
            if (const auto ttl = event.field("soa_ttl"); !ttl.empty())
                negative = static_cast<std::uint32_t>(std::stoul(std::string(ttl)));
    Answers now;
    std::map<Question, timeline::Instant> asked;
    struct Change {
        Question question;
        Answer answer;
        Between onset;
    };
    std::vector<Change> changes;
    for (const auto& event : events) {
        if (!is_an_answer(event)) continue;
        const Question question{std::string(event.field("name")), std::string(event.field("type"))};
        if (!is_within(question.name, domain) || !is_served(question.type)) continue;
        const auto answer = answer_of(event);
        const auto [first, is_new] = now.try_emplace(question, answer);
        if (!is_new && first->second != answer) {
            changes.push_back({question, answer, {asked.at(question), event.at}});
            first->second = answer;
        }
        asked[question] = event.at;
    }
    // Back to how it began, and then change by change.
    for (auto change = changes.rbegin(); change != changes.rend(); ++change)
        now.erase(change->question);
    for (const auto& event : events) {
        if (!is_an_answer(event)) continue;
        const Question question{std::string(event.field("name")), std::string(event.field("type"))};
        if (is_within(question.name, domain) && is_served(question.type))
            now.try_emplace(question, answer_of(event));
    }
    std::vector<ZoneFrom> zones{{std::nullopt, zone_text(now, domain, negative)}};
    for (const auto& change : changes) {
        now[change.question] = change.answer;
        zones.push_back({change.onset, zone_text(now, domain, negative)});
    }
    return zones;
}

std::vector<std::string> addresses_in(const timeline::Timeline& events) {
    std::vector<std::string> found;
    for (const auto& event : events) {
        if (!is_an_answer(event)) continue;
        for (const auto& record : split(event.field("answers"), "; "))
            if (record.starts_with("A ") &&
                std::ranges::find(found, record.substr(2)) == found.end())
                found.push_back(record.substr(2));
    }
    return found;
}

std::map<std::string, std::uint16_t> ports_in(const timeline::Timeline& events) {
    std::map<std::string, std::set<std::string>> addresses;  // by name
    std::map<std::string, std::uint16_t> of_target, ports;
    for (const auto& event : events) {
        if (!is_an_answer(event)) continue;
        for (const auto& record : split(event.field("answers"), "; ")) {
            if (record.starts_with("A "))
                addresses[with_dot(std::string(event.field("name")))].insert(record.substr(2));
            if (!record.starts_with("SRV ")) continue;
            std::istringstream words(record.substr(4));
            unsigned priority = 0, weight = 0, port = 0;
            std::string target;
            words >> priority >> weight >> port >> target;
            // Over TLS it is the port after that of SIP.
            const bool secure = event.field("name").starts_with("_sips.");
            if (words) of_target[target] = static_cast<std::uint16_t>(secure ? port - 1 : port);
        }
    }
    for (const auto& [target, port] : of_target)
        for (const auto& address : addresses[target]) ports[address] = port;
    return ports;
}

// The longest one that all of them lie in.
std::string domain_of(const std::set<std::string>& names) {
    std::optional<std::string> common;
    for (auto name : names) {
        while (name.starts_with('_')) {
            const auto dot = name.find('.');
            if (dot == name.npos) break;
            name = name.substr(dot + 1);
        }
        if (name.empty() || scenario::is_dotted_address(name)) continue;
        if (!common) common = name;
        while (!is_within(name, *common)) {
            const auto dot = common->find('.');
            common = dot == common->npos ? "." : common->substr(dot + 1);
        }
    }
    return common.value_or(no_domain);
}

// Each server as a target of its own, in the order in which they were tried: any other order would
// have had the phone go another way.
std::string records_of(const UnseenName& unseen) {
    constexpr unsigned unknown_ttl = 3600;
    std::string text;
    const auto name = with_dot(unseen.name);
    const bool alone = unseen.servers.size() == 1 && unseen.servers.front()->port == 5060;
    if (unseen.has_port || alone) {
        for (const auto* server : unseen.servers)
            text += fmt::format("{} {} IN A {}\n", name, unknown_ttl, server->address);
        return text;
    }
    unsigned priority = 0;
    for (const auto* server : unseen.servers) {
        const auto target = fmt::format("{}.{}", server->role, name);
        text += fmt::format("{}.{} {} IN SRV {} 0 {} {}\n", unseen.service, name, unknown_ttl,
                            priority += 10, server->port, target);
        text += fmt::format("{} {} IN A {}\n", target, unknown_ttl, server->address);
    }
    return text;
}

}  // namespace twinline::field
