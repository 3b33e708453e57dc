// The DNS as a phone was answered, as zones over time; where a capture holds none, names are made
// up from whom the phone turned to, and that is said.
#pragma once

#include "rig/field/environment.hh"

#include <set>
#include <string>
#include <vector>

namespace twinline::field {

// From the answers that came to the phone.
std::vector<ZoneFrom> zones_of(const timeline::Timeline& events, const std::string& domain);
// The addresses that the answers held, in their order.
std::vector<std::string> addresses_in(const timeline::Timeline& events);
// The ports that SRV records gave, by the address of their target.
std::map<std::string, std::uint16_t> ports_in(const timeline::Timeline& events);
constexpr const char* no_domain = "invalid";  // where nothing was asked for
// Names that were asked for, and what is below which: "pbx.test" of "_sip._udp.pbx.test",
// "a.pbx.test"; "." where they have nothing in common.
std::string domain_of(const std::set<std::string>& names);

// A name that the phone must have known and that no answer in the capture is about.
struct UnseenName {
    std::string name;
    bool has_port = false;               // configured with one: no SRV record is asked for
    std::string service;                 // "_sip._udp": over which it was reached
    std::vector<const Server*> servers;  // in the order in which the phone turned to them
};
std::string records_of(const UnseenName& unseen);

}  // namespace twinline::field
