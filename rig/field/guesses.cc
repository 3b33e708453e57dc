// What a phone may have been told that no single message shows. A count or a time is taken from
// what the phone did, and not from all that are permitted: the reference plays every guess.
#include "rig/field/inferred.hh"
#include "rig/field/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace twinline::field {

namespace {

using timeline::Direction;
using timeline::Event;
using timeline::Instant;

bool is_request(const Event& event) {
    return event.kind == "sip.request" && event.direction == Direction::out &&
           event.field("method") != "ACK";
}

// How many requests of the method in a row a server was sent that it did not answer.
std::set<std::size_t> unanswered(const Phone& phone, std::string_view method) {
    std::set<std::size_t> counts;
    std::string peer;
    std::size_t count = 0;
    const auto end = [&] {
        if (count > 0) counts.insert(count);
        count = 0;
    };
    for (const auto& event : phone.events) {
        if (event.kind == "sip.response" && event.direction == Direction::in) end();
        if (!is_request(event) || event.field("method") != method) continue;
        if (event.peer != peer) end();
        peer = event.peer;
        ++count;
    }
    end();
    return counts;
}

// Seconds from a move to another server until the one of before is asked again.
std::set<std::int64_t> absences(const Phone& phone) {
    std::set<std::int64_t> all;
    std::map<std::string, Instant> left;  // when another one was asked after it
    std::string peer;
    for (const auto& event : phone.events) {
        if (!is_request(event) || event.peer == peer) continue;
        if (const auto gone = left.find(event.peer); gone != left.end())
            all.insert(std::chrono::round<std::chrono::seconds>(event.at - gone->second).count());
        if (!peer.empty()) left[peer] = event.at;
        peer = event.peer;
    }
    return all;
}

// A time that a phone waited for is one of these as a rule, or what was seen.
std::vector<std::int64_t> times(const Phone& phone) {
    constexpr std::size_t most = 24;
    std::set<std::int64_t> all;
    const auto seen = absences(phone);
    for (const auto absence : seen) {
        all.insert(absence);
        for (const std::int64_t usual : {10, 30, 60, 90, 120, 180, 300, 600, 900, 1800, 3600, 7200})
            if (usual < absence) all.insert(usual);
    }
    std::vector<std::int64_t> result(all.begin(), all.end());
    if (result.size() > most) result.resize(most);
    return result;
}

// T1 is what lies between the first two transmissions (RFC 3261 17.1.2.2).
std::set<std::int64_t> first_pauses(const Phone& phone) {
    using std::chrono::milliseconds;
    constexpr std::int64_t usual = 500;
    std::set<std::int64_t> all;
    std::map<std::string, Instant, std::less<>> sent;  // by branch
    for (const auto& event : phone.events) {
        if (!is_request(event)) continue;
        const auto [first, is_first] =
            sent.try_emplace(std::string(event.field("branch")), event.at);
        if (is_first || event.field("send") != "2") continue;
        const auto pause = std::chrono::round<milliseconds>((event.at - first->second) / 10);
        if (10 * pause.count() != usual) all.insert(10 * pause.count());
    }
    return all;
}

class Guesses {
  public:
    Guesses(const Phone& phone, const Parameters& known) : phone_(phone), known_(known) {}

    std::vector<Parameters> generic() {
        for (const auto t1 : first_pauses(phone_))
            all_.push_back({{"sip.t1_ms", fmt::to_string(t1)}});
        for (unsigned account = 1; has(account, "user"); ++account) {
            const auto key = fmt::format("account.{}.", account);
            for (const auto* transport : {"auto", "udp", "tcp", "tls"})
                for (const auto* port : {"0", "5060"})
                    all_.push_back({{key + "port", port}, {key + "transport", transport}});
        }
        return std::move(all_);
    }

