// What a phone does, each time with the reason: the output half of its sans-IO interface.
#pragma once

#include "reference_impl/config/provisioning.hh"
#include "reference_impl/wire/endpoint.hh"
#include "reference_impl/wire/instant.hh"
#include "reference_impl/wire/sdp.hh"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace twinline::phone {

// Why the phone did something, and which frame it caused: `keys` joins the decision with the
// capture.
//   SIP: method, branch, cseq, send (ordinal of this transmission, from 1)    DNS: id, name, type
//   a silence it keeps: until_ms (run clock)
struct Decision {
    std::string what;  // "register", "retransmit", "next-target", "resolve", "refresh", "give-up",
                       // "wait" ...
    std::string text;  // one sentence for a person
    std::vector<std::string>
        clauses;  // the first says why it acts, the others what form that must have
    std::vector<std::pair<std::string, std::string>> keys;

    // Adds those that are not there yet.
    void also_by(const std::vector<std::string>& more) {
        for (const auto& clause : more)
            if (std::ranges::find(clauses, clause) == clauses.end()) clauses.push_back(clause);
    }
};

// The key of a silence that is kept: how long.
inline std::pair<std::string, std::string> until_key(wire::Instant instant) {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch());
    return {"until_ms", std::to_string(ms.count())};
}

// Over UDP as it is. Over TCP and TLS the parts of the phone say this, and its connections turn it
// into what follows.
struct Transmit {
    wire::Transport transport = wire::Transport::udp;
    wire::Endpoint local;
    wire::Endpoint remote;
    std::string bytes;
    Decision why;
    std::string server_name = {};  // as Connect has it; empty: only on a connection that is open
    bool is_dns = false;           // a query, with its length before it (RFC 1035 4.2.2)
};

// Opens connection number `connection`.
// RFC-5922-73. What a server's certificate must be for the phone to speak to it over TLS.
struct CertificateChecks {
    bool authority = true;  // of somebody whom it knows, and of today
    bool name = true;       // and for the server that was meant
};

struct Connect {
    unsigned connection = 0;
    wire::Transport transport = wire::Transport::tcp;
    wire::Endpoint remote;
    std::string server_name;  // what the certificate must be for (RFC 5922)
    Decision why;
    CertificateChecks checks{};
};

struct SendOnConnection {
    unsigned connection = 0;
    wire::Transport transport = wire::Transport::tcp;
    wire::Endpoint local;
    wire::Endpoint remote;
    std::string bytes;
    Decision why;
};

struct Close {
    unsigned connection = 0;
    wire::Transport transport = wire::Transport::tcp;
    wire::Endpoint remote;
    Decision why;
};

// A decision that sends nothing: a silence, a switch of server, an answer taken in.
struct Decided {
    Decision why;
};

// What the user sees of one account.
struct Display {
    unsigned account = 1;
    std::string line_state;  // "off", "registering", "registered", "failed"
    std::string server;      // "192.0.2.11:5060" when registered
    std::string notice;
};

// What the user sees of a call.
struct CallDisplay {
    unsigned account = 1;
    std::string state;     // "idle", "calling", "ringing", "incoming", "talking", "held", "failed"
    std::string notice;    // the other number, or why it ended
    std::string softkeys;  // what the user may press, "hold, hang up"
};

// The audio that offer and answer have come to. A second one changes the stream that runs.
struct MediaStart {
    wire::Endpoint local;
    wire::Endpoint remote;
    wire::MediaFormat format;  // of both directions
    wire::Direction direction = wire::Direction::sendrecv;

    bool operator==(const MediaStart&) const = default;
};
struct MediaStop {};

// What the user sees of a subscription.
struct SubscriptionDisplay {
    unsigned account = 1;
    std::string package;  // "message-summary", "dialog", "call-info"
    std::string user;     // whose
    std::string state;    // "unknown"; "none", "waiting"; "idle", "ringing", "talking", "held"
    std::string notice;   // "2 new, 8 old"
};

// How much of a server the phone bears.
struct FetchLimits {
    std::size_t octets = 0;
    wire::Duration connect{};  // until a connection, or TFTP's first answer
    wire::Duration idle{};     // without another octet
};

// Fetches one file from one address, once: nothing is followed or tried again. What comes of it
// is Fetched.
struct Fetch {
    unsigned id = 0;
    config::DownloadProtocol protocol = config::DownloadProtocol::http;
    wire::Endpoint remote;
    std::string name;  // of the server: in HTTP's Host, and in its certificate
    std::string path;  // "/phones/common.cfg", with the query of HTTP
    FetchLimits limits;
    CertificateChecks checks{};
    Decision why;
};
struct StopFetch {
    unsigned id = 0;
};

// How the phone gets its configuration.
struct ProvisioningDisplay {
    std::string state;   // "downloading", "done", "skipped", "failed"
    std::string server;  // "192.0.2.31", while one is asked
    bool skip = false;   // whether the softkey is shown (AA-CFG-10)
};

// A line of the Error Messages page (AA-CFG-11).
struct ErrorMessage {
    std::string text;
};

using Output = std::variant<Transmit, Connect, SendOnConnection, Close, Decided, Display,
                            CallDisplay, MediaStart, MediaStop, SubscriptionDisplay, Fetch,
                            StopFetch, ProvisioningDisplay, ErrorMessage>;

// The reason for an output; what is displayed has none.
inline const Decision* reason_of(const Output& output) {
    return std::visit(
        [](const auto& value) -> const Decision* {
            if constexpr (requires { value.why; })
                return &value.why;
            else
                return nullptr;
        },
        output);
}

}  // namespace twinline::phone
