// The rig's own question to a server, from an address of its choice: the proof that a fault holds
// for that address, or that it does not.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace twinline::testbed {

struct ProbeResult {
    bool answered = false;
    bool refused = false;  // ICMP said that nobody listens there
    int status = 0;        // of the SIP answer, or the rcode
    Duration rtt{};        // from the first send to the answer
    Wall sent{};           // first send
    unsigned sends = 0;
    std::string call_id;  // of the SIP request; empty for DNS
    std::string dns_id;   // of the DNS query; empty for SIP

    std::string to_string() const;  // "answered 200 in 0.4 ms", "silent", "refused"
};

inline constexpr Duration probe_deadline = std::chrono::milliseconds(600);

// A request with a Call-ID of its own, sent again every 200 ms until answered or the deadline.
boost::asio::awaitable<ProbeResult> probe_sip(const Netns& from, std::string source,
                                              std::string host, std::uint16_t port,
                                              Duration deadline = probe_deadline,
                                              std::string method = "OPTIONS");

// A query for the SOA of `name`, likewise: it tells which zone is served.
boost::asio::awaitable<ProbeResult> probe_dns(const Netns& from, std::string source,
                                              std::string host, std::string name,
                                              Duration deadline = probe_deadline);

}  // namespace twinline::testbed
