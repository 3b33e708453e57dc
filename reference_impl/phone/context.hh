// What the parts of one phone share: its configuration and rules, the oracle, and the queue of what
// it does.
#pragma once

#include "reference_impl/config/phone_config.hh"
#include "reference_impl/phone/dns_cache.hh"
#include "reference_impl/phone/oracle.hh"
#include "reference_impl/phone/output.hh"
#include "reference_impl/phone/rules.hh"
#include "reference_impl/wire/dns_message.hh"
#include "reference_impl/wire/instant.hh"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::phone {

// The clause by which each vendor's document asks for the same thing; null where it does not.
struct VendorClauses {
    const char* yealink = nullptr;
    const char* aastra = nullptr;
    const char* audiocodes = nullptr;
};

struct Context {
    config::PhoneConfig config;
    Rules rules;
    Oracle* oracle;
    wire::Ipv4 address;  // the phone's own, from power-on
    std::deque<Output> outputs;
    std::map<std::string, unsigned> turns;  // by SRV name: how often its records were put in order
    // Servers that asked for no request before an instant (RFC-3261-2154).
    std::map<wire::Endpoint, wire::Instant> left_alone;
    // When a name record of the configuration is to be consulted again (YL-SDC-A3).
    std::map<wire::DnsQuestion, wire::Instant> static_until;
    // What the last registrations found of the DNS, where nothing is cached (YL-SDC-03).
    std::map<wire::DnsQuestion, DnsAnswer> of_registration{};
    // A server has asked the phone to fetch its configuration, and perhaps to restart anyhow.
    enum class Restart { if_changed, always };
    std::optional<Restart> configuration_wanted{};
    // Whose server is gone, though nobody has closed them (RFC-5626-04): they are to be closed.
    std::vector<std::pair<wire::Transport, wire::Endpoint>> dead_connections{};
    // Which proxy each account tried last; it lasts longer than a boot (EXT-AC-02).
    std::map<unsigned, unsigned> last_proxy{};
    unsigned calls = 0;  // from the first ringing or dialling to the end of each: not idle

    bool is_yealink() const { return config.vendor == config::Vendor::yealink; }
    bool is_aastra() const { return config.vendor == config::Vendor::aastra; }
    bool is_audiocodes() const { return config.vendor == config::Vendor::audiocodes; }
    // The clause of this phone's own document; `clauses` without one where it says nothing.
    std::vector<std::string> cite(const VendorClauses& own, std::vector<std::string> clauses) const;

    // What lasts no longer than the registrations.
    void forget() {
        turns.clear();
        left_alone.clear();
        static_until.clear();
        of_registration.clear();
        calls = 0;
    }
    void say(Output output) { outputs.push_back(std::move(output)); }
    std::string mac() const;       // twelve digits, lower case
    std::string instance() const;  // the phone for ever, as a URN (RFC 5626 section 4.1)
    wire::Endpoint sip_endpoint() const { return {address, config.local_port}; }

    // A token nobody can guess or repeat (RFC 3261 section 19.3): 60 random bits as 12 characters.
    std::string token(std::string_view purpose);
};

}  // namespace twinline::phone
