// What happens to a phone: the input half of its sans-IO interface.
#pragma once

#include "reference_impl/wire/endpoint.hh"

#include <cstdint>
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
// How the fetch of a file ended, or what it has come to.
struct Fetched {
    enum class Outcome {
        complete,
        missing,      // the server says that it has no such file
        refused,      // it answers, but not with the file
        unreachable,  // no connection comes up
        timeout,      // it says nothing for longer than the limit
        cut,          // it ends before all that it announced
        bad_certificate,
        too_big,
        redirect  // to `location`
    };
    unsigned id = 0;
    Outcome outcome = Outcome::complete;
    std::string status;  // "404", "550", "error 1"; empty: the server said nothing
    std::string body;    // as far as it came
    std::string location{};
};
struct Skip {};             // the user does without a configuration from the server
struct UpgradeFirmware {};  // the user wants the firmware that the server has

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

using Input = std::variant<DatagramReceived, DatagramRefused, Connected, ConnectionLost,
                           StreamReceived, PowerOn, Fetched, Skip, UpgradeFirmware, Unregister,
                           Register, Dial, Answer, HangUp, Hold, Resume>;

}  // namespace twinline::phone
