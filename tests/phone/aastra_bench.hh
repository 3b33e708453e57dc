// Aastra's servers with a backup of each, and phones configured by the rows of page 4-70.
#pragma once

#include "reference_impl/config/loader.hh"
#include "tests/phone/subscription_bench.hh"

#include <map>
#include <string>
#include <string_view>

namespace twinline::test {

// By the letters of tests/phone/aastra_rows.yaml.
inline const std::map<std::string, std::string, std::less<>> aastra_hosts{
    {"A", "192.0.2.11"},  {"B", "192.0.2.12"},   {"R", "192.0.2.16"},
    {"RB", "192.0.2.17"}, {"OP1", "192.0.2.21"}, {"OP2", "192.0.2.22"}};

inline std::string at(std::string_view letter) {
    return aastra_hosts.find(letter)->second + ":5060";
}

inline config::PhoneConfig aastra_config(std::string_view row, std::string_view more = {}) {
    std::string text =
        "sip user name: 1001\nsip password: secret\nsip blacklist duration: 0\n"
        "sip proxy ip: 192.0.2.11\nsip registrar ip: 192.0.2.16\nsip registration period: 300\n";
    if (row != "outbound-proxy")
        text += "sip backup proxy ip: 192.0.2.12\nsip backup registrar ip: 192.0.2.17\n";
    if (row != "proxy-and-registrar")
        text += "sip outbound proxy: 192.0.2.21\nsip backup outbound proxy: 192.0.2.22\n";
    text += more;
    auto loaded = config::load(config::Vendor::aastra, "aastra.cfg", text);
    return loaded.config;
}

struct AastraPhone {
    PhoneBench bench;
    std::uint32_t cseq = 0;  // of the NOTIFYs

    explicit AastraPhone(config::PhoneConfig config, PhoneBench::Readings readings = {})
        : bench(std::move(config), 1, {}, std::move(readings)) {
        for (const auto& [letter, host] : aastra_hosts) heal(letter);
    }
    // It is then a server of everything: it registers for 300 s, takes subscriptions for 100 s and
    // tells at once, and takes calls.
    void heal(std::string_view letter) {
        bench.servers[at(letter)] =
            [this, host = at(letter)](
                const wire::SipMessage& request) -> std::optional<wire::SipMessage> {
            if (request.method != "SUBSCRIBE") return switchboard(300)(request);
            bench.at(bench.now() + 2ms, [this, host, request] {
                bench.deliver(form_notify(request, host, "active", ++cseq), host);
            });
            return take_subscription(request, 100, host);
        };
    }
    void silence(std::string_view letter) { bench.servers.erase(at(letter)); }
    AastraPhone& run(wire::Duration duration) {
        bench.run_until(bench.now() + duration);
        return *this;
    }
    // To whom the transactions of `method` have gone since the instant.
    std::vector<Sent> first_sends(std::string_view method, wire::Duration since) const {
        std::vector<Sent> some;
        std::set<std::string> seen;
        for (const auto& s : sent(bench, method))
            if (seen.insert(s.branch()).second && s.at >= since) some.push_back(s);
        return some;
    }
};

}  // namespace twinline::test
