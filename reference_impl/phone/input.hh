// What happens to a phone: the input half of its sans-IO interface.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <string>
#include <variant>

namespace twinline::phone {

// A datagram for the phone's SIP port or for the port of one of its DNS queries.
struct DatagramReceived {
    wire::Endpoint local;
    wire::Endpoint remote;
    std::string bytes;
};

// The kernel reported that a datagram sent from `local` to `remote` cannot arrive (ICMP type 3).
struct DatagramRefused {
    wire::Endpoint local;
    wire::Endpoint remote;
    unsigned code = 0;  // RFC 792: 0 net, 1 host, 2 protocol, 3 port unreachable
};

// A connection that the phone asked for is up.
struct Connected {
    unsigned connection = 0;
    wire::Endpoint local;
};

// It is closed, or could not be opened, or its certificate is not good enough.
struct ConnectionLost {
    unsigned connection = 0;
    std::string reason;  // "refuses the connection"
};

struct StreamReceived {
    unsigned connection = 0;
    std::string bytes;
};

struct PowerOn {
    wire::Ipv4 address;  // the phone's own
};
struct Unregister {};  // the user switches the accounts off: bindings are removed (RFC 3261 10.2.2)
struct Register {};    // ... and on again

// What the user does with calls.
struct Dial {
    unsigned account = 1;
    std::string number;
};
struct Answer {};
struct HangUp {};
struct Hold {};
struct Resume {};

using Input =
    std::variant<DatagramReceived, DatagramRefused, Connected, ConnectionLost, StreamReceived,
                 PowerOn, Unregister, Register, Dial, Answer, HangUp, Hold, Resume>;

}  // namespace twinline::phone
