// How one server behaved towards a phone over time, read off the answers that came or did not.
#pragma once

#include "rig/field/environment.hh"

#include <map>
#include <string>
#include <vector>

namespace twinline::field {

// One request, or one repetition of it, and what became of it.
struct Evidence {
    timeline::Instant sent{};
    timeline::Instant known{};  // when it was answered, or was sent
    std::uint64_t frame = 0;
    std::string method;                            // "TCP": a connection is asked for
    std::optional<scenario::Treatment> treatment;  // none: served
    bool over_udp = false;
    bool is_exact = false;                    // the treatment began then, and not before
    std::optional<timeline::Instant> over{};  // when the treatment had ended, where that is seen
};

using ByServer = std::map<std::string, std::vector<Evidence>>;  // address -> in order of `sent`

// Of SIP, and of the connections that it wants.
ByServer sip_evidence(const timeline::Timeline& events, timeline::Instant end);
ByServer dns_evidence(const timeline::Timeline& events, timeline::Instant end);

std::vector<Spell> spells_of(const std::vector<Evidence>& evidence);

}  // namespace twinline::field