    std::vector<Parameters> yealink() {
        for (const auto t1 : first_pauses(phone_))
            if (t1 != 500)
                all_.push_back({{"sip.timer_t1", fmt::format("{}.{:03}", t1 / 1000, t1 % 1000)}});
        for (unsigned account = 1; has(account, "user_name"); ++account) {
            account_ = fmt::format("account.{}.", account);
            servers_ = has(account, "sip_server.2.address") ? 2 : 1;
            counts();
            ways_home();
            of_servers({{"register_on_enable", "1"}});
            of_servers({{"register_on_enable", "1"}, {"only_signal_with_registered", "1"}});
            of_servers({{"failback_subscribe.enable", "1"}});
            names();
            subscriptions(account);
        }
        return std::move(all_);
    }

  private:
    bool has(unsigned account, std::string_view name) const {
        const auto key = fmt::format("account.{}.{}", account, name);
        return std::ranges::find(known_, key, &Parameter::name) != known_.end();
    }
    void of_account(Parameters parameters) {
        for (auto& parameter : parameters) parameter.name = account_ + parameter.name;
        all_.push_back(std::move(parameters));
    }
    // The same for each server of the account.
    void of_servers(const Parameters& parameters) {
        Parameters all;
        for (unsigned server = 1; server <= servers_; ++server)
            for (const auto& [name, value] : parameters)
                all.push_back({fmt::format("sip_server.{}.{}", server, name), value});
        of_account(std::move(all));
    }

    void counts() {
        for (const auto& [method, name] :
             {std::pair{"REGISTER", "retry_counts"}, std::pair{"INVITE", "retry_counts"},
              std::pair{"INVITE", "invite_retry_counts"}})
            for (const auto count : unanswered(phone_, method))
                for (const auto value : {count - 1, count})
                    of_servers({{name, fmt::to_string(value)}});
    }

    void ways_home() {
        of_servers({{"failback_mode", "1"}});
        of_servers({{"failback_mode", "2"}});
        of_account({{"fallback.redundancy_type", "1"}});
        for (const auto time : times(phone_)) {
            const auto value = fmt::to_string(time);
            of_servers({{"failback_mode", "3"}, {"failback_timeout", value}});
            of_account({{"fallback.redundancy_type", "0"}, {"fallback.timeout", value}});
            of_account({{"fallback.redundancy_type", "1"}, {"fallback.timeout", value}});
            of_account({{"outbound_proxy_fallback_interval", value}});
        }
    }

    void names() {
        for (const auto* port : {"0", "5060"})
            for (const auto* transport : {"0", "1", "2", "3"})
                of_servers({{"port", port}, {"transport_type", transport}});
        of_account({{"dns_cache_type", "0"}});
        of_account({{"dns_cache_type", "2"}});
        of_account({{"naptr_build", "1"}});
    }

    // To its own user what a mailbox or a shared line tells, to others what lamps show.
    void subscriptions(unsigned account) {
        std::map<std::string, std::string> asked;  // user -> seconds
        for (const auto& event : phone_.events)
            if (is_request(event) && event.field("method") == "SUBSCRIBE" &&
                event.field("to_tag").empty())
                asked.try_emplace(user_of(event.field("to_uri")), event.field("expires"));
        const auto own = std::ranges::find(known_, account_ + "user_name", &Parameter::name);
        Parameters lamps;
        for (const auto& [user, expires] : asked) {
            if (own != known_.end() && user == own->value) {
                of_account({{"subscribe_mwi", "1"}, {"subscribe_mwi_expires", expires}});
                of_account({{"shared_line", "1"}, {"blf.subscribe_period", expires}});
                continue;
            }
            const auto key = fmt::format("linekey.{}.", 1 + lamps.size() / 3);
            for (const auto& [name, value] :
                 {std::pair{"type", std::string("16")}, std::pair{"line", fmt::to_string(account)},
                  std::pair{"value", user}})
                lamps.push_back({key + name, value});
        }
        if (lamps.empty()) return;
        lamps.push_back({account_ + "blf.subscribe_period", asked.begin()->second});
        all_.push_back(std::move(lamps));
    }

    const Phone& phone_;
    const Parameters& known_;
    std::string account_;
    unsigned servers_ = 1;
    std::vector<Parameters> all_;
};

}  // namespace

std::vector<Parameters> guesses(const Phone& phone, std::string_view vendor,
                                const Parameters& known) {
    Guesses all(phone, known);
    return vendor == "yealink" ? all.yealink() : all.generic();
}

}  // namespace twinline::field
