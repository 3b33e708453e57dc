// A message that is seen on both sides of a proxy or NAT belongs to the side where it was seen
// first, for there its Call-ID began.
#include "rig/field/parties.hh"

#include "rig/scenario/file_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;

struct Key {
    std::string address, own;
    auto operator<=>(const Key&) const = default;
};

std::string dotted_or(std::string_view host, const std::string& otherwise) {
    return scenario::is_dotted_address(host) ? std::string(host) : otherwise;
}

// The phone that a request of its own comes from.
Key key_of(const Sighting& request) {
    const auto sent_by = request.event.field("sent_by");
    const auto via = std::string(sent_by.substr(0, sent_by.find(':')));
    const auto contact = host_of(request.event.field("contact"));
    return {request.from, dotted_or(via, dotted_or(contact, request.from))};
}

bool begins_something(const Event& event) {
    const auto method = event.field("method");
    return event.kind == "sip.request" &&
           (method == "REGISTER" ? !event.field("contact").empty()
                                 : method == "INVITE" || method == "SUBSCRIBE");
}

class Sorter {
  public:
    explicit Sorter(const Capture& capture) : capture_(capture) {
        find_registering();
        find_calling();
        find_asking();
        for (auto& [key, phone] : phones_) phone.shares_address = count_at(key.address) > 1;
    }

    std::vector<Phone> run() {
        for (const auto& sighting : capture_.sightings) take(sighting);
        std::vector<Phone> found;
        for (const auto& key : order_) found.push_back(std::move(phones_.at(key)));
        return found;
    }

  private:
    void add(const Key& key) {
        if (!phones_.contains(key)) order_.push_back(key);
        auto& phone = phones_[key];
        phone.address = key.address;
        phone.own_address = key.own;
    }

