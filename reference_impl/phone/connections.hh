// The phone's connections: one for each transport and server, opened by the first message to it
// and used again (RFC 3261 section 18). It turns what the parts transmit over TCP and TLS into
// connections and what is sent on them.
#pragma once

#include "reference_impl/phone/input.hh"
#include "reference_impl/phone/output.hh"
#include "reference_impl/phone/stream_framing.hh"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace twinline::phone {

class Connections {
  public:
    // `connect_limit`: how long an attempt to connect is worth waiting for, a transaction's time.
    Connections(wire::Duration connect_limit, CertificateChecks checks)
        : connect_limit_(connect_limit), checks_(checks) {}

    struct Peer {
        wire::Transport transport;
        wire::Endpoint remote;

        auto operator<=>(const Peer&) const = default;
    };
    struct Arrived {
        Peer peer;
        bool is_dns = false;
        std::vector<std::string> messages;  // of SIP; octets of DNS as they came
        bool line_end = false;              // between messages: a pong (RFC 5626 section 4.4.1)
        bool broken = false;                // and the connection closed after these
    };
    struct Lost {
        Peer peer;
        bool is_dns = false;
    };

    void send(wire::Instant now, Transmit transmit);
    void connected(const Connected& connected);
    // Whom a lost connection led to; none when the phone had closed it.
    std::optional<Lost> lost(const ConnectionLost& lost);
    // Closes what leads to a server that is gone.
    void abandon(const Peer& peer);
    std::optional<Arrived> received(const StreamReceived& received);

    std::optional<Output> poll_output();

  private:
    struct Connection {
        Peer peer;
        bool is_dns = false;
        wire::Instant begun;
        bool is_up = false;
        wire::Endpoint local;
        std::deque<Transmit> queued;  // until it is up
        StreamFraming framing;
    };
    using Table = std::map<unsigned, Connection>;

    Table::iterator of(const Peer& peer);
    Table::iterator open(wire::Instant now, const Transmit& transmit);
    void close(Table::iterator connection, std::string text);
    void pass(unsigned id, const Connection& connection, Transmit transmit);

    wire::Duration connect_limit_;
    CertificateChecks checks_;
    unsigned next_id_ = 1;
    Table table_;
    std::deque<Output> ready_;
};

}  // namespace twinline::phone
