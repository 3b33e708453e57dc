// What a host does to a subject over a period instead of serving it: the faults that a timeline can
// order. Both worlds carry them out and the judge wants each one proven.
#pragma once

#include "probes/timeline/event.hh"
#include "rig/scenario/link.hh"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

struct Treatment {
    enum class Kind {
        silence,  // it hears nothing
        refuse,   // its ports are closed: ICMP port unreachable, TCP reset
        reject,   // it answers with `status`, or as a name server with `rcode`
        slow,     // it answers `delay` late
        stall,    // it holds its answers back until it is healed; a file after `octets`
        // A configuration server ends after `octets` as if that were all, though it announced more;
        // a name server leaves the records out of its datagrams, and says so (TC).
        truncate,
        // What only a configuration server does:
        cut,  // resets the connection after `octets` of a file; over TFTP it falls silent
        // What only a server over TLS does: it shows one that is not its own, or has expired, to
        // whoever connects.
        wrong_certificate,
        // What only a name server does:
        wrong_id,  // its answers bear another id than their queries
        rotate,    // each answer begins with the next one of its records
        // What only a host with `outbound` does:
        mute,  // answers no keep-alive (RFC 5626 3.5), and everything else
        // What only a SIP server does: its processes stand still until it is healed, or are gone
        // and begin anew then, with nothing of what they knew.
        stop,
        crash,
        // It is off the network, and a router that asks for it hears nothing for `delay`: then ICMP
        // host unreachable for all that has come since.
        link_down,
        address_gone,
        // What happens on the way between it and the subject (link.hh):
        lose,        // datagrams, by their number
        delay,       // every packet takes `delay` longer
        duplicate,   // datagrams come twice
        reorder,     // each second datagram overtakes the one before it, if it comes within `delay`
        unreachable  // a router says that there is no such host: ICMP host unreachable
    };

    // What of the two directions a silence takes away, or a fault of the link is about.
    enum class Lost { queries, answers, both };

    Kind kind = Kind::silence;
    Lost lost = Lost::queries;
    bool without_tcp = false;  // truncate: and the name server takes no connections
    bool expired = false;      // wrong_certificate: its own, of yesterday
    unsigned status = 0;
    std::string rcode{};                    // one of rcodes()
    std::string method{};                   // reject: only requests of this method; empty: all
    std::optional<unsigned> retry_after{};  // reject: seconds
    timeline::Duration delay{};
    LinkRule link{};
    std::optional<unsigned> octets{};  // cut, truncate, and stall of a configuration server

    bool concerns(std::string_view request_method) const {
        return method.empty() || method == request_method;
    }
    bool takes_away(Lost direction) const {
        return kind == Kind::silence && (lost == direction || lost == Lost::both);
    }
    bool is_of_no_host() const { return kind == Kind::unreachable || cuts_off(); }
    bool cuts_off() const { return kind == Kind::link_down || kind == Kind::address_gone; }
    // What follows the host in a step: "503 REGISTER retry-after 30 s".
    std::string operands() const;
};

// How long a router asks for an address: three times, a second apart, as Linux and RFC 1122 2.3.2.1
// have it.
inline constexpr std::chrono::seconds address_search{3};

// What a name server can be made to answer; "NODATA" is no error, and nothing.
const std::vector<std::string_view>& rcodes();
// What follows the host of a silence: nothing, "out" or "both".
std::string_view to_string(Treatment::Lost lost);
std::string_view to_string(Treatment::Kind kind);  // "silence", as in the file
std::optional<Treatment::Kind> parse_treatment(std::string_view word);
// The word that a step begins with, when it orders a fault: "wrong certificate".
std::optional<std::string_view> treatment_word(std::string_view step);

}  // namespace twinline::scenario