    std::size_t count_at(const std::string& address) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            phones_, [&](const auto& known) { return known.first.address == address; }));
    }

    // By Call-ID, whoever is seen first to send it.
    void find_registering() {
        for (const auto& sighting : capture_.sightings) {
            const auto& event = sighting.event;
            if (!begins_something(event) || event.field("method") != "REGISTER") continue;
            const auto key = key_of(sighting);
            auto& of_call = calls_[std::string(event.field("call_id"))];
            if (forwards(key) || (!of_call.empty() && key.address != key.own)) continue;
            of_call.insert(key);
            servers_.insert(sighting.to);
            add(key);
        }
    }

    // A server that registers by itself passes on what others asked of it before.
    bool forwards(const Key& key) const { return servers_.contains(key.address); }

    void find_calling() {
        for (const auto& sighting : capture_.sightings) {
            const auto& event = sighting.event;
            if (event.kind != "sip.request") continue;
            const auto key = key_of(sighting);
            auto& of_call = calls_[std::string(event.field("call_id"))];
            if (phones_.contains(key)) {
                of_call.insert(key);
            } else if (!of_call.empty()) {
                continue;
            } else if (const auto called = callee_of(sighting)) {
                of_call.insert(*called);
            } else if (begins_something(event) && !servers_.contains(sighting.from) &&
                       count_at(sighting.from) == 0) {
                of_call.insert(key);
                add(key);
            }
        }
    }

    // Whoever asks servers how they are and wants nothing else of them watches over them: the lab's
    // own probes do.
    std::set<std::string> watching() const {
        std::set<std::string> watches, wants_more;
        for (const auto& sighting : capture_.sightings) {
            const auto& event = sighting.event;
            if (event.kind != "sip.request") continue;
            (event.field("method") == "OPTIONS" ? watches : wants_more).insert(sighting.from);
        }
        for (const auto& address : wants_more) watches.erase(address);
        return watches;
    }

    // Who never came to say anything: it asks for the names of SIP servers, or wants a connection.
    void find_asking() {
        const auto watches = watching();
        for (const auto& sighting : capture_.sightings) {
            const auto& event = sighting.event;
            const auto type = event.field("type");
            const bool asks = event.kind == "dns.query" &&
                              (type == "NAPTR" || event.field("name").starts_with("_sip"));
            const bool connects =
                event.kind == "tcp.syn" && (event.peer_port == "5060" || event.peer_port == "5061");
            if ((asks || connects) && count_at(sighting.from) == 0 &&
                !servers_.contains(sighting.from) && !watches.contains(sighting.from))
                add({sighting.from, sighting.from});
        }
    }

    // Whom a server calls, notifies or asks.
    std::optional<Key> callee_of(const Sighting& request) const {
        std::optional<Key> found;
        const auto uri_host = host_of(request.event.field("uri"));
        for (const auto& [key, phone] : phones_) {
            if (key.address != request.to) continue;
            if (!found || key.own == uri_host) found = key;
        }
        return found;
    }

    void take(const Sighting& sighting) {
        const auto& event = sighting.event;
        if (event.kind == "sip.request" || event.kind == "sip.response") return take_sip(sighting);
        if (event.kind == "icmp.unreachable") {  // about what `from` had sent
            give_all(sighting, sighting.from, Direction::in, sighting.to);
            return;
        }
        give_all(sighting, sighting.from, Direction::out, sighting.to);
        give_all(sighting, sighting.to, Direction::in, sighting.from);
    }

    void take_sip(const Sighting& sighting) {
        const auto call = calls_.find(std::string(sighting.event.field("call_id")));
        if (call == calls_.end()) return;
        for (const auto& key : call->second) {
            auto& phone = phones_.at(key);
            if (sighting.from == phone.address)
                return give(phone, sighting, Direction::out, sighting.to);
            if (sighting.to == phone.address)
                return give(phone, sighting, Direction::in, sighting.from);
        }
        if (!call->second.empty()) ++phones_.at(*call->second.begin()).copies;
    }

    void give_all(const Sighting& sighting, const std::string& address, Direction direction,
                  const std::string& peer) {
        for (auto& [key, phone] : phones_)
            if (key.address == address) give(phone, sighting, direction, peer);
    }

    void give(Phone& phone, const Sighting& sighting, Direction direction,
              const std::string& peer) {
        auto& event = phone.events.emplace_back(sighting.event);
        event.subject = "device";
        event.direction = direction;
        event.peer = peer;
        if (event.kind != "sip.request" || direction != Direction::out) return;
        if (const auto agent = event.field("user_agent"); !agent.empty()) phone.user_agent = agent;
        if (event.field("method") != "REGISTER") return;
        const auto line = line_of(event.field("to_uri"));
        if (line.find('@') == line.npos) return;  // a server that is asked whether it lives
        if (std::ranges::find(phone.lines, line) == phone.lines.end()) phone.lines.push_back(line);
    }

    const Capture& capture_;
    std::map<Key, Phone> phones_;
    std::vector<Key> order_;  // as they were first seen
    // Two phones of one seed may choose the same Call-ID.
    std::map<std::string, std::set<Key>> calls_;
    std::set<std::string> servers_;
};

}  // namespace

std::string Phone::name() const {
    const auto at = "at " + address;
    const auto who = lines.empty() ? "the phone " + at : lines.front() + ' ' + at;
    return restarted ? fmt::format("{}, started anew at frame {}", who, *restarted) : who;
}

std::vector<Phone> phones_of(const Capture& capture) { return Sorter(capture).run(); }

std::string user_of(std::string_view uri) {
    const auto start = uri.find(':'), end = uri.find('@');
    if (start == uri.npos || end == uri.npos || end < start) return {};
    return std::string(uri.substr(start + 1, end - start - 1));
}

std::string host_of(std::string_view uri) {
    const auto at = uri.find('@');
    const auto start = at != uri.npos ? at : uri.find(':');
    if (start == uri.npos) return {};
    const auto rest = uri.substr(start + 1);
    return std::string(rest.substr(0, rest.find_first_of(":;?>")));
}

std::string line_of(std::string_view uri) {
    const auto user = user_of(uri);
    return user.empty() ? host_of(uri) : user + '@' + host_of(uri);
}

}  // namespace twinline::field
