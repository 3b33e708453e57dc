// Yealink phones for the bench: a name of two servers (failover), or two configured servers
// (fallback), as the guide's scenarios have them.
#pragma once

#include "tests/phone/driver.hh"

namespace twinline::test {

using Readings = PhoneBench::Readings;

inline const std::string working = "192.0.2.11:5060";
inline const std::string fallback = "192.0.2.15:5060";

inline config::PhoneConfig yealink(config::PhoneConfig config) {
    config.vendor = config::Vendor::yealink;
    return config;
}

// Server 1 is pbx.test; port 0 and transport DNS-NAPTR, as failover wants it (YL-UI-04).
inline config::PhoneConfig yealink_failover(
    config::FailbackMode mode = config::FailbackMode::new_requests,
    std::chrono::seconds failback_timeout = 3600s) {
    auto config = yealink(one_account("pbx.test"));
    config.accounts[0].servers[0].failback_mode = mode;
    config.accounts[0].servers[0].failback_timeout = failback_timeout;
    return config;
}

// Both servers by address, as the guide's fallback scenarios have them.
inline config::PhoneConfig yealink_fallback(config::Redundancy redundancy,
                                            std::chrono::seconds probe_interval = 120s) {
    auto config = yealink(one_account("192.0.2.11", 5060));
    auto& account = config.accounts[0];
    account.servers[0].transport = config::TransportChoice::udp;
    account.servers.push_back(account.servers[0]);
    account.servers[1].host = "192.0.2.15";
    account.redundancy = redundancy;
    account.fallback_timeout = probe_interval;
    return config;
}

// pbx.test is the two addresses of `primary` and `secondary`; no NAPTR and no SRV.
inline void publish_addresses(PhoneBench& bench, std::uint32_t ttl = 300) {
    bench.dns[{"pbx.test", wire::DnsType::a}].answer = {a("pbx.test", "192.0.2.11", ttl),
                                                        a("pbx.test", "192.0.2.12", ttl)};
}

inline PhoneBench::Server unavailable_for(std::uint32_t retry_after) {
    return [retry_after](const wire::SipMessage& request) {
        auto response = answer(request, 503);
        response.retry_after = retry_after;
        return response;
    };
}

inline std::size_t count_to(const PhoneBench& bench, const std::string& host) {
    return bench.times(host).size();
}

}  // namespace twinline::test
