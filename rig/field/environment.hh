// What a phone of a field capture met: its servers and how each behaved over time, the names as
// they were answered, and what its user did. Only what the capture shows; what it does not is said
// in `notes` and nowhere guessed.
#pragma once

#include "rig/field/parties.hh"
#include "rig/scenario/scenario.hh"

#include <optional>
#include <string>
#include <vector>

namespace twinline::field {

// An instant that lies between two things that were seen.
struct Between {
    std::optional<timeline::Instant> after;  // none: before the capture
    timeline::Instant before{};

    // Close to the latter, where it is known to have happened; never before the former.
    timeline::Instant instant() const;
};

// A server that did something else than serve, from the first message that it touched on.
struct Spell {
    scenario::Treatment treatment;
    Between onset;
    std::optional<Between> end;  // none: nobody saw it end
    std::uint64_t frame = 0;     // the first message that it touched
};

struct Server {
    std::string role;  // "server-1", "dns"
    std::string address;
    std::uint16_t port = 5060;
    bool names = false;      // a name server
    bool contacted = false;  // by this phone
    bool outbound = false;   // RFC 5626
    bool takes_streams = true;
    std::optional<std::uint32_t> flow_timer{};
    bool service_route = false;   // its registrar told one (RFC 3608)
    std::vector<Spell> spells{};  // in order, one after the other
};

// What the DNS said from an instant on.
struct ZoneFrom {
    std::optional<Between> onset;  // none: from the start
    std::string text;              // as a zone file
};

// What its user, or somebody at the other end, did.
struct Act {
    timeline::Instant at{};
    scenario::ActionKind kind = scenario::ActionKind::dial;
    std::string target{};
    std::string deed{};  // of a caller, whose server is the target: scenario::caller_deeds()
};

struct Environment {
    timeline::Instant begin{};  // the first that is seen of the phone
    timeline::Instant end{};
    bool late_start = false;  // it was registered before the capture begins
    std::string domain;       // of the zones
    std::vector<Server> servers;
    std::vector<ZoneFrom> zones;  // the first one from the start
    bool saw_dns = false;         // its questions are in the capture
    bool dns_additional = false;
    std::uint32_t grants = 3600;
    std::uint32_t least = 1;
    std::uint32_t notifier_grants = 0;
    bool challenges_calls = false;
    std::string callee;
    std::string called;  // the user of the phone whom somebody called; empty: nobody was
    std::vector<Act> acts;
    bool far_end_hangs_up = false;
    std::vector<std::string> notes;

    const Server* at(std::string_view address) const;
    const Server* find(std::string_view role) const;
};

// Roles are given in the order in which the phone turned to its servers.
Environment environment_of(const Phone& phone, const Capture& capture);

}  // namespace twinline::field
