// The rig's own question to a server, from an address of its choice: the proof that a fault holds
// for that address, or that it does not.
#pragma once

#include "rig/testbed/clock.hh"
#include "rig/testbed/netns.hh"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace twinline::testbed {

struct ProbeResult {
    bool answered = false;
    bool refused = false;    // ICMP or a reset said that nobody listens there
    bool untrusted = false;  // the certificate is not the server's
    int status = 0;          // of the SIP answer, the rcode, of the file: 404, 226, TFTP's error
    Duration rtt{};          // from the first send to the answer
    Wall sent{};             // first send
    unsigned sends = 0;
    // How it is known on the wire; the others are empty.
    std::string call_id, dns_id, transaction;
    std::string file;         // of a download
    std::string socket;       // over TCP
    std::uint64_t bytes = 0;  // of the file

    std::string to_string() const;  // "answered 200 in 0.4 ms", "silent", "refused"
};

// Who a server over TLS has to be (RFC 5922).
struct Trust {
    std::string server_name;
    std::filesystem::path ca;  // whose certificates are taken
};

inline constexpr Duration probe_deadline = std::chrono::milliseconds(600);

enum class Sending { again, once };  // every 200 ms until answered or the deadline, or never

// A request with a Call-ID of its own.
boost::asio::awaitable<ProbeResult> probe_sip(const Netns& from, std::string source,
                                              std::string host, std::uint16_t port,
                                              Duration deadline = probe_deadline,
                                              std::string method = "OPTIONS",
                                              Sending sending = Sending::again);

// The method of a keep-alive's STUN, where else those of SIP stand.
inline constexpr std::string_view stun_binding = "Binding";
// A Binding request (RFC 5389), likewise; `status` is 0 unless the answer is an error.
boost::asio::awaitable<ProbeResult> probe_stun(const Netns& from, std::string source,
                                               std::string host, std::uint16_t port,
                                               Duration deadline = probe_deadline);

// The SOA of a name tells which zone is served.
struct ZoneQuestion {
    std::string name;
    std::uint16_t type = 6;
};
boost::asio::awaitable<ProbeResult> probe_dns(const Netns& from, std::string source,
                                              std::string host, ZoneQuestion asked,
                                              Duration deadline = probe_deadline,
                                              Sending sending = Sending::again);
// The same over a connection, once.
boost::asio::awaitable<ProbeResult> probe_dns_over_tcp(const Netns& from, std::string source,
                                                       std::string host, ZoneQuestion asked,
                                                       Duration deadline = probe_deadline);

}  // namespace twinline::testbed
