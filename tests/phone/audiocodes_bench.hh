// AudioCodes phones for the bench: a name with port 65535, and how long its servers may be silent.
#pragma once

#include "tests/phone/subscription_bench.hh"

#include <algorithm>

namespace twinline::test {

inline const std::string third = "192.0.2.13:5060";

inline config::PhoneConfig audiocodes(std::chrono::milliseconds silence_limit = 2000ms,
                                      const std::string& proxy = "pbx.test",
                                      std::uint16_t port = 0) {
    auto config = one_account(proxy, port);
    config.vendor = config::Vendor::audiocodes;
    auto& account = config.accounts[0];
    account.servers[0].transport = config::TransportChoice::udp;
    account.silence_limit = silence_limit;
    return config;
}

// c.pbx.test (192.0.2.13) comes after the two of publish_pbx().
inline void publish_three(PhoneBench& bench) {
    publish_pbx(bench);
    const std::string service = "_sip._udp.pbx.test";
    bench.dns[{service, wire::DnsType::srv}].answer.push_back(
        srv(service, 20, 0, 5060, "c.pbx.test", 300));
    bench.dns[{"c.pbx.test", wire::DnsType::a}].answer = {a("c.pbx.test", "192.0.2.13", 300)};
}

// An ICMP error comes back from whatever is sent to these hosts.
inline void refuse_all(PhoneBench& bench, const std::vector<std::string>& hosts,
                       std::size_t& done) {
    for (; done < bench.sip().size(); ++done) {
        const auto sent = bench.sip()[done];
        if (std::ranges::find(hosts, sent.host()) != hosts.end()) bench.refuse(sent);
    }
}

}  // namespace twinline::test
