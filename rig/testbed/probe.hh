// The rig's own question to a server, from an address of its choice: the proof that a fault holds
// for that address, or that it does not.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace twinline::testbed {

struct ProbeResult {
    bool answered = false;
    int status = 0;  // of the SIP answer, or the rcode
    Duration rtt{};  // from the first send to the answer
    Wall sent{};     // first send
    unsigned sends = 0;
    std::string call_id;  // of the OPTIONS; empty for DNS

    std::string to_string() const;  // "answered 200 in 0.4 ms", "silent"
};

inline constexpr Duration probe_deadline = std::chrono::milliseconds(600);

// OPTIONS with a Call-ID of its own, sent again every 200 ms until answered or the deadline.
boost::asio::awaitable<ProbeResult> probe_sip(const Netns& from, std::string source,
                                              std::string host, Duration deadline = probe_deadline);

// An A query for `name`, likewise.
boost::asio::awaitable<ProbeResult> probe_dns(const Netns& from, std::string source,
                                              std::string host, std::string name,
                                              Duration deadline = probe_deadline);

}  // namespace twinline::testbed
